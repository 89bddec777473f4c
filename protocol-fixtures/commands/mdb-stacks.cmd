# Stacks and registers in the mdb language: $c $C ::stack ::findstack $r ::regs ::exception ::frames ::findings.
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
$ mdb sample:goldcloth -e '$C 0 !head -8'
ffbf3f38 xpv`panic+0x33()
ffbf3f48 xpv`dom0_shutdown+0x43()
ffbf3f68 xpv`domain_shutdown+0x22()
ffbf3f88 xpv`__domain_crash+0x9d()
ffbf3fa8 xpv`__domain_crash_synchronous+0x25()
ffbf3fb4 <#PF (page fault), error 2: write to a page that is not present, in a guest's kernel, address c5a08fdc>
c5a0901c page_ctr_sub_internal+9()
c5a0904c page_ctr_sub+0x47()
= 0
$ mdb sample:goldcloth -e '$c !tail -4'
ndi_post_event+0x4c(c54ed310, c66c9088, c57e5c40, c5a0ad70)
i_xvdi_oestate_handler+0x9b(c66c9088)
taskq_thread+0x17a(c54e8e38, 0)
thread_start+8()
= 0
$ mdb sample:goldcloth -e '$c 2 !egrep "lofi|xdb"'
lofi_map_file+0xfc(2400000, c5a0a3e8)
lofi_ioctl+0x13e(2400000, 4c4601)
xdb_setup_node+0xbc(e52e1000, c5a0a84c)
xdb_open_device+0xc9(e52e1000)
xdb_start_connect+0x59(e52e1000)
xdb_oe_state_change+0x70(c66c9088, c57e5c40)
= 0
$ mdb sample:goldcloth -e '::stack 0 !head -2'
xpv`panic+0x33()
xpv`dom0_shutdown+0x43()
= 0
$ mdb sample:goldcloth -e '::stack -v 3 !tail -3'
c5a0ad88 i_xvdi_oestate_handler+0x9b(c66c9088)
c5a0adc8 taskq_thread+0x17a(c54e8e38, 0)
c5a0add8 thread_start+8()
= 0
$ mdb sample:goldcloth -e '::stack -u !head -9'
CPU 2: d0v0, cpu 0 sched 0xc5a0ade0 (panicking)
--- hypervisor ---
  #0   0xffbf3f38          xpv`panic+0x33
  #1   0xffbf3f48          xpv`dom0_shutdown+0x43
  #2   0xffbf3f68          xpv`domain_shutdown+0x22
  #3   0xffbf3f88          xpv`__domain_crash+0x9d
  #4   0xffbf3fa8          xpv`__domain_crash_synchronous+0x25
--- #PF (page fault): write to a page that is not present, in a guest's kernel, at 0xc5a08fdc ---
  #5   error 2  cs:eip 0159:0xf4c76e9d  ss:esp 0161:0xc5a08fe0  record at 0xffbf3fb4
= 0
$ mdb sample:goldcloth -e '::stack -ur !head -9'
CPU 2: d0v0, cpu 0 sched 0xc5a0ade0 (panicking)
--- hypervisor ---
  #0   0xffbf3f38          xpv`panic+0x33
       eax    00000003  ecx    00001efc  edx    00000003  ebx    ffbf3f44  esp    ffbf3f1c
       ebp    ffbf3f38  esi    ff192f62  edi    f4b63000  eip    ff13b83f  eflags 00000282
       cs     e008  ss     e010  ds     e010  es     e010  fs     0000
       gs     0161
  #1   0xffbf3f48          xpv`dom0_shutdown+0x43
  #2   0xffbf3f68          xpv`domain_shutdown+0x22
= 0
# An address: a frame pointer, whose caller comes first; a thread.
$ mdb sample:goldcloth -e 'c5a0901c$C !head -3'
c5a0904c page_ctr_sub+0x47(0, 0, f3328700, 1)
c5a090e4 page_get_mnode_freelist+0x3c1(0, 10, 0, 0, 20009)
c5a09164 page_get_freelist+0x16f(f502ed14, e5406000, 0, c5a09224, e5406000, 1000)
= 0
$ mdb sample:goldcloth -e 'c5a0901c::stack !head -3'
page_ctr_sub+0x47(0, 0, f3328700, 1)
page_get_mnode_freelist+0x3c1(0, 10, 0, 0, 20009)
page_get_freelist+0x16f(f502ed14, e5406000, 0, c5a09224, e5406000, 1000)
= 0
$ mdb sample:goldcloth -e 'c5bd5de0$C'
c5bd5cb0 resume_return()
c5bd5cf0 swtch+0xb5()
c5bd5d30 cv_wait+0x33()
c5bd5d70 pageout+0x1b0(0, 0)
c5bd5db0 thread_start+8()
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::stack -u'
pageout 0xc5bd5de0 (sleep)
--- kernel ---
  #0   0xc5bd5cb0          unix`resume_return
  #1   0xc5bd5cf0          genunix`swtch+0xb5
  #2   0xc5bd5d30          genunix`cv_wait+0x33
  #3   0xc5bd5d70          genunix`pageout+0x1b0(0, 0)
  #4   0xc5bd5db0          unix`thread_start+0x8
  end of stack
= 0
$ mdb sample:goldcloth -e 'ffbe1100$C !head -2'
ffbf3f38 xpv`panic+0x33()
ffbf3f48 xpv`dom0_shutdown+0x43()
= 0
$ mdb sample:goldcloth -e 'c6178ee0$C'
[thread 0xc6178ee0 has no saved registers]
= 0
# Chains that lead nowhere.
$ mdb sample:goldcloth -e 'c5a0901d$C'
! mdb: c5a0901d [stack address is not properly aligned]
= 0
$ mdb sample:goldcloth -e '0$C'
! mdb: 0 [no mapping for address]
= 0
$ mdb sample:goldcloth -e 'c5a0add8$C'
= 0
$ mdb sample:goldcloth -e '$C 1 2'
! mdb: usage: [address]::stack [-ruv] [arguments]
= 2
$ mdb sample:goldcloth -e '$C zork'
! mdb: failed to dereference symbol: unknown symbol name zork
= 2
$ mdb sample:goldcloth -e '::stack -x'
! mdb: ::stack has no option -x: [address]::stack [-ruv] [arguments]
!     ::stack -x
!     ^^^^^^^^^^
= 2
# The stack of a thread, as findstack prints it.
$ mdb sample:goldcloth -e 'c5bd1de0::findstack'
stack pointer for thread c5bd1de0: c5bd1cb0
  c5bd1cf0 swtch+0xb5()
  c5bd1d30 cv_timedwait+0x5e()
  c5bd1d70 fsflush+0xc8()
  c5bd1db0 thread_start+8()
= 0
$ mdb sample:goldcloth -e 'c5bd1de0::findstack -v'
stack pointer for thread c5bd1de0: c5bd1cb0
  c5bd1cf0 swtch+0xb5()
  c5bd1d30 cv_timedwait+0x5e()
  c5bd1d70 fsflush+0xc8(0, 0)
  c5bd1db0 thread_start+8()
= 0
$ mdb sample:goldcloth -e 'c6178ee0::findstack -v'
stack pointer for thread c6178ee0: 0
  [thread 0xc6178ee0 has no saved registers]
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::findstack -v !head -9'
stack pointer for thread c5a0ade0: ffbf3f1c
  ffbf3f38 xpv`panic+0x33()
  ffbf3f48 xpv`dom0_shutdown+0x43()
  ffbf3f68 xpv`domain_shutdown+0x22()
  ffbf3f88 xpv`__domain_crash+0x9d()
  ffbf3fa8 xpv`__domain_crash_synchronous+0x25()
  ffbf3fb4 <#PF (page fault), error 2: write to a page that is not present, in a guest's kernel, address c5a08fdc>
  c5a0901c page_ctr_sub_internal+9(0, 0, f3328700, 1)
  c5a0904c page_ctr_sub+0x47(0, 0, f3328700, 1)
= 0
$ mdb sample:goldcloth -e '::findstack'
! mdb: ::findstack wants an address: address::findstack [-v]
!     ::findstack
!     ^^^^^^^^^^^
= 2
$ mdb sample:goldcloth -e 'c5a0ade1::findstack'
! mdb: couldn't find a thread at c5a0ade1
= 0
$ mdb sample:goldcloth -e '::walk thread | ::findstack !grep -c stack'
10
= 0
# Registers.
$ mdb sample:goldcloth -e '$r'
%cs = 0xe008		%eax = 0x00000003
%ds = 0xe010		%ebx = 0xffbf3f44
%ss = 0xe010		%ecx = 0x00001efc
%es = 0xe010		%edx = 0x00000003
%fs = 0x0000		%esi = 0xff192f62
%gs = 0x0161		%edi = 0xf4b63000
%eip = 0xff13b83f xpv`panic+0x33
%ebp = 0xffbf3f38
%esp = 0xffbf3f1c
%eflags = 0x00000282
  id=0 vip=0 vif=0 ac=0 vm=0 rf=0 nt=0 iopl=0x0
  status=<of,df,IF,tf,SF,zf,af,pf,cf>
  %uesp = 0xffbf3fe0
%trapno = 0x0
   %err = 0x0
= 0
$ mdb sample:goldcloth -e '::regs !head -1'
%cs = 0xe008		%eax = 0x00000003
= 0
$ mdb sample:goldcloth -e 'c5bd1de0::regs'
%cs = ?		%eax = ?
%ds = ?		%ebx = 0x00000000
%ss = ?		%ecx = ?
%es = ?		%edx = ?
%fs = ?		%esi = 0x00000000
%gs = ?		%edi = 0x00000000
%eip = 0xf4c777c4 resume_return
%ebp = 0xc5bd1cb0
%esp = 0xc5bd1cb0
%eflags = ?
  %uesp = ?
%trapno = ?
   %err = ?
= 0
$ mdb sample:goldcloth -e 'c6178ee0$r'
%cs = ?		%eax = ?
%ds = ?		%ebx = 0x00000000
%ss = ?		%ecx = ?
%es = ?		%edx = ?
%fs = ?		%esi = 0x00000000
%gs = ?		%edi = 0x00000000
%eip = 0xf4c777c4 resume_return
%ebp = 0x00000000
%esp = 0x00000000
%eflags = ?
  %uesp = ?
%trapno = ?
   %err = ?
= 0
$ mdb sample:goldcloth -e '1234::regs'
! mdb: couldn't find a thread at 1234
= 0
# What crashed.
$ mdb sample:goldcloth -e '::exception'
  record ffbf3fb4
  vector e #PF (page fault)
   error 2 write to a page that is not present, in a guest's kernel
  cs:eip 159:f4c76e9d page_ctr_sub_internal+9
  ss:esp 161:c5a08fe0
 address c5a08fdc
         push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault
= 0
$ mdb sample:goldcloth -e '::exception -r'
  record ffbf3fb4
  vector e #PF (page fault)
   error 2 write to a page that is not present, in a guest's kernel
  cs:eip 159:f4c76e9d page_ctr_sub_internal+9
  ss:esp 161:c5a08fe0
 address c5a08fdc
         push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault
       eax    00000000  ecx    00000010  edx    f3328700  ebx    00000000  esp    c5a08fe0
       ebp    c5a0901c  esi    00000001  edi    00000000  eip    f4c76e9d  eflags 00010282
       cs     0159  ss     0161  ds     0161  es     0161  fs     0000
       gs     01b1
= 0
$ mdb sample:goldcloth -e 'c5bd1de0::exception'
! mdb: there is no exception record on the stack of fsflush 0xc5bd1de0 (sleep)
= 0
$ mdb sample:goldcloth -e '::frames !head -4'
   BYTES SP       FRAME
      36 ffbf3f1c xpv`panic+0x33
      16 ffbf3f40 xpv`dom0_shutdown+0x43
      32 ffbf3f50 xpv`domain_shutdown+0x22
= 0
$ mdb sample:goldcloth -e '::frames -s !head -6'
   BYTES SP       FRAME
    1108 c5a0a80c xdb_open_device+0xc9
    1104 c5a0a3bc xdb_setup_node+0xbc
     708 c5a09838 lookuppnvp+0x2bd
     668 c5a09db0 vn_openat+0x1d4
     524 c5a0a15c lofi_ioctl+0x13e
= 0
$ mdb sample:goldcloth -e 'c5bd1de0::frames'
   BYTES SP       FRAME
       8 c5bd1cb0 resume_return
      64 c5bd1cb8 swtch+0xb5
      64 c5bd1cf8 cv_timedwait+0x5e
      64 c5bd1d38 fsflush+0xc8
= 0
$ mdb sample:goldcloth -e '::findings'
dom0 crashed: kernel stack overflow: 0xc5a08fdc is 36 bytes below the stack 0xc5a09000-0xc5a0add8 of thread 0xc5a0ade0 (sched), in the guard page 0xc5a08000
    #PF at unix`page_ctr_sub_internal+0x9: push %ebx: write to a page that is not present, in a guest's kernel, address 0xc5a08fdc (push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault)
    physical CPU 2 ran d0v0, the kernel's CPU 0, in thread 0xc5a0ade0 (sched)
    not mapped: the dump records no page for the page at 0xc5a08000 in the address space 0xf5048940
    stack: 0xc5a09000-0xc5a0add8, 7640 bytes; stack pointer 0xc5a08fe0 is 32 bytes below it
    38 frames on CPU 2: d0v0, cpu 0 sched 0xc5a0ade0 (panicking) take 7672 bytes
    largest: xdb`xdb_open_device: 1108 bytes (0x454)
    largest: xdb`xdb_setup_node: 1104 bytes (0x450)
    largest: genunix`lookuppnvp: 708 bytes (0x2c4)
    largest: genunix`vn_openat: 668 bytes (0x29c)
    largest: lofi`lofi_ioctl: 524 bytes (0x20c)
    largest: genunix`lookupnameat: 364 bytes (0x16c)
dom0 (vcpu d0v0) crashed on CPU 2: #PF at unix`page_ctr_sub_internal+0x9: push %ebx writes 0xc5a08fdc: 36 bytes below the stack 0xc5a09000-0xc5a0add8 of thread 0xc5a0ade0 (sched)
    console: Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed
    exception record at 0xffbf3fb4: #PF, interrupted unix`page_ctr_sub_internal+0x9, stack pointer 0xc5a08fe0
    error code 2: write to a page that is not present, in a guest's kernel
    instruction: push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4
    address 0xc5a08fdc: push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault
= 0
$ mdb sample:goldcloth -e '1::findings'
! mdb: ::findings takes no address: ::findings
!     1::findings
!      ^^^^^^^^^^
= 2
