# Expressions: operators by their precedence, numbers with and without radix, places, memory.
$ mdb sample:goldcloth -e '1+2*3=X' -e '10-4-2=X' -e '1|2^3&1=X' -e '1<<4+1=X' -e '7%2=X' -e '0-7%2=e' -e '7%%4=X' -e '11#8=X' -e '2==2=X' -e '2!=2=X' -e '(1+2)*3=X' -e '-1=J' -e '~0=J' -e '#5=X' -e '#0=X'
                7
                a
                3
                20
                3
                -3
                3
                18
                1
                0
                9
                ffffffffffffffff
                ffffffffffffffff
                0
                1
= 0
$ mdb sample:goldcloth -e '10=D' -e '0t10=D' -e '0o10=D' -e '0i10=D' -e '0x10=D' -e '1_000=X' -e '0t1.5=F'
                16
                10
                8
                2
                16
                1000
                +1.5000000000000000e+00
= 0
$ mdb sample:goldcloth -e 'panicstr=p' -e 'xpv`dom0_nrpages=p' -e '*dom0_nrpages=X' -e '*/s/dom0_nrpages=X' -e '%/c/dom0_nrpages=X' -e '*/l/dom0_nrpages=X'
                panicstr
                xpv`dom0_nrpages
                76c00
                6c00
                0
                76c00
= 0
$ mdb sample:goldcloth -e '<eip=p' -e '<esp=X' -e '<cr2=X'
                xpv`panic+0x33
                ffbf3f1c
! mdb: <cr2 is no variable or register that has a value here
!     <cr2=X
!     ^^^^
= 2
$ mdb sample:goldcloth -e 'xen:ffbf3fc8/X' -e 'phys:1000/X' -e '// nothing' -e '1=X // one' -e '1=X;2=X'
0xffbf3fc8:     c5a0901c
0x1000:
                1
                1
                2
! mdb: failed to read data from target: no mapping for address 0x1000: PFN 0x1 is not among the 100 pages of the dump
= 0
# The radix.
$ mdb sample:goldcloth -e '$d' -e '0t10$d' -e '16=X' -e '10$d' -e '0t16$d' -e '0$d'
radix = 16 base ten
radix = 10 base ten
                10
radix = 10 base ten
radix = 16 base ten
! mdb: expected radix from 2 to 16
= 2
# What is wrong, and where.
$ mdb sample:goldcloth -e '1+=X'
! mdb: no expression begins with "="
!     1+=X
!       ^
= 2
$ mdb sample:goldcloth -e '(1+2=X'
! mdb: ( is not closed
!     (1+2=X
!     ^
= 2
$ mdb sample:goldcloth -e '1%0=X' -e '1#0=X' -e '1%%0=X'
! mdb: attempted to divide by zero
!     1%0=X
!     ^^^
! mdb: attempted to divide by zero
!     1#0=X
!     ^^^
! mdb: attempted to divide by zero
!     1%%0=X
!     ^^^^
= 2
$ mdb sample:goldcloth -e 'nosuch=X' -e '<nosuch=X' -e '12g=X' -e '11111111111111111=X' -e '*/q/0=X'
! mdb: failed to dereference symbol: unknown symbol name nosuch
!     nosuch=X
!     ^^^^^^
! mdb: <nosuch is no variable or register that has a value here
!     <nosuch=X
!     ^^^^^^^
! mdb: 12g is no number of radix 16 that 64 bits hold
!     12g=X
!     ^^^
! mdb: 11111111111111111 is no number of radix 16 that 64 bits hold
!     11111111111111111=X
!     ^^^^^^^^^^^^^^^^^
! mdb: invalid cast -- /q/: sizes are c, s, i, l, 1, 2, 4 and 8
!     */q/0=X
!      ^^^
= 2
$ mdb sample:goldcloth -e '::nosuch' -e '::domains' -e '::echo "open' -e '::echo $[1' -e '::domain |' -e '1 2=X'
! mdb: invalid command '::nosuch': unknown dcmd name
!     ::nosuch
!     ^^^^^^^^
! mdb: invalid command '::domains': unknown dcmd name; did you mean ::domain?
!     ::domains
!     ^^^^^^^^^
! mdb: the quote is not closed
!     ::echo "open
!            ^
! mdb: $[ is not closed by ]
!     ::echo $[1
!            ^^
! mdb: a command is wanted behind |
!     ::domain |
!               ^
! mdb: syntax error near "2"
!     1 2=X
!       ^
= 2
$ mdb sample:goldcloth -e '!ls' -e '::domain ! ls'
! mdb: ! without a command before it would run a program, which this debugger never does
!     !ls
!      ^^
! mdb: ! ls: programs are not run; the filters are grep, egrep, fgrep, head, tail, wc, sort, uniq, cat
!     ::domain ! ls
!                ^^
= 2
# Filters.
$ mdb sample:goldcloth -e '::domain ! grep ffbe; 1=X'
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
                1
= 0
$ mdb sample:goldcloth -e '::domain ! egrep "(ADDR|ff26);*" | wc -l'
       2
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu ! head -2' -e 'ffbe4100::walk vcpu ! tail -1' -e 'ffbe4100::walk vcpu ! sort' -e 'ffbe4100::walk vcpu ! grep -c ffbd' -e '::domain ! grep "ff\\(be\\|26\\)"'
0xffbe1100
0xffbe0100
0xffbde100
0xffbde100
0xffbdf100
0xffbe0100
0xffbe1100
2
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
ff26a100   3    44afd    44c00        0   0 ff26a3b0 ff26a148
= 0
# Variables.
$ mdb sample:goldcloth -e 'ffbf3fc8>a; <a=X; <a/X' -e '123456>/c/b; <b=X' -e '123456>/s/b; <b=X' -e '1122334455>/i/b; <b=J' -e '1122334455>/l/b; <b=J'
                ffbf3fc8
0xffbf3fc8:     c5a0901c
                56
                3456
                22334455
                22334455
= 0
$ mdb sample:goldcloth -e '5::typeset -t a b' -e '::typeset c' -e '::vars -t' -e '::vars -tp' -e '::typeset +t a' -e '::typeset ! grep b' -e '::vars -t' -e '::unset a' -e '::unset a' -e '<a=X'
a = 5
b = 5
5>a
5>b
b = 5
ebx = ffbf3f44
esp = ffbf3f1c
ebp = ffbf3f38
edi = f4b63000
eip = ff13b83f
b = 5
! mdb: variable 'a' not defined
! mdb: <a is no variable or register that has a value here
!     <a=X
!     ^^
= 2
$ mdb sample:goldcloth -e '1>a.b' -e '1>' -e '1>eip' -e '1>/q/a' -e '1::typeset eax' -e '1>abcdefghijklmnopqrstuvwxyzabcdefg'
! mdb: '.' may not be used in a variable name
! mdb: expected single variable name following '>'
! mdb: eip is a register, and a dump is only read
! mdb: q is not a valid // modifier
! mdb: eax is a register, and a dump is only read
! mdb: variable names may not exceed 30 characters
= 2
$ mdb sample:goldcloth -e '$v' -e '1>one; ::vars -np ! grep one'
eax = 3
ecx = 1efc
edx = 3
ebx = ffbf3f44
esp = ffbf3f1c
ebp = ffbf3f38
esi = ff192f62
edi = f4b63000
eip = ff13b83f
eflags = 282
cs = e008
ss = e010
ds = e010
es = e010
gs = 161
1>one
= 0
# Pipes.
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::map .+10'
ffbe1110
ffbe0110
ffbdf110
ffbde110
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::map "*."'
0
1
2
3
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::grep "*.==1" | =p'
                0xffbe0100
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu v | ::eval "<v=Kn"' -e '<v=K'
                ffbe1100
                ffbe0100
                ffbdf100
                ffbde100
                ffbde100
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::head -2' -e 'ffbe4100::walk vcpu | ::head -n 1 | ::map .' -e 'ffbe4100::walk vcpu | ::head -0' -e '1::head'
ffbe1100
ffbe0100
ffbe1100
! mdb: ::head stands behind a |
= 2
$ mdb sample:goldcloth -e '::echo one $[2+8] "two  three"'
one a two  three
= 0
$ mdb sample:goldcloth -e '::echo 1+1 | =X'
                2
= 0
$ mdb sample:goldcloth -e '::eval "::echo a; ::echo b"' -e '::eval "::nosuch"' -e '::eval'
a
b
! mdb: invalid command '::nosuch': unknown dcmd name
! mdb: usage: [address]::eval commands
= 2
# Repetition: a count, an address alone, a count alone.
$ mdb sample:goldcloth -e 'ffbf3fc8,2/X; ,2; ffbf3fd4'
0xffbf3fc8:     c5a0901c        0
0xffbf3fd0:     e0002           f4c76e9d
0xffbf3fd4:     f4c76e9d
= 0
$ mdb sample:goldcloth -e '3,0=X' -e '3,2=X'
                3               3
= 0
# Macros, and structures by their name.
$ mdb sample:goldcloth -e '$<utsname'
{
    sysname = [ "SunOS" ]
    nodename = [ "goldcloth" ]
    release = [ "5.11" ]
    version = [ "matrix-build-2007-04-02" ]
    machine = [ "i86pc" ]
}
= 0
$ mdb sample:goldcloth -e 'c5a0ade0$<thread ! head -3'
{
    t_link = 0
    t_stk = 0xc5a0add8
= 0
$ mdb sample:goldcloth -e 'ffbe1100$<<vcpu ! head -3'
{
    vcpu_id = 0
    processor = 0x2
= 0
$ mdb sample:goldcloth -e '$<nosuch' -e '$<' -e '$<utsname | ::map .'
! mdb: failed to open nosuch (see ::help '$<')
! mdb: usage: [address]$< name
! mdb: macro files cannot be used as input to a pipeline
= 2
$ mdb sample:goldcloth -e '$M'
MACRO                NATIVE EQUIVALENT
bufctl               ::bufctl
bufctl_audit         ::bufctl -v
cpu                  ::cpuinfo -v
cpun                 ::cpuinfo -v
cpus                 ::walk cpu |::cpuinfo -v
devinfo              ::print struct dev_info
devt                 ::devt
findthreads          ::walk thread |::thread
mblk                 ::mblk -v
modules              ::modinfo
mount                ::fsinfo
msgbuf               ::msgbuf
mutex                ::mutex
panicbuf             ::panicinfo
pid2proc             ::pid2proc |::print proc_t
proc2u               ::print proc_t p_user
procargs             ::print proc_t p_user.u_psargs
queue                ::queue -v
sema                 ::print sema_impl_t
stackregs            ::stackregs
stacktrace           ::stackregs
thread               ::print kthread_t
threadlist           ::threadlist -v
u                    ::print user_t
utsname              utsname::print
= 0
# Bytes.
$ mdb sample:goldcloth -e 'ffbf3fc8::dump' -e 'ffbf3fc8,20::dump' -e 'ffbf3fc8,10::dump -t' -e 'ffbf3fc8,10::dump -g 1' -e 'ffbf3fc8,10::dump -e' -e 'ffbf3fc8,10::dump -q' -e 'ffbf3fc8,10::dump -r' -e 'ffbf3fc8,10::dump -u'
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000  ................
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000  ................
ffbf3fd0:  02000e00 9d6ec7f4 59010000 82020100  .....n..Y.......
ffbf3fe0:  e08fa0c5 61010000 61010000 61010000  ....a...a...a...
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:                    1c90a0c5 00000000          ........
ffbf3fd0:  02000e00 9d6ec7f4                    .....n..        
            0  1  2  3  4  5  6  7  \/  9  a  b  c  d  e  f  01234567v9abcdef
ffbf3fc0:  01 00 00 00 00 00 00 00  1c 90 a0 c5 00 00 00 00  ................
ffbf3fd0:  02 00 0e 00 9d 6e c7 f4  59 01 00 00 82 02 01 00  .....n..Y.......
ffbf3fc8:  c5a0901c 00000000 000e0002 f4c76e9d
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000
ffbf3fd0:  02000e00 9d6ec7f4 59010000 82020100
     0 1 2 3  4 5 6 7  8 9 a b  c d e f  0123456789abcdef
0:  1c90a0c5 00000000 02000e00 9d6ec7f4  .............n..
            8 9 a b  c d e f  0 1 2 3  4 5 6 7  89abcdef01234567
ffbf3fc8:  1c90a0c5 00000000 02000e00 9d6ec7f4  .............n..
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8,20::dump -w 2' -e 'f4c76f80,40::dump -s' -e 'ffbf3fc8::dump -v' -e 'ffbf3fc8::dump -f' -e '1000::dump -p' -e 'ffbf3fc8,40::dump' -e '0::dump' -e '::dump -g 0'
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  0 1 2 3  4 5 6 7  8 9 a b  c d e f  01234567v9abcdef0123456789abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000 02000e00 9d6ec7f4 59010000 82020100  .....................n..Y.......
ffbf3fe0:  e08fa0c5 61010000 61010000 61010000 00000000 b1010000 02000000 0011beff  ....a...a...a...................
           \/ 1 2 3  4 5 6 7  8 9 a b  c d e f  v123456789abcdef
f4c76f80:  90909090 90909090 90909090 90909090  ................
*
f4c76fa0:  90909090 90909090 90909090 9090c9c3  ................
f4c76fb0:  558bec83 ec209090 90909090 90909090  U.... ..........
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000  ................
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000  ................
       \/ 1 2 3  4 5 6 7  8 9 a b  c d e f  v123456789abcdef
            0 1 2 3  4 5 6 7 \/ 9 a b  c d e f  01234567v9abcdef
ffbf3fc0:  01000000 00000000 1c90a0c5 00000000  ................
ffbf3fd0:  02000e00 9d6ec7f4 59010000 82020100  .....n..Y.......
ffbf3fe0:  e08fa0c5 61010000 61010000 61010000  ....a...a...a...
ffbf3ff0:  00000000 b1010000 02000000 0011beff  ................
    \/ 1 2 3  4 5 6 7  8 9 a b  c d e f  v123456789abcdef
! mdb: failed to read data at 0x1000: PFN 0x1 is not among the 100 pages of the dump
! mdb: failed to read data at 0xffbf4000: the dump records no page for the page at 0xffbf4000 in the address space 0xf5048940
! mdb: failed to read data at 0: the dump records no page for the page at 0x0 in the address space 0xf5048940
! mdb: usage: [address]::dump [-efpqrstuv] [-g group] [-w paragraphs]
= 2
# What a debugger of dumps has not.
$ mdb sample:goldcloth -e ':c' -e '::step' -e '$W' -e '::log x' -e '$>x' -e '::load x' -e '::set x' -e '::set'
         radix: 16 base ten ($d)
    page width: 80 ($w)
! mdb: :c: a dump does not run
! mdb: ::step: a dump does not run
! mdb: $W: a dump is only read
! mdb: ::log: output is not written to files; let the shell do it
! mdb: $>: output is not written to files; let the shell do it
! mdb: ::load: there are no debugger modules; everything is built in
! mdb: ::set only shows: the radix is set by $d, the characters of a line by $w
= 2
$ mdb sample:goldcloth -e '$w' -e '40$w' -e 'ffbf3fc8/5X' -e '1$w'
output page width = 80
output page width = 64
0xffbf3fc8:     c5a0901c        0               e0002
                f4c76e9d        159
! mdb: a line has 20 to 8192 characters
= 2
# The end.
$ mdb sample:goldcloth -e '1=X; ::quit; 2=X' -e '3=X'
                1
= 0
$ mdb sample:goldcloth -e '$q' -e '1=X'
= 0
