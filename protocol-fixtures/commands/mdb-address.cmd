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
$ mdb sample:goldcloth -e 'modules::whatis -a; ff1f5000::whatis -a; f5800000::whatis; f5800000::whatis -a'
f5049000 is modules+0 in unix's data segment
f5049000 is the modctl structure of module unix
f5049000 is mapped in kernel, at PFN 2f2ba
ff1f5000 is in xpv's data segment
ff1f5000 is the shared info of domain 0
ff1f5000 is mapped in kernel, in the hypervisor's direct map, at PFN 8000000f
f5800000 is mapped in kernel, in the hypervisor's read-only machine-to-physical table, at PFN 80000000
f5800000 is mapped in kernel, in the hypervisor's read-only machine-to-physical table, at PFN 80000000
= 0
$ mdb sample:goldcloth -e 'c5a08fd4::whatis -v'
Searching modules...
Searching threads...
Searching stacks...
Searching cpus...
Searching processes...
Searching module structures...
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
= 0
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
$ mdb sample:overflow -e 'ffff830000186010::whatis; machine:186000::whatis; dom0:ffff830000186010::whatis; dom0:ffffffff80104000::whatis -a'
ffff830000186010 is mapped in xen, in the hypervisor's direct map, at machine 186010, the top page table of d0v0
186000 is machine memory, the top page table of d0v0
ffff830000186010 is mapped in dom0, in the hypervisor's direct map, at machine 186010, the top page table of d0v0
ffffffff80104000 is demo-dom0`kstack+0 in demo-dom0's data segment
ffffffff80104000 is mapped in dom0, at machine 1c0000
= 0
$ mdb sample:overflow -e '::modinfo'
! mdb: this dump has no kernel whose list of modules is known (a Solaris one); ::objects lists the images with symbols
= 0
# What is mapped, by page and by number.
$ mdb sample:goldcloth -e '::mappings ! head -4'
    BASE    LIMIT     SIZE NAME
c5402000 c5403000     1000 [ mapped pages ]
c5423000 c5424000     1000 [ mapped pages ]
c5a09000 c5a0b000     2000 [ mapped pages ]
= 0
$ mdb sample:goldcloth -e 'ffbf3fc8::mappings; f4c76e9d$m; kernel:ffbf3fc8::mappings'
    BASE    LIMIT     SIZE NAME
ffbf0000 ffbf4000     4000 [ hypervisor: direct map ]
    BASE    LIMIT     SIZE NAME
f4c76000 f4c78000     2000 [ mapped pages ]
    BASE    LIMIT     SIZE NAME
ffbf0000 ffbf4000     4000 [ hypervisor: direct map ]
= 0
$ mdb sample:goldcloth -e 'c5a08fd4::mappings'
! mdb: failed to obtain mapping: the dump records no page for the page at 0xc5a08000 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e '::mappings phys ! head -2; ::mappings xen ! tail -2'
    BASE    LIMIT     SIZE NAME
 10f0000  10f1000     1000 [ mapped pages ]
ffbe4000 ffbe6000     2000 [ hypervisor: direct map ]
ffbf0000 ffbf4000     4000 [ hypervisor: direct map ]
= 0
$ mdb sample:goldcloth -e '::mappings nothing'
! mdb: failed to obtain mapping: no mapping and no space is called nothing (::spaces)
= 2
$ mdb sample:goldcloth -e '::memstat'
Page Summary                Pages               MB  %Tot
------------     ---------------- ----------------  ----
Kernel                         68                0   68%
Hypervisor                     32                0   32%
Not mapped                      0                0    0%
Total                         100                0  100%
(pages in the dump by who maps them; the kernel's page structures are not walked)
= 0
$ mdb sample:overflow -e '::memstat; ::mappings ! head -3'
Page Summary                Pages               MB  %Tot
------------     ---------------- ----------------  ----
Domain 0                      320                1     -
Total                        1536                6  100%
(pages of domains as Xen counts them; Total is what the dump holds)
            BASE            LIMIT             SIZE NAME
ffff82d040200000 ffff82d04020a000             a000 [ hypervisor: image ]
ffff830000000000 ffff830000600000           600000 [ hypervisor: direct map ]
= 0
# Symbols.
$ mdb sample:goldcloth -e '::nm xdb'
Value      Size       Type  Bind  Other Shndx    Name
0xf4f4e040|0x000002bc|FUNC |GLOB |0x0  |1       |xdb_setup_node
0xf4f4e2fc|0x000003a4|FUNC |GLOB |0x0  |1       |xdb_open_device
0xf4f4e6a0|0x000000d8|FUNC |GLOB |0x0  |1       |xdb_start_connect
0xf4f4e778|0x000000f4|FUNC |GLOB |0x0  |1       |xdb_oe_state_change
= 0
$ mdb sample:goldcloth -e 'ff1e0440::nm; f4c76e9d::nm; c5a09010::nm'
Value      Size       Type  Bind  Other Shndx    Name
0xff1e0440|0x00000004|OBJT |GLOB |0x0  |5       |domain_list
Value      Size       Type  Bind  Other Shndx    Name
0xf4c76e94|0x0000011c|FUNC |GLOB |0x0  |1       |page_ctr_sub_internal
! mdb: c5a09010: no symbol corresponds to address
= 0
$ mdb sample:goldcloth -e '::nm -d xdb; ::nm -o lofi; ::nm -x lofi'
Value      Size       Type  Bind  Other Shndx    Name
4109688896|700       |FUNC |GLOB |0    |1       |xdb_setup_node
4109689596|932       |FUNC |GLOB |0    |1       |xdb_open_device
4109690528|216       |FUNC |GLOB |0    |1       |xdb_start_connect
4109690744|244       |FUNC |GLOB |0    |1       |xdb_oe_state_change
Value       Size        Type  Bind  Other Shndx    Name
36475130100|3220       |FUNC |GLOB |0    |1       |lofi_map_file
36475133320|1370       |FUNC |GLOB |0    |1       |lofi_ioctl
Value      Size       Type  Bind  Other Shndx    Name
0xf4f4b040|0x00000690|FUNC |GLOB |0x0  |1       |lofi_map_file
0xf4f4b6d0|0x000002f8|FUNC |GLOB |0x0  |1       |lofi_ioctl
= 0
$ mdb sample:goldcloth -e '::nm -n lofi; ::nm -v -h lofi; ::nm -g -p lofi'
Value      Size       Type  Bind  Other Shndx    Name
0xf4f4b6d0|0x000002f8|FUNC |GLOB |0x0  |1       |lofi_ioctl
0xf4f4b040|0x00000690|FUNC |GLOB |0x0  |1       |lofi_map_file
0xf4f4b040|0x00000690|FUNC |GLOB |0x0  |1       |lofi_map_file
0xf4f4b6d0|0x000002f8|FUNC |GLOB |0x0  |1       |lofi_ioctl
0xf4f4b040|0x00000690|FUNC |GLOB |0x0  |1       |lofi_map_file
0xf4f4b6d0|0x000002f8|FUNC |GLOB |0x0  |1       |lofi_ioctl
= 0
$ mdb sample:goldcloth -e '::nm -f ndx,obj,name,ctype xdb; ::nm -t objt xdb; ::nm -t func,objt -f val,sz,type,bind,oth,shndx lofi'
Index Object          C Type                                             Name
    1|xdb            |int (*)(xdb_t *, caddr_t)                         |xdb_setup_node
    2|xdb            |int (*)(xdb_t *)                                  |xdb_open_device
    3|xdb            |<unknown type>                                    |xdb_start_connect
    4|xdb            |<unknown type>                                    |xdb_oe_state_change
Value      Size       Type  Bind  Other Shndx    Name
Value      Size       Type  Bind  Other Shndx
0xf4f4b040|0x00000690|FUNC |GLOB |0x0  |1
0xf4f4b6d0|0x000002f8|FUNC |GLOB |0x0  |1
= 0
$ mdb sample:goldcloth -e '::nm -u; ::nm -D; ::nm -P'
Value      Size       Type  Bind  Other Shndx    Name
Value      Size       Type  Bind  Other Shndx    Name
Value      Size       Type  Bind  Other Shndx    Name
= 0
$ mdb sample:goldcloth -e '::nm lofy'
! mdb: failed to iterate over symbols: no object of the name lofy; did you mean lofs?
= 2
$ mdb sample:goldcloth -e '::nm -f vall'
! mdb: invalid option for -f: vall; did you mean val? (known: ndx, obj, val, sz, type, bind, oth, shndx, ctype, name)
= 2
$ mdb sample:goldcloth -e '::nm -t funk'
! mdb: invalid option for -t: funk; did you mean func? (known: noty, objt, func, sect, file, comm, tls, regi)
= 2
$ mdb sample:goldcloth -e '::nm -dx'
! mdb: -d/-o/-x options are mutually exclusive
= 2
$ mdb sample:goldcloth -e '::nm -P xdb'
! mdb: -P/object options are mutually exclusive
= 2
$ mdb sample:goldcloth -e '::nm lofi | ::whatis'
f4f4b040 is lofi_map_file+0 in lofi's text segment
f4f4b6d0 is lofi_ioctl+0 in lofi's text segment
= 0
$ mdb sample:overflow -e '::nm demo-dom0 ! head -3; hardware_domain::nm'
Value              Size               Type  Bind  Other Shndx    Name
0xffffffff80100000|0x0000000000000000|NOTY |GLOB |0x0  |1       |_start
0xffffffff80100020|0x000000000000004b|FUNC |GLOB |0x0  |1       |kernel_main
Value              Size               Type  Bind  Other Shndx    Name
0xffff82d040209000|0x0000000000000008|OBJT |GLOB |0x0  |4       |hardware_domain
= 0
# Numbers in memory.
$ mdb sample:goldcloth -e 'c5a0ade0::kgrep'
c5af1eb0
c5afdeac
c6178fc8
c617d7e4
c80001c4
f50454c8
f504552c
f50480f0
f5048918
f504a010
f504a074
f5082004
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::kgrep -v -a f5045000 -A f504a014; c5a0ade0::kgrep -a f504a011'
f50454c8:	c5a0ade0
f504552c:	c5a0ade0
f50480f0:	c5a0ade0
f5048918:	c5a0ade0
f504a010:	c5a0ade0
f504a074
f5082004
= 0
$ mdb sample:goldcloth -e 'c5a0a0d0::kgrep -d 20 -v; c5a0a000::kgrep -m fffff000 ! wc -l; c5a0a000::kgrep -M fff ! wc -l'
c5a0a05c:	c5a0a0d4
c5a0a08c:	c5a0a0d4
      48
      48
= 0
$ mdb sample:goldcloth -e 'deadbeef::kgrep -s 4; dead::kgrep -s 2 -v; adbe::kgrep -s 2; ad::kgrep -s 1 -v ! head -2; deadbeefdeadbeef::kgrep -s 8'
ffbe1404
ffbe1408
c9000762:	dead
ffbe1406:	dead
ffbe140a:	dead
c5a0acd1:	ad
c5a0acf9:	ad
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::kgrep | ::whatis; phys:c5a0ade0::kgrep ! head -2'
c5af1eb0 is c5af1de0+d0, allocated as a thread structure
c5afdeac is c5afdde0+cc, allocated as a thread structure
c6178fc8 is c6178ee0+e8, allocated as a thread structure
c617d7e4 is c617d700+e4, allocated as a thread structure
c80001c4 is mapped in kernel, at PFN 18c37
f50454c8 is panic_cpu+10 in unix's data segment
f504552c is panic_cpu+74 in unix's data segment
f50480f0 is p0+f0 in unix's data segment
f5048918 is allthreads+0 in unix's data segment
f504a010 is cpus+10 in unix's data segment
f504a074 is cpus+74 in unix's data segment
f5082004 is panic_thread+0 in genunix's data segment
18c371c4
1e8be004
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::kgrep -s 3'
! mdb: size must be 1, 2, 4 or 8
= 2
$ mdb sample:goldcloth -e 'c5a0ade0::kgrep -d 10 -m ff'
! mdb: only one of -d, -m and -M may be specified
= 2
$ mdb sample:goldcloth -e '12345::kgrep -s 2'
! mdb: warning: pattern 12345 overflows requested size 2 (max: ffff)
= 0
$ mdb sample:goldcloth -e '1234::kgrep -m f0f0'
c5a093d0
c5bd1cf0
c80008d4
c8000db4
c8001f10
c8001f20
c8002110
c8002120
c8002310
c8002320
c80023e4
c8002510
c8002520
c8002710
c8002720
c8002910
c8002920
c8002b10
c8002b20
c8002d00
c9000518
c9000d64
c900118c
c9001530
c9001da8
c9001e98
c900250c
c9002520
c9002ac0
c9002ac4
c9002c24
c9002c60
c9002d14
c90030b8
c9003164
c9003360
c9003480
c9003f40
c9004214
! mdb: warning: pattern does not match mask
= 0
$ mdb sample:goldcloth -e 'ffffffff::kgrep -d 2'
! mdb: pattern ffffffff + distance 2 overflows size 4 (max: ffffffff)
= 2
$ mdb sample:goldcloth -e '1::kgrep -a 100 -A 10'
! mdb: -a is not below -A
= 2
$ mdb sample:goldcloth -e '1::kgrep -a 100 -A 1000'
! mdb: warning: nothing searched
= 0
$ mdb sample:overflow -e 'ffff830000265000::kgrep; machine:ffff830000265000::kgrep'
ffff83000010ffc8
ffff830000112000
ffff830000267000
10ffc8
112000
267000
= 0
