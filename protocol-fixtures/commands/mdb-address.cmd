# What an address is, and what is where: ::whatis, ::vtop, ::objects, ::modinfo, ::spaces.
$ mdb sample:goldcloth -e 'ff1e0440::whatis'
ff1e0440 is xpv`domain_list+0 in xpv's data segment
= 0
$ mdb sample:goldcloth -e 'f4c76e9d::whatis; f50454b8::whatis; ff13b83f::whatis; ffbf3fc8::whatis; c5a09010::whatis; c5a0ade0::whatis; c5a0ade4::whatis'
f4c76e9d is page_ctr_sub_internal+9 in unix's text segment
f50454b8 is panic_cpu+0 in unix's data segment
ff13b83f is xpv`panic+33 in xpv's text segment
ffbf3fc8 is in the hypervisor's primary stack of CPU 2
c5a09010 is in thread c5a0ade0's stack
c5a0ade0 is allocated as a thread structure
c5a0ade4 is c5a0ade0+4, allocated as a thread structure
= 0
$ mdb sample:goldcloth -e 'ffbe4100::whatis; ffbe4148::whatis; ffbe1104::whatis; ccad8fc0::whatis; c5a08fd4::whatis; e5406000::whatis; phys:656cd000::whatis'
ffbe4100 is the domain structure of domain 0
ffbe4148 is ffbe4100+48, the domain structure of domain 0
ffbe1104 is ffbe1100+4, the vcpu structure of d0v0
ccad8fc0 is mapped in kernel, at PFN 2a753
c5a08fd4 is unknown: 2c bytes below thread c5a0ade0's stack
e5406000 is unknown
656cd000 is mapped in phys, at PFN 656cd
= 0
$ mdb sample:goldcloth -e 'f50454b8::whatis -a'
f50454b8 is panic_cpu+0 in unix's data segment
f50454b8 is the cpu structure of CPU 0
f50454b8 is mapped in kernel, at PFN 6c893
= 0
$ mdb sample:goldcloth -e 'c5a08fd4::whatis -v'
Searching modules...
Searching threads...
Searching stacks...
Searching cpus...
Searching processes...
Searching domains...
Searching mappings...
c5a08fd4 is unknown: 2c bytes below thread c5a0ade0's stack: the dump records no page for the page at 0xc5a08000 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e 'c5a09010::whatis -bkq; c5a09010::whatis -i'
c5a09010 is in thread c5a0ade0's stack
c5a09010 is unknown
= 0
$ mdb sample:goldcloth -e 'ffbe4100::walk vcpu | ::whatis'
ffbe1100 is the vcpu structure of d0v0
ffbe0100 is the vcpu structure of d0v1
ffbdf100 is the vcpu structure of d0v2
ffbde100 is the vcpu structure of d0v3
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8::vtop; f4c76e9d::vtop; kernel:f4c76e9d::vtop; f4c76e9d::vtop -a kas; ffbe4100::walk vcpu | ::vtop'
virtual ffbf3fc8 mapped to physical 8000001efc8
virtual f4c76e9d mapped to physical 656cde9d
virtual f4c76e9d mapped to physical 656cde9d
virtual f4c76e9d mapped to physical 656cde9d
virtual ffbe1100 mapped to physical 80000018100
virtual ffbe0100 mapped to physical 80000017100
virtual ffbdf100 mapped to physical 80000016100
virtual ffbde100 mapped to physical 80000015100
= 0
$ mdb sample:goldcloth -e 'c5a08fd4::vtop'
! mdb: failed to get physical mapping: no mapping for address 0xc5a08fd4: the dump records no page for the page at 0xc5a08000 in the address space 0xf5048940
= 2
$ mdb sample:goldcloth -e '::vtop'
! mdb: ::vtop wants an address: address::vtop [-a as]
!     ::vtop
!     ^^^^^^
= 2
$ mdb sample:goldcloth -e '::objs'
    BASE    LIMIT     SIZE NAME
f4c00000 f4ca0000    a0000 unix
f4ca0000 f4ef0000   250000 genunix
f4f00000 f4f02400     2400 specfs
f4f03000 f4f06400     3400 dtrace
f4f07000 f4f09c00     2c00 xpv_psm
f4f0a000 f4f0d400     3400 scsi_vhci
f4f0e000 f4f11400     3400 ufs
f4f12000 f4f14800     2800 ip
f4f15000 f4f17c00     2c00 hook
f4f18000 f4f1bc00     3c00 neti
f4f1c000 f4f1e000     2000 sctp
f4f1e000 f4f20400     2400 arp
f4f21000 f4f23400     2400 usba
f4f24000 f4f26c00     2c00 fctl
f4f27000 f4f2a800     3800 nca
f4f2b000 f4f2d000     2000 lofs
f4f2d000 f4f30400     3400 zfs
f4f31000 f4f34800     3800 random
f4f35000 f4f38000     3000 sppp
f4f38000 f4f3bc00     3c00 ptm
f4f3c000 f4f3fc00     3c00 nfs
f4f40000 f4f43800     3800 md
f4f44000 f4f46400     2400 logindmux
f4f47000 f4f4ac00     3c00 xpvd
f4f4b000 f4f4dc00     2c00 lofi
f4f4e000 f4f50c00     2c00 xdb
f4f51000 f4f53000     2000 swrand
ff100000 ff1a0000    a0000 xpv
= 0
$ mdb sample:goldcloth -e '::objects -v ! head -4'
NAME                         VERSION
unix                         matrix-build-2007-04-02
genunix                      matrix-build-2007-04-02
specfs                       Unknown
= 0
$ mdb sample:goldcloth -e '::modinfo ! egrep "ID|xdb|lofi|xpv"'
 ID LOADADDR     SIZE REV MODULE NAME
  7 f4f07000     3c00   1 xpv_psm (xpv_psm module)
 26 f4f47000     4c00   1 xpvd (virtual device nexus driver)
 27 f4f4b000     3c00   1 lofi (loopback file driver)
 28 f4f4e000     3c00   1 xdb (vbd backend driver)
 30 ff100000    f9200   - xpv (?)
= 0
$ mdb sample:goldcloth -e '::spaces'
NAME     KIND     BITS WHAT
kernel   virtual    32 the kernel and, above it, the hypervisor; the default
phys     physical   64 physical memory as the kernel numbers it
xen      virtual    32 the same as kernel: one address space holds both
dom0     virtual    32 the same as kernel: one address space holds both
PID      virtual    32 a process, by its id in decimal; ::spaces -p lists those whose pages are in the dump
= 0
$ mdb sample:goldcloth -e '::spaces -p'
NAME     KIND     BITS WHAT
kernel   virtual    32 the kernel and, above it, the hypervisor; the default
phys     physical   64 physical memory as the kernel numbers it
xen      virtual    32 the same as kernel: one address space holds both
dom0     virtual    32 the same as kernel: one address space holds both
= 0
$ mdb sample:overflow -e '::spaces; ::objs; *hardware_domain::whatis; hardware_domain::whatis; hardware_domain::vtop; machine:1000::whatis'
NAME     KIND     BITS WHAT
xen      virtual    64 the hypervisor; the default
dom0     virtual    64 domain 0's kernel
phys     physical   64 physical memory as the domain numbers it
machine  machine    64 memory as the machine numbers it
            BASE            LIMIT             SIZE NAME
ffff82d040200000 ffff82d04020964d             964d xen
ffffffff80100000 ffffffff80106000             6000 demo-dom0
ffff830000264000 is the domain structure of domain 0
ffff82d040209000 is xen`hardware_domain+0 in xen's data segment
virtual ffff82d040209000 mapped to physical 409000
1000 is machine memory
= 0
$ mdb sample:overflow -e '::modinfo'
! mdb: this dump has no kernel whose list of modules is known (a Solaris one); ::objects lists the images with symbols
= 2
