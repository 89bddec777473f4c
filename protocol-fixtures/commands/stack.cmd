# One stack: hypervisor, exception record, guest; guesses and the largest frame are marked.
$ stack made-up
CPU 0: d0v0 (panicking)
--- hypervisor ---
  #0   0xffff830003f57e00  xen`machine_halt+0x1
  #1   0xffff830003f57e80  xen`common_interrupt+0x10 [guess]
--- #PF (page fault): write to a page that is not present, in kernel mode, at 0xffffffff80103f98 ---
  #2   error 2  cs:rip e033:0xffffffff8010212b  ss:rsp e02b:0xffffffff80103f90  record at 0xffff830003f57ef8
       address: guest cr2 of d0v0
--- kernel of d0v0 ---
  #3   0xffffffff80103f90  mini`walk_tree+0x2b  build/mini/mini.c:51  <- 1992 bytes, the largest
  #4   0xffffffff80104758  mini`_start+0x12 [code]
  end of stack
= 0

# A walk that does not reach the end says why.
$ stack made-up --cpu 1
CPU 1: idle
--- hypervisor ---
  #0   0xffff830003f5fe00  xen`machine_halt+0x1
  stopped: return address 0x0 is not code
= 0

# A wrong symbol file is said first.
$ stack mismatched --vcpu d0v1
WARNING: xen-syms is not of the Xen in this dump.
d0v1 (offline)
  no frames
  stopped: no registers
= 0

$ stack made-up --cpu 7
! xendump: There is no CPU 7 in this dump: it has 0, 1.
= 2
