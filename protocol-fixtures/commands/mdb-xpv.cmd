# The hypervisor: ::domain, ::vcpu, ::pcpu and their walkers.
$ mdb sample:goldcloth -e '::domain'
    ADDR  ID   TPAGES   MPAGES    FLAGS HVM     VCPU   EVTCHN
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
ff26a100   3    44afd    44c00        0   0 ff26a3b0 ff26a148
= 0
$ mdb sample:goldcloth -e 'ffbe4100::domain; ::walk domain | ::domain; ::domain | ::walk vcpu'
    ADDR  ID   TPAGES   MPAGES    FLAGS HVM     VCPU   EVTCHN
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
    ADDR  ID   TPAGES   MPAGES    FLAGS HVM     VCPU   EVTCHN
ffbe4100   0    76cfd ffffffff        0   0 ffbe43b0 ffbe4148
ff26a100   3    44afd    44c00        0   0 ff26a3b0 ff26a148
0xffbe1100
0xffbe0100
0xffbdf100
0xffbde100
0xff268100
0xff266100
= 0
$ mdb sample:goldcloth -e '1000::domain'
    ADDR  ID   TPAGES   MPAGES    FLAGS HVM     VCPU   EVTCHN
! mdb: failed to read struct domain at 0x1000: the dump records no page for the page at 0x1000 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e '::vcpu'
    ADDR   DOM   ID  CPU STATE      DOMAIN      CR3 PC
ffbe1100     0    0    2 running  ffbe4100        - 0xf4c013a7
ffbe0100     0    1    1 running  ffbe4100        - 0
ffbdf100     0    2    0 running  ffbe4100        - 0
ffbde100     0    3    3 blocked  ffbe4100        - 0
ff268100     3    0    0 blocked  ff26a100        - 0
ff266100     3    1    1 blocked  ff26a100        - 0
= 0
$ mdb sample:goldcloth -e 'ffbe1100::vcpu; ff26a100::vcpu; ffbe4100::walk vcpu | ::vcpu'
    ADDR   DOM   ID  CPU STATE      DOMAIN      CR3 PC
ffbe1100     0    0    2 running  ffbe4100        - 0xf4c013a7
    ADDR   DOM   ID  CPU STATE      DOMAIN      CR3 PC
ff268100     3    0    0 blocked  ff26a100        - 0
ff266100     3    1    1 blocked  ff26a100        - 0
    ADDR   DOM   ID  CPU STATE      DOMAIN      CR3 PC
ffbe1100     0    0    2 running  ffbe4100        - 0xf4c013a7
ffbe0100     0    1    1 running  ffbe4100        - 0
ffbdf100     0    2    0 running  ffbe4100        - 0
ffbde100     0    3    3 blocked  ffbe4100        - 0
= 0
$ mdb sample:goldcloth -e 'ffbe1104::vcpu'
! mdb: there is no vcpu and no domain at 0xffbe1104
= 0
$ mdb sample:goldcloth -e '::pcpu; 2::pcpu; ffbf3fb4::pcpu; ::walk pcpu'
 ID     ADDR     VCPU RUNS             SP PC
  0        - ffbdf100 d0v2              - -
  1        - ffbe0100 d0v1              - -
  2 ffbf3fb4 ffbe1100 d0v0       ffbf3f1c xpv`panic+0x33  (crashed here)
 ID     ADDR     VCPU RUNS             SP PC
  2 ffbf3fb4 ffbe1100 d0v0       ffbf3f1c xpv`panic+0x33  (crashed here)
 ID     ADDR     VCPU RUNS             SP PC
  2 ffbf3fb4 ffbe1100 d0v0       ffbf3f1c xpv`panic+0x33  (crashed here)
0xffbf3fb4
= 0
$ mdb sample:goldcloth -e '7::pcpu'
! mdb: there is no physical CPU 7
= 0
$ mdb sample:overflow -e '::domain; ::vcpu; ::pcpu; ::walk domain; ::walk pcpu | ::pcpu'
            ADDR  ID   TPAGES   MPAGES    FLAGS HVM             VCPU           EVTCHN
ffff830000264000   0      140 ffffffff        -   0 ffff830000264038                -
            ADDR   DOM   ID  CPU STATE              DOMAIN              CR3 PC
ffff830000265000     0    0    0 running  ffff830000264000           186000 0
ffff830000266000     0    1    1 offline  ffff830000264000                - 0
ffff830000269000 32767    0    0 runnable ffff830000268000                - -
ffff83000026a000 32767    1    1 running  ffff830000268000                - -
 ID             ADDR             VCPU RUNS                     SP PC
  0 ffff83000010fef8 ffff830000265000 d0v0       ffff83000010fe48 xen`__machine_halt+6  (crashed here)
  1 ffff83000011fef8 ffff83000026a000 d[IDLE]v1  ffff83000011fd90 xen`__machine_halt+6
0xffff830000264000
 ID             ADDR             VCPU RUNS                     SP PC
  0 ffff83000010fef8 ffff830000265000 d0v0       ffff83000010fe48 xen`__machine_halt+6  (crashed here)
  1 ffff83000011fef8 ffff83000026a000 d[IDLE]v1  ffff83000011fd90 xen`__machine_halt+6
= 0
