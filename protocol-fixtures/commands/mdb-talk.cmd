# The session of the talk 'Xen Crash Dumps on Solaris', line by line, on its dump.
# What stands in the talk is printed as there; beyond it, $C shows the exception record and the frame that mdb loses.
$ mdb sample:goldcloth -e '$<utsname'
{
    sysname = [ "SunOS" ]
    nodename = [ "goldcloth" ]
    release = [ "5.11" ]
    version = [ "matrix-build-2007-04-02" ]
    machine = [ "i86pc" ]
}
= 0
$ mdb sample:goldcloth -e 'xenver::print'
{
    xv_ver = 0xccad8fc0 "3.0.4-1-sun"
    xv_chgset = 0xccad1f80 "Fri Jan 05 16:11:49 2007 +0000 13187:e2466414acc3"
    xv_compiler = 0xccacffc0 "gcc version 3.4.3 (csl-sol210-3_4-20050802)"
    xv_compile_date = 0xccad6f08 "Mon Apr 2 06:59:37 PDT 2007"
    xv_compile_by = 0xccad8fa0 "xen-discuss"
    xv_compile_domain = 0xccad8f80 "opensolaris.org"
    xv_caps = 0xccad8f60 "xen-3.0-x86_32p"
}
= 0
$ mdb sample:goldcloth -e '::xpvbuf'
Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
	 gs:      161  fs:        0  es:     e010  ds:     e010
	edi: f4b63000 esi: ff192f62 ebp: ffbf3f38 esp: ffbf3f1c
	ebx: ffbf3f44 edx:        3 ecx:     1efc eax:        3
	trp:        0 err:        0 eip: ff13b83f  cs:     e008
	efl:      282 usp: ffbf3fe0  ss:     e010
	cr0: 8005003b  cr2: c5a08fd4  cr3:   be1d00  cr4:      6f0
ffbf3f38 0xff11b058 (in Xen)
ffbf3f48 0xff1043f0 (in Xen)
ffbf3f68 0xff10435c (in Xen)
ffbf3f88 0xff10438b (in Xen)
ffbf3fa8 0xff17daf1 (in Xen)
= 0
$ mdb sample:goldcloth -e '$C'
ffbf3f38 xpv`panic+0x33()
ffbf3f48 xpv`dom0_shutdown+0x43()
ffbf3f68 xpv`domain_shutdown+0x22()
ffbf3f88 xpv`__domain_crash+0x9d()
ffbf3fa8 xpv`__domain_crash_synchronous+0x25()
ffbf3fb4 <#PF (page fault), error 2: write to a page that is not present, in a guest's kernel, address c5a08fdc>
c5a0901c page_ctr_sub_internal+9(0, 0, f3328700, 1)
c5a0904c page_ctr_sub+0x47(0, 0, f3328700, 1)
c5a090e4 page_get_mnode_freelist+0x3c1(0, 10, 0, 0, 20009)
c5a09164 page_get_freelist+0x16f(f502ed14, e5406000, 0, c5a09224, e5406000, 1000)
c5a091f4 page_create_va+0x21a(f502ed14, e5406000, 0, 1000, 1, c5a09224)
c5a09254 segkmem_page_create+0x66(e5406000, 1000, 0, f502ed14)
c5a092a4 segkmem_xalloc+0xa9(f4ff0120, 0, 1000, 0, 0, f4d0aa10)
c5a092d0 segkmem_alloc_vn+0x8f(f4ff0120, 1000, 0, f502ed14)
c5a092ec segkmem_alloc+0x14(f4ff0120, 1000, 0)
c5a093cc vmem_xalloc+0x41e(f4ff2000, 1000, 1000, 0, 0, 0)
c5a09434 vmem_alloc+0x126(f4ff2000, 1000, 0)
c5a094a0 kmem_slab_create+0x64(c5420a90, 0)
c5a094d0 kmem_slab_alloc+0x57(c5420a90, 0)
c5a09504 kmem_cache_alloc+0x11b(c5420a90, 0)
c5a095e4 ufs_iget_internal+0x1f3(c6a3b800, 1a4e, 0, c5a0971c, c5c19e48, 0)
c5a0960c ufs_iget+0x20(c6a3b800, 1a4e, c5a0971c, c5c19e48)
c5a09740 ufs_dirlook+0x3c5(cd1b2d70, c5a098b0, c5a0979c, c5c19e48, 0)
c5a097e0 ufs_lookup+0x12e(cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0)
c5a09830 fop_lookup+0x46(cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0)
c5a09af4 lookuppnvp+0x2bd(c5a09ae0, 0, 1, 0, c5a0a02c, c54a1dc0)
c5a09c3c lookuppnat+0xf3(c5a09d00, 0, 1, 0, c5a0a02c, 0)
c5a09da8 lookupnameat+0x61(e52e1000, 1, 1, 0, c5a0a02c, 0)
c5a0a044 vn_openat+0x1d4(e52e1000, 1, 2001, 0, c5a0a0d4, 0)
c5a0a074 vn_open+0x2f(e52e1000, 1, 2001, 0, c5a0a0d4, 0)
c5a0a154 lofi_map_file+0xfc(2400000, c5a0a3e8, 1, c5a0a800, cd326e78, 80100403)
c5a0a360 lofi_ioctl+0x13e(2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a38c cdev_ioctl+0x2e(2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a3b4 ldi_ioctl+0xa4(dfb15310, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a804 xdb_setup_node+0xbc(e52e1000, c5a0a84c)
c5a0ac58 xdb_open_device+0xc9(e52e1000)
c5a0ac88 xdb_start_connect+0x59(e52e1000)
c5a0acbc xdb_oe_state_change+0x70(c66c9088, c57e5c40, 0, c5a0ad70)
c5a0acf8 ndi_event_run_callbacks+0x87(c54f0d80, c66c9088, c57e5c40, c5a0ad70)
c5a0ad18 xpvd_post_event+0x1a(c54ed310, c66c9088, c57e5c40, c5a0ad70)
c5a0ad40 ndi_post_event+0x4c(c54ed310, c66c9088, c57e5c40, c5a0ad70)
c5a0ad88 i_xvdi_oestate_handler+0x9b(c66c9088)
c5a0adc8 taskq_thread+0x17a(c54e8e38, 0)
c5a0add8 thread_start+8()
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8,4/X'
0xffbf3fc8:     c5a0901c        0               e0002           f4c76e9d
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::dis'
page_ctr_sub_internal:          pushl  %ebp
page_ctr_sub_internal+1:        movl   %esp,%ebp
page_ctr_sub_internal+3:        subl   $0x30,%esp
page_ctr_sub_internal+6:        andl   $0xfffffff0,%esp
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
page_ctr_sub_internal+0xc:      movl   0xc(%ebp),%esi
page_ctr_sub_internal+0xf:      movl   0x10(%ebp),%edi
page_ctr_sub_internal+0x12:     movl   0x14(%ebp),%ebx
page_ctr_sub_internal+0x15:     movl   0x8(%ebp),%eax
page_ctr_sub_internal+0x18:     cmpl   $0x0,%eax
page_ctr_sub_internal+0x1b:     je     +0x5     <page_ctr_sub_internal+0x22>
page_ctr_sub_internal+0x1d:     nop    
page_ctr_sub_internal+0x1e:     nop    
= 0
$ mdb sample:goldcloth -e 'f4c76e9d/ai1'
page_ctr_sub_internal+9:
page_ctr_sub_internal+9:        pushl  %ebx
= 0
$ mdb sample:goldcloth -e '::xpvbuf !egrep "(cr2|vcpu)"'
Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
	cr0: 8005003b  cr2: c5a08fd4  cr3:   be1d00  cr4:      6f0
= 0
$ mdb sample:goldcloth -e '0xffbe1100::print struct vcpu vcpu_id'
vcpu_id = 0
= 0
$ mdb sample:goldcloth -e '::cpuinfo'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  0 f50454b8  1b    0    0  60   no    no t-0    c5a0ade0 sched
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
  2 c5a71a80  1b    0    0  59   no    no t-0    c617cac0 xenstored
  3 c5a70a00  1b    1    0  -1   no    no t-0    c5afdde0 (idle)
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print kthread_t t_stkbase'
t_stkbase = 0xc5a09000
= 0
$ mdb sample:goldcloth -e '::domain'
    ADDR  ID   TPAGES   MPAGES    FLAGS HVM     VCPU   EVTCHN
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
ff26a100   3    44afd    44c00        0   0 ff26a3b0 ff26a148
= 0
$ mdb sample:goldcloth -e 'dom0_nrpages/X'
xpv`dom0_nrpages:
xpv`dom0_nrpages:               76c00
= 0
$ mdb sample:goldcloth -e 'ff1e0440::whatis'
ff1e0440 is xpv`domain_list+0 in xpv's data segment
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::print struct vcpu runstate.state'
runstate.state = 0
runstate.state = 0
runstate.state = 0
runstate.state = 0x2
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print struct vcpu arch.guest_context.user_regs'
arch.guest_context.user_regs = {
    arch.guest_context.user_regs.ebx = 0xdeadbeef
    arch.guest_context.user_regs.ecx = 0xdeadbeef
    arch.guest_context.user_regs.edx = 0xcd5aee08
    arch.guest_context.user_regs.esi = 0xf50303d0
    arch.guest_context.user_regs.edi = 0x1
    arch.guest_context.user_regs.ebp = 0xf5030390
    arch.guest_context.user_regs.eax = 0
    arch.guest_context.user_regs.error_code = 0
    arch.guest_context.user_regs.entry_vector = 0
    arch.guest_context.user_regs.eip = 0xf4c013a7
    arch.guest_context.user_regs.cs = 0x159
    arch.guest_context.user_regs.saved_upcall_mask = 0
    arch.guest_context.user_regs._pad0 = 0
    arch.guest_context.user_regs.eflags = 0x246
    arch.guest_context.user_regs.esp = 0xf503037c
    arch.guest_context.user_regs.ss = 0x161
    arch.guest_context.user_regs._pad1 = 0
    arch.guest_context.user_regs.es = 0x161
    arch.guest_context.user_regs._pad2 = 0
    arch.guest_context.user_regs.ds = 0x161
    arch.guest_context.user_regs._pad3 = 0
    arch.guest_context.user_regs.fs = 0
    arch.guest_context.user_regs._pad4 = 0
    arch.guest_context.user_regs.gs = 0x1b1
    arch.guest_context.user_regs._pad5 = 0
}
= 0
