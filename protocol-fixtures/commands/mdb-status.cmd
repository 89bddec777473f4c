# What the dump is of: ::status, ::panicinfo, ::msgbuf, ::xpvbuf, ::showrev.
$ mdb sample:goldcloth -e '::status'
debugging crash dump sample:goldcloth (32-bit) from goldcloth
operating system: 5.11 matrix-build-2007-04-02 (i86pc)
panic message: Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
	 gs:      161  fs:        0  es:     e010  ds:     e010
	edi: f4b63000 esi: ff192f62 ebp: ffbf3f38 esp: ffbf3f1c
	ebx: ffbf3f44 edx:        3 ecx:
dump content: kernel pages only
= 0
$ mdb sample:goldcloth -e '::panicinfo'
             cpu        0
          thread c5a0ade0
         message Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
	 gs:      161  fs:        0  es:     e010  ds:     e010
	edi: f4b63000 esi: ff192f62 ebp: ffbf3f38 esp: ffbf3f1c
	ebx: ffbf3f44 edx:        3 ecx:     1efc eax:        3
	trp:        0 err:        0 eip: ff13b83f  cs:     e008
	efl:      282 usp: ffbf3fe0  ss:     e010
	cr0: 8005003b  cr2: c5a08fd4  cr3:   be1d00  cr4:      6f0
              gs      161
              fs        0
              es     e010
              ds     e010
             edi f4b63000
             esi ff192f62
             ebp ffbf3f38
             esp ffbf3f1c
             ebx ffbf3f44
             edx        3
             ecx     1efc
             eax        3
          trapno        0
             err        0
             eip ff13b83f
              cs     e008
          eflags      282
            uesp ffbf3fe0
              ss     e010
             gdt ff7b800000ef
             idt f50667800000
             ldt        0
            task      150
             cr0 8005003b
             cr2 c5a08fd4
             cr3   be1d00
             cr4      6f0
= 0
$ mdb sample:goldcloth -e '::msgbuf'
MESSAGE
SunOS Release 5.11 Version matrix-build-2007-04-02 32-bit
Copyright 1983-2007 Sun Microsystems, Inc.  All rights reserved.
xdb0 at xpvd0: id 0
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
c5a0904c unix:page_ctr_sub+47 (0, 0, f3328700, 1)
c5a090e4 unix:page_get_mnode_freelist+3c1 (0, 10, 0, 0, 20009)
c5a09164 unix:page_get_freelist+16f (f502ed14, e5406000, 0, c5a09224, e5406000, 1000)
c5a091f4 genunix:page_create_va+21a (f502ed14, e5406000, 0, 1000, 1, c5a09224)
c5a09254 genunix:segkmem_page_create+66 (e5406000, 1000, 0, f502ed14)
c5a092a4 genunix:segkmem_xalloc+a9 (f4ff0120, 0, 1000, 0, 0, f4d0aa10)
c5a092d0 genunix:segkmem_alloc_vn+8f (f4ff0120, 1000, 0, f502ed14)
c5a092ec genunix:segkmem_alloc+14 (f4ff0120, 1000, 0)
c5a093cc genunix:vmem_xalloc+41e (f4ff2000, 1000, 1000, 0, 0, 0)
c5a09434 genunix:vmem_alloc+126 (f4ff2000, 1000, 0)
c5a094a0 genunix:kmem_slab_create+64 (c5420a90, 0)
c5a094d0 genunix:kmem_slab_alloc+57 (c5420a90, 0)
c5a09504 genunix:kmem_cache_alloc+11b (c5420a90, 0)
c5a095e4 ufs:ufs_iget_internal+1f3 (c6a3b800, 1a4e, 0, c5a0971c, c5c19e48, 0)
c5a0960c ufs:ufs_iget+20 (c6a3b800, 1a4e, c5a0971c, c5c19e48)
c5a09740 ufs:ufs_dirlook+3c5 (cd1b2d70, c5a098b0, c5a0979c, c5c19e48, 0)
c5a097e0 ufs:ufs_lookup+12e (cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0)
c5a09830 genunix:fop_lookup+46 (cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0)
c5a09af4 genunix:lookuppnvp+2bd (c5a09ae0, 0, 1, 0, c5a0a02c, c54a1dc0)
c5a09c3c genunix:lookuppnat+f3 (c5a09d00, 0, 1, 0, c5a0a02c, 0)
c5a09da8 genunix:lookupnameat+61 (e52e1000, 1, 1, 0, c5a0a02c, 0)
c5a0a044 genunix:vn_openat+1d4 (e52e1000, 1, 2001, 0, c5a0a0d4, 0)
c5a0a074 genunix:vn_open+2f (e52e1000, 1, 2001, 0, c5a0a0d4, 0)
c5a0a154 lofi:lofi_map_file+fc (2400000, c5a0a3e8, 1, c5a0a800, cd326e78, 80100403)
c5a0a360 lofi:lofi_ioctl+13e (2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a38c genunix:cdev_ioctl+2e (2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a3b4 genunix:ldi_ioctl+a4 (dfb15310, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
c5a0a804 xdb:xdb_setup_node+bc (e52e1000, c5a0a84c)
c5a0ac58 xdb:xdb_open_device+c9 (e52e1000)
c5a0ac88 xdb:xdb_start_connect+59 (e52e1000)
c5a0acbc xdb:xdb_oe_state_change+70 (c66c9088, c57e5c40, 0, c5a0ad70)
c5a0acf8 genunix:ndi_event_run_callbacks+87 (c54f0d80, c66c9088, c57e5c40, c5a0ad70)
c5a0ad18 xpvd:xpvd_post_event+1a (c54ed310, c66c9088, c57e5c40, c5a0ad70)
c5a0ad40 genunix:ndi_post_event+4c (c54ed310, c66c9088, c57e5c40, c5a0ad70)
c5a0ad88 xpvd:i_xvdi_oestate_handler+9b (c66c9088)
c5a0adc8 genunix:taskq_thread+17a (c54e8e38, 0)
c5a0add8 unix:thread_start+8 ()
syncing file systems...
 done
dumping to /dev/dsk/c0t0d0s1, offset 860356608, content: kernel
= 0
$ mdb sample:goldcloth -e '::msgbuf -v ! head -5'
TIMESTAMP              LOGCTL MESSAGE
2007 Apr 10 09:32:20 c7004050 SunOS Release 5.11 Version matrix-build-2007-04-02 32-bit
2007 Apr 10 09:32:20 c70040e8 Copyright 1983-2007 Sun Microsystems, Inc.  All rights reserved.
2007 Apr 10 09:32:30 c7004188 xdb0 at xpvd0: id 0
2007 Apr 10 11:29:00 c70041f8
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
$ mdb sample:goldcloth -e '::xpvbuf !egrep "(cr2|vcpu)"'
Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
	cr0: 8005003b  cr2: c5a08fd4  cr3:   be1d00  cr4:      6f0
= 0
$ mdb sample:goldcloth -e '::showrev'
Hostname: goldcloth
Release: 5.11
Kernel architecture: i86pc
Application architecture: i386
Kernel version: SunOS 5.11 i86pc matrix-build-2007-04-02
Platform: i86xpv
Hypervisor: Xen 3.0.4-1-sun
= 0
$ mdb sample:goldcloth -e '::showrev -v'
Hostname: goldcloth
Release: 5.11
Kernel architecture: i86pc
Application architecture: i386
Kernel version: SunOS 5.11 i86pc matrix-build-2007-04-02
Platform: i86xpv
Hypervisor: Xen 3.0.4-1-sun
Hypervisor compiler: gcc version 3.4.3 (csl-sol210-3_4-20050802)
Hypervisor compiled: Mon Apr 2 06:59:37 PDT 2007
Hypervisor changeset: Fri Jan 05 16:11:49 2007 +0000 13187:e2466414acc3
= 0
$ mdb sample:overflow -e '::status; ::msgbuf ! head -3; ::xpvbuf ! head -3; ::panicinfo ! head -6; ::showrev'
debugging crash dump sample:overflow (64-bit), a machine dump of a Xen host
hypervisor: Xen 4.17.5-sample, debug build
dom0 kernel: demo-dom0
panic message: Domain 0 (vcpu#0) crashed on cpu#0
dump content: machine pages, 6 MB (ELF machine dump (QEMU))
MESSAGE
(XEN) Xen version 4.17.5-sample (xendump's sample writer) debug=y Thu Jan  1 00:00:00 UTC 2026
(XEN) Latest ChangeSet: sample
Pagetable walk from ffffffff80103fe8:
 L4[0x1ff] = 0000000000209067 0000000000000107
 L3[0x1fe] = 000000000014c067 0000000000000108
             cpu                0
            vcpu ffff830000265000
         message Domain 0 (vcpu#0) crashed on cpu#0
             rax ffff82d040202000
             rbx                3
             rcx                0
Hypervisor: Xen 4.17.5-sample, debug build
= 0
$ mdb sample:goldcloth -e '1::status'
! mdb: ::status takes no address: ::status
!     1::status
!      ^^^^^^^^
= 2
$ mdb sample:goldcloth -e '::status -x'
! mdb: ::status has no option -x: ::status
!     ::status -x
!     ^^^^^^^^^^^
= 2
