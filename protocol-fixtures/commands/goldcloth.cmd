# The dump of the talk 'Xen Crash Dumps on Solaris' (sample:goldcloth), asked what the talk asks.
$ info sample:goldcloth
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
Hypervisor: Xen 3.0.4-1-sun
  compiler      gcc version 3.4.3 (csl-sol210-3_4-20050802)
  compiled      Mon Apr 2 06:59:37 PDT 2007
  changeset     Fri Jan 05 16:11:49 2007 +0000 13187:e2466414acc3
  symbols       from the dump
CPUs: 3
  CPU 0         runs d0v2  (no registers)
  CPU 1         runs d0v1  (no registers)
  CPU 2         runs d0v0, crashed here  cpu_info 0xffbf3fb4  (registers as the panic saved them)
Domains: 2
     id kind     pages    maximum  struct domain       shared info         state
      0 pv32    486653   no limit  0xffbe4100          0xff1f5000          running
          d0v0       running   struct vcpu 0xffbe1100  runs on CPU 2
          d0v1       running   struct vcpu 0xffbe0100  runs on CPU 1
          d0v2       running   struct vcpu 0xffbdf100  runs on CPU 0
          d0v3       blocked   struct vcpu 0xffbde100  placed on CPU 3
      3 pv32    281341     281600  0xff26a100          0xff1f6000          running
          d3v0       blocked   struct vcpu 0xff268100  placed on CPU 0
          d3v1       blocked   struct vcpu 0xff266100  placed on CPU 1
Kernel: SunOS 5.11 matrix-build-2007-04-02
  node name     goldcloth
  platform      i86xpv, i86pc, 32-bit
  registers     from panicbuf
  modules       unix genunix specfs dtrace xpv_psm scsi_vhci ufs ip hook neti sctp arp
                usba fctl nca lofs zfs random sppp ptm nfs md logindmux xpvd
                lofi xdb swrand xpv
Kernel's CPUs: 4
   id cpu_t      flags runnable bspl  pri runrun kprunrun thread     process
    0 0xf50454b8    1b        0    0   60     no       no 0xc5a0ade0 sched  (vcpu d0v0)
    1 0xc5423080    1b        1    0   59    yes       no 0xc6178ee0 python2.4  (vcpu d0v1)
    2 0xc5a71a80    1b        0    0   59     no       no 0xc617cac0 xenstored  (vcpu d0v2)
    3 0xc5a70a00    1b        1    0   -1     no       no 0xc5afdde0 (idle)  (vcpu d0v3)
Panic, as the console has it
  Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed:
    gs:      161  fs:        0  es:     e010  ds:     e010
   edi: f4b63000 esi: ff192f62 ebp: ffbf3f38 esp: ffbf3f1c
   ebx: ffbf3f44 edx:        3 ecx:     1efc eax:        3
   trp:        0 err:        0 eip: ff13b83f  cs:     e008
   efl:      282 usp: ffbf3fe0  ss:     e010
   cr0: 8005003b  cr2: c5a08fd4  cr3:   be1d00  cr4:      6f0
Dump: sample:goldcloth
  format        Solaris vmcore (32-bit, version 9)
  memory        400 KiB saved
  spaces        kernel, phys
Opening
  ok       format              Solaris vmcore (32-bit, version 9), 442368 bytes, 0 CPUs
  ok       kernel symbols      sample:goldcloth/unix.0: 687 symbols; it is the one that the dump carries
  ok       kernel translation  the dump's map of kas (0xf5048940)
  ok       modules             28 modules, 4 with types
  ok       kernel types        CTF of genunix and the modules after it
  ok       kernel              SunOS 5.11 matrix-build-2007-04-02, 4 CPUs
  ok       hypervisor          2 domains, CPU 2 panicked; CTF of xpv
  ok       panic               Xen panic[cpu2]/vcpu=0xffbe1100: Domain 0 crashed
= 0

$ stack sample:goldcloth
CPU 2: d0v0, cpu 0 sched 0xc5a0ade0 (panicking)
--- hypervisor ---
  #0   0xffbf3f38          xpv`panic+0x33
  #1   0xffbf3f48          xpv`dom0_shutdown+0x43
  #2   0xffbf3f68          xpv`domain_shutdown+0x22
  #3   0xffbf3f88          xpv`__domain_crash+0x9d
  #4   0xffbf3fa8          xpv`__domain_crash_synchronous+0x25
--- #PF (page fault): write to a page that is not present, in a guest's kernel, at 0xc5a08fdc ---
  #5   error 2  cs:eip 0159:0xf4c76e9d  ss:esp 0161:0xc5a08fe0  record at 0xffbf3fb4
       address: push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault
--- kernel of d0v0 ---
  #6   0xc5a0901c          unix`page_ctr_sub_internal+0x9(0, 0, f3328700, 1)
  #7   0xc5a0904c          unix`page_ctr_sub+0x47(0, 0, f3328700, 1)
  #8   0xc5a090e4          unix`page_get_mnode_freelist+0x3c1(0, 10, 0, 0, 20009)
  #9   0xc5a09164          unix`page_get_freelist+0x16f(f502ed14, e5406000, 0, c5a09224, e5406000, 1000, 1, 0)
  #10  0xc5a091f4          genunix`page_create_va+0x21a(f502ed14, e5406000, 0, 1000, 1, c5a09224, e5406000)
  #11  0xc5a09254          genunix`segkmem_page_create+0x66(e5406000, 1000, 0, f502ed14)
  #12  0xc5a092a4          genunix`segkmem_xalloc+0xa9(f4ff0120, 0, 1000, 0, 0, f4d0aa10)
  #13  0xc5a092d0          genunix`segkmem_alloc_vn+0x8f(f4ff0120, 1000, 0, f502ed14)
  #14  0xc5a092ec          genunix`segkmem_alloc+0x14(f4ff0120, 1000, 0)
  #15  0xc5a093cc          genunix`vmem_xalloc+0x41e(f4ff2000, 1000, 1000, 0, 0, 0)
  #16  0xc5a09434          genunix`vmem_alloc+0x126(f4ff2000, 1000, 0)
  #17  0xc5a094a0          genunix`kmem_slab_create+0x64(c5420a90, 0)
  #18  0xc5a094d0          genunix`kmem_slab_alloc+0x57(c5420a90, 0)
  #19  0xc5a09504          genunix`kmem_cache_alloc+0x11b(c5420a90, 0)
  #20  0xc5a095e4          ufs`ufs_iget_internal+0x1f3(c6a3b800, 1a4e, 0, c5a0971c, c5c19e48, 0)
  #21  0xc5a0960c          ufs`ufs_iget+0x20(c6a3b800, 1a4e, c5a0971c, c5c19e48)
  #22  0xc5a09740          ufs`ufs_dirlook+0x3c5(cd1b2d70, c5a098b0, c5a0979c, c5c19e48, 0)
  #23  0xc5a097e0          ufs`ufs_lookup+0x12e(cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0, c5c19e48)
  #24  0xc5a09830          genunix`fop_lookup+0x46(cd1b3040, c5a098b0, c5a09ac4, c5a09ae0, 0, c54a1dc0)
  #25  0xc5a09af4          genunix`lookuppnvp+0x2bd(c5a09ae0, 0, 1, 0, c5a0a02c, c54a1dc0, c54a1dc0, c5c19e48)  <- 708 bytes
  #26  0xc5a09c3c          genunix`lookuppnat+0xf3(c5a09d00, 0, 1, 0, c5a0a02c, 0)
  #27  0xc5a09da8          genunix`lookupnameat+0x61(e52e1000, 1, 1, 0, c5a0a02c, 0)
  #28  0xc5a0a044          genunix`vn_openat+0x1d4(e52e1000, 1, 2001, 0, c5a0a0d4, 0, 3a, 0)  <- 668 bytes
  #29  0xc5a0a074          genunix`vn_open+0x2f(e52e1000, 1, 2001, 0, c5a0a0d4, 0, 0)
  #30  0xc5a0a154          lofi`lofi_map_file+0xfc(2400000, c5a0a3e8, 1, c5a0a800, cd326e78, 80100403)
  #31  0xc5a0a360          lofi`lofi_ioctl+0x13e(2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)  <- 524 bytes
  #32  0xc5a0a38c          genunix`cdev_ioctl+0x2e(2400000, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
  #33  0xc5a0a3b4          genunix`ldi_ioctl+0xa4(dfb15310, 4c4601, c5a0a3e8, 80100403, cd326e78, c5a0a800)
  #34  0xc5a0a804          xdb`xdb_setup_node+0xbc(e52e1000, c5a0a84c)  <- 1104 bytes
  #35  0xc5a0ac58          xdb`xdb_open_device+0xc9(e52e1000)  <- 1108 bytes, the largest
  #36  0xc5a0ac88          xdb`xdb_start_connect+0x59(e52e1000)
  #37  0xc5a0acbc          xdb`xdb_oe_state_change+0x70(c66c9088, c57e5c40, 0, c5a0ad70)
  #38  0xc5a0acf8          genunix`ndi_event_run_callbacks+0x87(c54f0d80, c66c9088, c57e5c40, c5a0ad70)
  #39  0xc5a0ad18          xpvd`xpvd_post_event+0x1a(c54ed310, c66c9088, c57e5c40, c5a0ad70)
  #40  0xc5a0ad40          genunix`ndi_post_event+0x4c(c54ed310, c66c9088, c57e5c40, c5a0ad70)
  #41  0xc5a0ad88          xpvd`i_xvdi_oestate_handler+0x9b(c66c9088)
  #42  0xc5a0adc8          genunix`taskq_thread+0x17a(c54e8e38, 0)
  #43  0xc5a0add8          unix`thread_start+0x8
  end of stack
= 0

$ stack sample:goldcloth --cpu 3
d0v3, cpu 3 (idle) 0xc5afdde0
--- kernel of d0v3 ---
  #0   0xc5afdd90          unix`resume_return
  #1   0xc5afddb8          unix`idle+0x64(0, 0)
  #2   0xc5afddd8          unix`thread_start+0x8
  end of stack
= 0

$ stack sample:goldcloth --thread 0xc5bd5de0
pageout 0xc5bd5de0 (sleep)
--- kernel ---
  #0   0xc5bd5cb0          unix`resume_return
  #1   0xc5bd5cf0          genunix`swtch+0xb5
  #2   0xc5bd5d30          genunix`cv_wait+0x33
  #3   0xc5bd5d70          genunix`pageout+0x1b0(0, 0)
  #4   0xc5bd5db0          unix`thread_start+0x8
  end of stack
= 0

$ stack sample:goldcloth --thread 0x1234567
! xendump: There is no thread 0x1234567 in this dump: xendump threads --all lists them by id and address.
= 2

$ threads sample:goldcloth
   id    cpu  vcpu   thread      state    pri  process           at
 > 1     2    d0v0   0xc5a0ade0  onproc    60  sched[0]          0xff13b83f  xpv`panic+0x33
   2     1    d0v1   0xc6178ee0  onproc    59  python2.4[1402]   no registers
   3     0    d0v2   0xc617cac0  onproc    59  xenstored[601]    no registers
   4     -    d0v3   0xc5afdde0  onproc    -1  (idle)[0]         0xf4c777c4  unix`resume_return
  and those that no CPU runs: threads --all
= 0

$ threads sample:goldcloth --all
   id    cpu  vcpu   thread      state    pri  process           at
 > 1     2    d0v0   0xc5a0ade0  onproc    60  sched[0]          0xff13b83f  xpv`panic+0x33
   2     1    d0v1   0xc6178ee0  onproc    59  python2.4[1402]   no registers
   3     0    d0v2   0xc617cac0  onproc    59  xenstored[601]    no registers
   4     -    d0v3   0xc5afdde0  onproc    -1  (idle)[0]         0xf4c777c4  unix`resume_return
   5     -    -      0xc5af1de0  onproc    -1  (idle)[0]         0xf4c777c4  unix`resume_return
   6     -    -      0xc5af5de0  onproc    -1  (idle)[0]         0xf4c777c4  unix`resume_return
   7     -    -      0xc5af9de0  onproc    -1  (idle)[0]         0xf4c777c4  unix`resume_return
   8     -    -      0xc5bd1de0  sleep     60  fsflush[3]        0xf4c777c4  unix`resume_return  waits for 0xf5070010
   9     -    -      0xc5bd5de0  sleep     98  pageout[2]        0xf4c777c4  unix`resume_return  waits for 0xf5070020
   10    -    -      0xc617d700  sleep     59  init[1]           0xf4c777c4  unix`resume_return  waits for 0xc7800010
= 0

$ threads sample:goldcloth --state sleep --function cv_wait
   id    cpu  vcpu   thread      state    pri  process           at
   9     -    -      0xc5bd5de0  sleep     98  pageout[2]        0xf4c777c4  unix`resume_return  waits for 0xf5070020
   10    -    -      0xc617d700  sleep     59  init[1]           0xf4c777c4  unix`resume_return  waits for 0xc7800010
= 0

$ threads sample:goldcloth --process python2.4
   id    cpu  vcpu   thread      state    pri  process           at
   2     1    d0v1   0xc6178ee0  onproc    59  python2.4[1402]   no registers
= 0

$ threads sample:goldcloth --state asleep
! xendump: --state takes one of free, sleep, run, onproc, zombie, stopped, wait, running, runnable, blocked, offline, not "asleep".
= 2

$ print sample:goldcloth utsname
kernel:0xf50489b8
struct utsname {
    sysname = "SunOS"
    nodename = "goldcloth"
    release = "5.11"
    version = "matrix-build-2007-04-02"
    machine = "i86pc"
}
= 0

$ print sample:goldcloth xenver
kernel:0xf5048fd0
struct xenver {
    xv_ver = 0xccad8fc0 "3.0.4-1-sun"
    xv_chgset = 0xccad1f80 "Fri Jan 05 16:11:49 2007 +0000 13187:e2466414acc3"
    xv_compiler = 0xccacffc0 "gcc version 3.4.3 (csl-sol210-3_4-20050802)"
    xv_compile_date = 0xccad6f08 "Mon Apr 2 06:59:37 PDT 2007"
    xv_compile_by = 0xccad8fa0 "xen-discuss"
    xv_compile_domain = 0xccad8f80 "opensolaris.org"
    xv_caps = 0xccad8f60 "xen-3.0-x86_32p"
}
= 0

$ print sample:goldcloth 'struct vcpu' 0xffbe1100
kernel:0xffbe1100
struct vcpu {
    vcpu_id = 0
    processor = 2
    vcpu_info = 0xff1f5000
    domain = 0xffbe4100
    next_in_list = 0xffbe0100
    timer = {
        _opaque = [
            [0-27] = 0 '\000'
        ]
    }
    sleep_tick = 0
    poll_timer = {
        _opaque = [
            [0-27] = 0 '\000'
        ]
    }
    sched_priv = 0x0
    runstate = {
        state = 0
        state_entry_time = 1807107489792
        time = {0, 0, 0, 0}
    }
    runstate_guest = 0
    vcpu_flags = 0
    pause_lock = 0
    pause_count = 0
    virq_to_evtchn = [
        [0-23] = 0
    ]
    cpu_affinity = 4294967295
    nmi_addr = 0
    vcpu_dirty_cpumask = 0
    arch = {
        guest_context = {
            fpu_ctxt = {
                x = ""
            }
            flags = 0
            user_regs = {
                ebx = 3735928559
                ecx = 3735928559
                edx = 3445288456
                esi = 4110615504
                edi = 1
                ebp = 4110615440
                eax = 0
                error_code = 0
                entry_vector = 0
                eip = 4106228647
                cs = 345
                saved_upcall_mask = 0 '\000'
                _pad0 = 0 '\000'
                eflags = 582
                esp = 4110615420
                ss = 353
                _pad1 = 0
                es = 353
                _pad2 = 0
                ds = 353
                _pad3 = 0
                fs = 0
                _pad4 = 0
                gs = 433
                _pad5 = 0
            }
            trap_ctxt = [
                [0-199] = {
                    _opaque = {0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000'}
                }
                … 56 more
            ]
            ldt_base = 0
            ldt_ents = 0
            gdt_frames = [
                [0-15] = 0
            ]
            gdt_ents = 0
            kernel_ss = 0
            kernel_sp = 3315641816
            ctrlreg = {0, 0, 0, 0, 0, 0, 0, 0}
            debugreg = {0, 0, 0, 0, 0, 0, 0, 0}
            event_callback_cs = 0
            event_callback_eip = 0
            failsafe_callback_cs = 0
            failsafe_callback_eip = 0
            vm_assist = 0
        }
        pae_l3_cache = {
            _opaque = [
                [0-95] = 0 '\000'
            ]
        }
        flags = 0
        schedule_tail = 0x0
        ctxt_switch_from = 0x0
        ctxt_switch_to = 0x0
        trap_bounce = {
            _opaque = [
                [0-11] = 0 '\000'
            ]
        }
        iobmp = 0
        iobmp_limit = 0
        iopl = 0
        int80_desc = {
            _opaque = {0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000', 0 '\000'}
        }
        hvm_vcpu = {
            _opaque = [
                [0-199] = 0 '\000'
                … 88 more
            ]
        }
        perdomain_ptes = 0x0
        guest_table = 0
        shadow_table = {0, 0, 0, 0}
        monitor_table = 0
        cr3 = 0
        guest_vtable = 0x0
        shadow_ldt_mapcnt = 0
        shadow = {
            _opaque = [
                [0-63] = 0 '\000'
            ]
        }
    }
}
= 0

$ print sample:goldcloth '((kthread_t *)0xc5a0ade0)->t_stkbase'
0xc5a09000 ""
= 0

$ print sample:goldcloth dom0_nrpages
486400 (0x76c00)
= 0

$ print sample:goldcloth '((struct vcpu *)0xffbe1100)->arch.guest_context.user_regs'
kernel:0xffbe1404
struct cpu_user_regs {
    ebx = 3735928559
    ecx = 3735928559
    edx = 3445288456
    esi = 4110615504
    edi = 1
    ebp = 4110615440
    eax = 0
    error_code = 0
    entry_vector = 0
    eip = 4106228647
    cs = 345
    saved_upcall_mask = 0 '\000'
    _pad0 = 0 '\000'
    eflags = 582
    esp = 4110615420
    ss = 353
    _pad1 = 0
    es = 353
    _pad2 = 0
    ds = 353
    _pad3 = 0
    fs = 0
    _pad4 = 0
    gs = 433
    _pad5 = 0
}
= 0

$ read sample:goldcloth 0xffbf3fc8 16
kernel:0xffbf3fc8
0xffbf3fc0                           1c 90 a0 c5 00 00 00 00  |        ........|
0xffbf3fd0  02 00 0e 00 9d 6e c7 f4                           |.....n..|
= 0

$ read sample:goldcloth 0x45dc8010 16 --space phys
phys:0x45dc8010
0x0000000045dc8010  00 00 00 00 00 00 00 00  00 00 00 00 4c 90 a0 c5  |............L...|
= 0

$ read sample:goldcloth 0xc5a08fdc 4
! xendump: Nothing can be read at kernel:0xc5a08fdc: the dump records no page for the page at 0xc5a08000 in the address space 0xf5048940.
= 2

$ read sample:goldcloth 0 16 --space 1
! xendump: Nothing can be read at 1:0x0: the dump records no page for the page at 0x0 in the address space 0xc7002cd8.
= 2
