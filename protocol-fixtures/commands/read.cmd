# An object's name is its place, in the space of its image.
$ read made-up kstack 32
dom0:0xffffffff80104000
0xffffffff80104000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|
0xffffffff80104010  10 11 12 13 14 15 16 17  18 19 1a 1b 1c 1d 1e 1f  |................|
= 0

# Absent bytes are ?? with the reason; some bytes came, so it is a success.
$ read made-up machine:0x1008 16
machine:0x1008
0x0000000000001000                           38 39 61 62 63 64 65 66  |        89abcdef|
0x0000000000001010  ?? ?? ?? ?? ?? ?? ?? ??                           |????????|
    from 0x1010 0x8 bytes are absent: nothing is mapped at 0x1010
= 0

# Nothing came.
$ read made-up 0x1000 16
! xendump: Nothing can be read at xen:0x1000: nothing is mapped at 0x1000.
= 2

# Another space has it.
$ read made-up xen:0xffffffff80104000 16
! xendump: Nothing can be read at xen:0xffffffff80104000: nothing is mapped at 0xffffffff80104000 (dom0 has it: --space dom0).
= 2

# Registers are those of the CPU that crashed, or of a frame.
$ read made-up '$rsp + 0x70' 8 --frame 3
dom0:0xffffffff80104000
0xffffffff80104000  00 01 02 03 04 05 06 07                           |........|
= 0

# A pointer means where it points.
$ read made-up hardware_domain->vcpu[0] 4
xen:0xffff8300031e4000
0xffff8300031e4000  07 00 00 00                                       |....|
= 0
