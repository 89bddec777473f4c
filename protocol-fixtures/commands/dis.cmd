# A function that is named is shown to its end; => where a frame of the crash stands.
$ dis made-up machine_halt
xen`machine_halt:
   0xffff82d040001000 <+0x0>    fa                    cli
=> 0xffff82d040001001 <+0x1>    f4                    hlt
   0xffff82d040001002 <+0x2>    ebfd                  jmp     xen`machine_halt+0x1 (0xffff82d040001001)
   0xffff82d040001004 <+0x4>    90                    nop
   0xffff82d040001005 <+0x5>    90                    nop
   0xffff82d040001006 <+0x6>    90                    nop
   0xffff82d040001007 <+0x7>    90                    nop
= 0
$ dis made-up 0xffff82d040001001 2
xen`machine_halt:
=> 0xffff82d040001001 <+0x1>    f4                    hlt
   0xffff82d040001002 <+0x2>    ebfd                  jmp     xen`machine_halt+0x1 (0xffff82d040001001)
= 0
$ dis made-up 0x10
! xendump: No code can be read at xen:0x10: nothing is mapped at 0x10.
= 2
