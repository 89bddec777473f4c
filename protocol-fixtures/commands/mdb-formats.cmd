# / ? \ @ = with every format. The first three are on the slides of the talk.
$ mdb sample:goldcloth -e 'ffbf3fc8,4/X'
0xffbf3fc8:     c5a0901c        0               e0002           f4c76e9d
= 0
$ mdb sample:goldcloth -e 'dom0_nrpages/X'
xpv`dom0_nrpages:
xpv`dom0_nrpages:               76c00
= 0
$ mdb sample:goldcloth -e 'f4c76e9d/ai1'
page_ctr_sub_internal+9:
page_ctr_sub_internal+9:        pushl  %ebx
= 0
# Lists go over lines of four; a count before the letter, a loop, a newline in the list.
$ mdb sample:goldcloth -e 'ffbf3fc8/10X'
0xffbf3fc8:     c5a0901c        0               e0002           f4c76e9d
                159             10282           c5a08fe0        161
                161             161
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8,a/X'
0xffbf3fc8:     c5a0901c        0               e0002           f4c76e9d
                159             10282           c5a08fe0        161
                161             161
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8,3/Xn'
0xffbf3fc8:     c5a0901c
                0
                e0002
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/$[2*3]x'
0xffbf3fc8:     901c    c5a0    0       0       2       e
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/0X'
0xffbf3fc8:
= 0
# Numbers of 1, 2, 4 and 8 bytes, and of a pointer's.
$ mdb sample:goldcloth -e 'ffbf3fc8/BbV'
0xffbf3fc8:     1c      0220    160
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/xduoqh'
0xffbf3fc8:     901c    -14944  0       0       02      e00
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/XDUOQH'
0xffbf3fc8:     c5a0901c        0               917506          036461667235
                0531            82020100
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/JeEGg'
0xffbf3fc8:     c5a0901c        -808555987499876350284232345715033
                26070550107740  26040000000541
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/KpP'
0xffbf3fc8:     c5a0901c        0               0xe0002
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/R'
0xffbf3fc8:     11000101101000001001000000011100
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/fnF'
0xffbf3fc8:     -5.1380137e+03
                +1.9469438701853831e-308
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/Xvn'
0xffbf3fc8:     c5a0901c        0
= 0
# Characters and strings.
$ mdb sample:goldcloth -e 'ccad8fc0/sn"text "S'
0xccad8fc0:     3.0.4-1-sun
                text 
= 0
$ mdb sample:goldcloth -e 'ccad8fc0/5c5C'
0xccad8fc0:     3.0.4-1-su
= 0
# Moves of dot and on the line.
$ mdb sample:goldcloth -e 'ffbf3fc8/a4+aX8-aX^^X'
0xffbf3fc8:     0xffbf3fc8:     0xffbf3fcc:     0               0xffbf3fc8:
                c5a0901c        0
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/xrxrrx8txTNx'
0xffbf3fc8:     901c     c5a0      0            0
                2
= 0
# Instructions.
$ mdb sample:goldcloth -e 'f4c76e9d,4/ai'
page_ctr_sub_internal+9:
page_ctr_sub_internal+9:        pushl  %ebx
page_ctr_sub_internal+0xa:      pushl  %esi
page_ctr_sub_internal+0xb:      pushl  %edi
page_ctr_sub_internal+0xc:      movl   0xc(%ebp),%esi
= 0
$ mdb sample:goldcloth -e 'f4c76e9d/ia'
page_ctr_sub_internal+9:pushl  %ebx
page_ctr_sub_internal+0xa:
= 0
$ mdb sample:goldcloth -e 'f4c76e9d/3i2I'
page_ctr_sub_internal+9:        pushl  %ebx
                pushl  %esi
                pushl  %edi
f4c76ea0 8b0c758b: movl   0xc(%ebp),%esi
f4c76ea3 8b107d8b: movl   0x10(%ebp),%edi
= 0
# An empty list is the one of before; without one, a word and the instruction there.
$ mdb sample:goldcloth -e 'f4c76e9d/'
page_ctr_sub_internal+9:        8b575653        = pushl  %ebx
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/2x' -e 'ffbf3fcc/' -e '1234='
0xffbf3fc8:     901c    c5a0
0xffbf3fcc:     0       0
                1234    1234
= 0
# Values themselves.
$ mdb sample:goldcloth -e '76c00=D' -e '1f=XDOB' -e 'ff=v' -e 'f4c76e9d=a' -e 'f4c76e9d=p' -e '461b6c40=Y' -e '461b6c40=y' -e '3ff0000000000000=F' -e '5=R' -e '10=w' -e '10=W' -e '10=Z'
                486400
                1f              31              037             1f
                -1
page_ctr_sub_internal+9:
                page_ctr_sub_internal+9
                2007 Apr 10 10:51:44
                2007 Apr 10 10:51:44
                +1.0000000000000000e+00
                101
                10
                10
                10
= 0
$ mdb sample:goldcloth -e '1=+X' -e '.=X' -e '2="value "X'
                1
                2
                value 2
= 0
# Dot moves on by what was consumed.
$ mdb sample:goldcloth -e 'ffbf3fc8/X; +/X; ^/X; ./X; &=X; <0=X'
0xffbf3fc8:     c5a0901c
0xffbf3fcc:     0
0xffbf3fc8:     c5a0901c
0xffbf3fc8:     c5a0901c
                ffbf3fc8
                ffbf3fc8
= 0
# Searches.
$ mdb sample:goldcloth -e 'ffbf3fc8/l 6e9d' -e 'ffbf3fc8/L f4c76e9d; .=X' -e 'ffbf3fc8/M f4c76e9d00000000 ffffffff00000000' -e 'ffbf3fc8/L page_ctr_sub_internal+9'
0xffbf3fd4
0xffbf3fd4
                ffbf3fd4
0xffbf3fd0
0xffbf3fd4
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/L 12345678'
! mdb: no match before 0xffbf4000, where memory ends
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/L'
! mdb: expected value following L
!     ffbf3fc8/L
!              ^
= 2
# The object file is memory; physical memory is read by \ and @.
$ mdb sample:goldcloth -e 'f4c76e9d?i'
page_ctr_sub_internal+9:        pushl  %ebx
= 0
$ mdb sample:goldcloth -e '1000\X' -e '1000@X'
0x1000:
0x1000:
! mdb: failed to read data from target: no mapping for address 0x1000: PFN 0x1 is not among the 100 pages of the dump
! mdb: failed to read data from target: no mapping for address 0x1000: PFN 0x1 is not among the 100 pages of the dump
= 0
# Pipes: the line goes on over the calls; into a pipe go the numbers.
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | /X'
0xffbe1100:     0               1               2               3
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | =K'
                ffbe1100        ffbe0100        ffbdf100        ffbde100
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8,4/X | =X'
                c5a0901c        0               e0002           f4c76e9d
= 0
# What is not there, what is no format, what would write.
$ mdb sample:goldcloth -e '0/X'
0:
! mdb: failed to read data from target: no mapping for address 0x0: the dump records no page for the page at 0x0 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8/Xz'
0xffbf3fc8:     c5a0901c
! mdb: invalid format character -- 'z' (::formats lists them)
!     ffbf3fc8/Xz
!               ^
= 2
$ mdb sample:goldcloth -e 'ffbf3fc8/w 1' -e 'ffbf3fc8/W 1' -e 'ffbf3fc8/Z 1' -e 'ffbf3fc8/v 1' -e 'ffbf3fc8?W'
! mdb: /w would write: a dump is only read
!     ffbf3fc8/w 1
!              ^
! mdb: /W would write: a dump is only read
!     ffbf3fc8/W 1
!              ^
! mdb: /Z would write: a dump is only read
!     ffbf3fc8/Z 1
!              ^
! mdb: /v would write: a dump is only read
!     ffbf3fc8/v 1
!              ^
! mdb: ?W would write: a dump is only read
!     ffbf3fc8?W
!              ^
= 2
$ mdb sample:goldcloth -e '1='
! mdb: expected one or more format characters following '='
= 2
$ mdb sample:goldcloth -e '::formats'
+ - increment dot by the count (variable size)
- - decrement dot by the count (variable size)
B - hexadecimal int (1 byte)
C - character using C character notation (1 byte)
D - decimal signed int (4 bytes)
E - decimal unsigned long long (8 bytes)
F - double (8 bytes)
G - octal unsigned long long (8 bytes)
H - swap bytes and shorts (4 bytes)
I - address and disassembled instruction (variable size)
J - hexadecimal long long (8 bytes)
K - hexadecimal uintptr_t (4 bytes)
L - match int (4 bytes)
M - match long long (8 bytes)
N - newline
O - octal unsigned int (4 bytes)
P - symbol (4 bytes)
Q - octal signed int (4 bytes)
R - binary unsigned long long (8 bytes)
S - string using C string notation (variable size)
T - horizontal tab
U - decimal unsigned int (4 bytes)
V - decimal unsigned int (1 byte)
W - write default radix unsigned int (4 bytes)
X - hexadecimal int (4 bytes)
Y - decoded time32_t (4 bytes)
Z - write hexadecimal long long (8 bytes)
^ - decrement dot by increment * count (variable size)
a - dot as symbol+offset
b - octal unsigned int (1 byte)
c - character (1 byte)
d - decimal signed short (2 bytes)
e - decimal signed long long (8 bytes)
f - float (4 bytes)
g - octal signed long long (8 bytes)
h - swap bytes (2 bytes)
i - disassembled instruction (variable size)
l - match short (2 bytes)
n - newline
o - octal unsigned short (2 bytes)
p - symbol (4 bytes)
q - octal signed short (2 bytes)
r - whitespace
s - raw string (variable size)
t - horizontal tab
u - decimal unsigned short (2 bytes)
v - write decimal signed int (1 byte)
w - write default radix unsigned short (2 bytes)
x - hexadecimal short (2 bytes)
y - decoded time64_t (8 bytes)
= 0
