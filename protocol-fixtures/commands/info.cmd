# What crashed, the machine, how opening went.
$ info made-up
dom0 crashed: kernel stack overflow: 0xffffffff80103f98 is 104 bytes below the stack 0xffffffff80104000-0xffffffff80106000, in the guard page 0xffffffff80103000
    #PF at walk_tree+0x2b (mini.c:51): write to a page that is not present, in kernel mode, address 0xffffffff80103f98 (guest cr2 of d0v0)
    not mapped: nothing is mapped at 0xffffffff80103f98
    stack: 0xffffffff80104000-0xffffffff80106000, 8192 bytes (kstack); stack pointer 0xffffffff80103f90 is 112 bytes below it
    2 frames on CPU 0: d0v0 (panicking) take 8304 bytes
    largest: walk_tree: 1992 bytes (0x7c8)
dom0 (vcpu d0v0) crashed on CPU 0: #PF at walk_tree+0x2b (mini.c:51): write to a page that is not present, in kernel mode, address 0xffffffff80103f98: not mapped (nothing is mapped at 0xffffffff80103f98)
    console: Domain 0 (vcpu#0) crashed on cpu#0
    exception record at 0xffff830003f57ef8: #PF, interrupted walk_tree+0x2b (mini.c:51), stack pointer 0xffffffff80103f90
    error code 2: write to a page that is not present, in kernel mode
    address 0xffffffff80103f98: guest cr2 of d0v0
Hypervisor: Xen 4.17.5, release build
  command line  console=com1
  build id      ca2e6ffe
  loaded at     machine 0x3800000
  symbols       /lab/xen-syms
CPUs: 2
  CPU 0         runs d0v0, crashed here  cpu_info 0xffff830003f57ef8  (QEMU CPU state)
  CPU 1         runs d[IDLE]v1  cpu_info 0xffff830003f57ef8  (QEMU CPU state)
Domains: 2
     id kind     pages    maximum  struct domain       shared info         state
      0 pv64     11287   no limit  0xffff830003f41000  0xffff830003d83000  running
          d0v0       running   struct vcpu 0xffff8300031e4000  runs on CPU 0
          d0v1       offline   struct vcpu 0xffff830003cbf000  placed on CPU 1
  32767 idle         -          -  0xffff830003dfb000  -                   -
          d[IDLE]v1  running   struct vcpu 0xffff8300031f5000  runs on CPU 1
Panic, as the console has it
  (XEN) Domain 0 (vcpu#0) crashed on cpu#0:
Dump: made-up
  format        made-up host
  memory        4 KiB saved
  spaces        xen, dom0, machine
Opening
  ok       format          a made-up host.
  partial  kernel symbols  no line numbers.
= 0
