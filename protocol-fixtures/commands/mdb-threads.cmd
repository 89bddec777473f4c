# CPUs, threads and processes in the mdb language: ::cpuinfo ::thread ::threadlist ::stacks ::ps ::pgrep ::ptree ::pid2proc, and their walkers.
$ mdb sample:goldcloth -e '::cpuinfo'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  0 f50454b8  1b    0    0  60   no    no t-0    c5a0ade0 sched
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
  2 c5a71a80  1b    0    0  59   no    no t-0    c617cac0 xenstored
  3 c5a70a00  1b    1    0  -1   no    no t-0    c5afdde0 (idle)
= 0
$ mdb sample:goldcloth -e '::cpuinfo -v'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  0 f50454b8  1b    0    0  60   no    no t-0    c5a0ade0 sched
               |
    RUNNING <--+
      READY
     EXISTS
     ENABLE
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
               |    |
    RUNNING <--+    +-->  PRI THREAD   PROC
      READY
     EXISTS
     ENABLE
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  2 c5a71a80  1b    0    0  59   no    no t-0    c617cac0 xenstored
               |
    RUNNING <--+
      READY
     EXISTS
     ENABLE
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  3 c5a70a00  1b    1    0  -1   no    no t-0    c5afdde0 (idle)
               |    |
    RUNNING <--+    +-->  PRI THREAD   PROC
      READY
     EXISTS
     ENABLE
= 0
$ mdb sample:goldcloth -e '1::cpuinfo'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
= 0
$ mdb sample:goldcloth -e 'c5423080::cpuinfo -v'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
               |    |
    RUNNING <--+    +-->  PRI THREAD   PROC
      READY
     EXISTS
     ENABLE
= 0
$ mdb sample:goldcloth -e '9::cpuinfo'
! mdb: 9 is neither a valid CPU ID nor a valid cpu_t address
= 0
$ mdb sample:goldcloth -e '::walk cpu | ::cpuinfo'
 ID ADDR     FLG NRUN BSPL PRI RNRN KRNRN SWITCH THREAD   PROC
  0 f50454b8  1b    0    0  60   no    no t-0    c5a0ade0 sched
  1 c5423080  1b    1    0  59  yes    no t-0    c6178ee0 python2.4
  2 c5a71a80  1b    0    0  59   no    no t-0    c617cac0 xenstored
  3 c5a70a00  1b    1    0  -1   no    no t-0    c5afdde0 (idle)
= 0
$ mdb sample:goldcloth -e '::cpuinfo | ::print cpu_t cpu_id'
cpu_id = 0
cpu_id = 0x1
cpu_id = 0x2
cpu_id = 0x3
= 0
# Threads.
$ mdb sample:goldcloth -e '::thread'
    ADDR    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR DISPTIME BOUND PR
c5a0ade0 onproc      0    0 1003    60     0   0      n/a        0    -1  0
c6178ee0 onproc      0    0 1003    59     0   0      n/a        0    -1  0
c617cac0 onproc      0    0 1003    59     0   0      n/a        0    -1  0
c5af1de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5af5de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5af9de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5afdde0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5bd1de0 sleep       0    0 1003    60     0   0      n/a        0    -1  0
c5bd5de0 sleep       0    0 1003    98     0   0      n/a        0    -1  0
c617d700 sleep       0    0 1003    59     0   0      n/a        0    -1  0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -p'
    ADDR     PROC      LWP     CRED
c5bd5de0 c70008c0        0        0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -i'
    ADDR    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR
c5bd5de0 sleep       0    0 1003    98     0   0      n/a
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -b'
    ADDR    WCHAN       TS     PITS    SOBJ OPS
c5bd5de0 f5070020        0        0           0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -s'
    ADDR SIGQUEUE         SIG PEND         SIG HELD
c5bd5de0        0 0000000000000000 0000000000000000
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -d'
    ADDR DISPTIME BOUND PR
c5bd5de0        0    -1  0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -pibsd'
    ADDR     PROC      LWP     CRED
            STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR
            WCHAN       TS     PITS    SOBJ OPS
         SIGQUEUE         SIG PEND         SIG HELD
         DISPTIME BOUND PR
c5bd5de0 c70008c0        0        0
         sleep       0    0 1003    98     0   0      n/a
         f5070020        0        0           0
                0 0000000000000000 0000000000000000
                0    -1  0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -pibsdm'
    ADDR     PROC      LWP     CRED    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR    WCHAN       TS     PITS    SOBJ OPS SIGQUEUE         SIG PEND         SIG HELD DISPTIME BOUND PR
c5bd5de0 c70008c0        0        0 sleep       0    0 1003    98     0   0      n/a f5070020        0        0           0        0 0000000000000000 0000000000000000        0    -1  0
= 0
$ mdb sample:goldcloth -e 'c5bd5de0::thread -m'
    ADDR    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR DISPTIME BOUND PR
c5bd5de0 sleep       0    0 1003    98     0   0      n/a        0    -1  0
= 0
$ mdb sample:goldcloth -e '::thread -f !wc -l'
      11
= 0
$ mdb sample:goldcloth -e '::thread | ::print kthread_t t_pri'
t_pri = 0x3c
t_pri = 0x3b
t_pri = 0x3b
t_pri = 0xffff
t_pri = 0xffff
t_pri = 0xffff
t_pri = 0xffff
t_pri = 0x3c
t_pri = 0x62
t_pri = 0x3b
= 0
$ mdb sample:goldcloth -e '1234::thread'
    ADDR    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR DISPTIME BOUND PR
! mdb: can't read kthread_t at 0x1234: the kernel has no such thread
= 0
$ mdb sample:goldcloth -e '::threadlist'
    ADDR     PROC      LWP CMD/LWPID
c5a0ade0 f5048000        0 taskq_thread()
c6178ee0 c7002300 c70032d8 python2.4/1
c617cac0 c7001a40 c7003720 xenstored/1
c5af1de0 f5048000        0 idle()
c5af5de0 f5048000        0 idle()
c5af9de0 f5048000        0 idle()
c5afdde0 f5048000        0 idle()
c5bd1de0 c7001180        0 fsflush()
c5bd5de0 c70008c0        0 pageout()
c617d700 c7000000 c7003b68 init/1
= 0
$ mdb sample:goldcloth -e '::threadlist -t !wc -l'
      11
= 0
$ mdb sample:goldcloth -e 'c617d700::threadlist -v'
    ADDR     PROC      LWP CLS PRI    WCHAN
c617d700 c7000000 c7003b68   0  59 c7800010
  PC: resume_return    CMD: /sbin/init
  stack pointer for thread c617d700: c5b31ec8
    swtch+0xb5()
    cv_wait+0x33()
    poll_common+0x28c()
    sys_call+0xe0()
= 0
$ mdb sample:goldcloth -e 'c5bd1de0::threadlist -v 2'
    ADDR     PROC      LWP CLS PRI    WCHAN
c5bd1de0 c7001180        0   0  60 f5070010
  PC: resume_return    THREAD: fsflush()
  stack pointer for thread c5bd1de0: c5bd1cb0
    swtch+0xb5()
    cv_timedwait+0x5e()
    fsflush+0xc8(0, 0)
    thread_start+8()
= 0
$ mdb sample:goldcloth -e '::threadlist -v !head -6'
    ADDR     PROC      LWP CLS PRI    WCHAN
c5a0ade0 f5048000        0   0  60        0
  PC: resume_return    THREAD: taskq_thread()
  stack pointer for thread c5a0ade0: ffbf3f1c
    xpv`panic+0x33()
    xpv`dom0_shutdown+0x43()
= 0
$ mdb sample:goldcloth -e '::threadlist 3'
! mdb: usage: [address]::threadlist [-tv] [arguments]
= 2
$ mdb sample:goldcloth -e 'c7000000::walk thread | ::threadlist'
    ADDR     PROC      LWP CMD/LWPID
c617d700 c7000000 c7003b68 init/1
= 0
# Stacks, and how many threads have each.
$ mdb sample:goldcloth -e '::stacks !head -24'
THREAD   STATE    SOBJ        COUNT
c5af1de0 ONPROC   <NONE>          4
         idle+0x64
         thread_start+8
c6178ee0 ONPROC   <NONE>          2
         <no saved registers>
c5bd1de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_timedwait+0x5e
         fsflush+0xc8
         thread_start+8
c5bd5de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         pageout+0x1b0
         thread_start+8
c617d700 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         poll_common+0x28c
= 0
$ mdb sample:goldcloth -e '::stacks -a !head -9'
THREAD   STATE    SOBJ        COUNT
c5af1de0 ONPROC   <NONE>          4
c5af5de0 ONPROC   <NONE>          -
c5af9de0 ONPROC   <NONE>          -
c5afdde0 ONPROC   <NONE>          -
         idle+0x64
         thread_start+8
THREAD   STATE    SOBJ        COUNT
= 0
$ mdb sample:goldcloth -e '::stacks -v !tail -2'
6 unique stacks / 10 threads
= 0
$ mdb sample:goldcloth -e '::stacks -t panic !head -5'
THREAD   STATE    SOBJ        COUNT
c5a0ade0 PANIC    <NONE>          1
         xpv`panic+0x33
         xpv`dom0_shutdown+0x43
         xpv`domain_shutdown+0x22
= 0
$ mdb sample:goldcloth -e '::stacks -t sleep'
THREAD   STATE    SOBJ        COUNT
c5bd1de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_timedwait+0x5e
         fsflush+0xc8
         thread_start+8
c5bd5de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         pageout+0x1b0
         thread_start+8
c617d700 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         poll_common+0x28c
         sys_call+0xe0
= 0
$ mdb sample:goldcloth -e '::stacks -T ONPROC !grep -c THREAD'
1
= 0
$ mdb sample:goldcloth -e '::stacks -c cv_wait'
THREAD   STATE    SOBJ        COUNT
c5bd5de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         pageout+0x1b0
         thread_start+8
c617d700 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         poll_common+0x28c
         sys_call+0xe0
= 0
$ mdb sample:goldcloth -e '::stacks -C cv_wait -t sleep'
THREAD   STATE    SOBJ        COUNT
c5bd1de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_timedwait+0x5e
         fsflush+0xc8
         thread_start+8
= 0
$ mdb sample:goldcloth -e '::stacks -m lofi !head -2'
THREAD   STATE    SOBJ        COUNT
c5a0ade0 PANIC    <NONE>          1
= 0
$ mdb sample:goldcloth -e '::stacks -M lofi !wc -l'
      26
= 0
$ mdb sample:goldcloth -e '::stacks -s cv'
= 0
$ mdb sample:goldcloth -e '::stacks -S all !wc -l'
      71
= 0
$ mdb sample:goldcloth -e '::stacks -i !head -2'
THREAD   STATE    SOBJ        COUNT
c5af1de0 ONPROC   <NONE>          4
= 0
$ mdb sample:goldcloth -e '::stacks -f -t sleep -c fsflush'
THREAD   STATE    SOBJ        COUNT
c5bd1de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_timedwait+0x5e
         fsflush+0xc8
         thread_start+8
= 0
$ mdb sample:goldcloth -e 'c5af5de0::stacks'
THREAD   STATE    SOBJ        COUNT
c5af1de0 ONPROC   <NONE>          4
         idle+0x64
         thread_start+8
= 0
$ mdb sample:goldcloth -e 'c5af5de0::stacks -a'
THREAD   STATE    SOBJ        COUNT
c5af1de0 ONPROC   <NONE>          4
c5af5de0 ONPROC   <NONE>          -
c5af9de0 ONPROC   <NONE>          -
c5afdde0 ONPROC   <NONE>          -
         idle+0x64
         thread_start+8
= 0
$ mdb sample:goldcloth -e '::walk thread | ::stacks -c pageout'
THREAD   STATE    SOBJ        COUNT
c5bd5de0 SLEEP    <NONE>          1
         swtch+0xb5
         cv_wait+0x33
         pageout+0x1b0
         thread_start+8
= 0
$ mdb sample:goldcloth -e '::stacks -c idle | ::thread'
    ADDR    STATE  FLG PFLG SFLG   PRI  EPRI PIL     INTR DISPTIME BOUND PR
c5af1de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5af5de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5af9de0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
c5afdde0 onproc      0    0 1003    -1     0   0      n/a        0    -1  0
= 0
$ mdb sample:goldcloth -e '::stacks -m zork'
! mdb: stacks: module "zork" is unknown
= 2
$ mdb sample:goldcloth -e '::stacks -t zork'
! mdb: -t zork: there is free, sleep, run, onproc, zomb, stopped, wait, panic
= 2
$ mdb sample:goldcloth -e '::stacks -i -t sleep'
! mdb: -i is incompatible with -[sStT]
= 2
$ mdb sample:goldcloth -e '::stacks -s cv -S mutex'
! mdb: only one of -s and -S can be specified
= 2
$ mdb sample:goldcloth -e '1234::stacks'
! mdb: couldn't read thread at 1234
= 0
# Processes.
$ mdb sample:goldcloth -e '::ps'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      0      -      0      -      0 0x00004001 f5048000 sched
S      1      -      1      -      0 0x00004001 c7000000 init
S    601      -    601      -      0 0x00004001 c7001a40 xenstored
S   1402      -   1402      -      0 0x00004001 c7002300 python2.4
S      2      -      2      -      0 0x00004001 c70008c0 pageout
S      3      -      3      -      0 0x00004001 c7001180 fsflush
= 0
$ mdb sample:goldcloth -e '::ps -f'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      0      -      0      -      0 0x00004001 f5048000 sched
S      1      -      1      -      0 0x00004001 c7000000 /sbin/init
S    601      -    601      -      0 0x00004001 c7001a40 /usr/lib/xenstored --pid-file=/var/run/xenstore.pid
S   1402      -   1402      -      0 0x00004001 c7002300 /usr/bin/python2.4 /usr/lib/xend start
S      2      -      2      -      0 0x00004001 c70008c0 pageout
S      3      -      3      -      0 0x00004001 c7001180 fsflush
= 0
$ mdb sample:goldcloth -e '::ps -lt'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      0      -      0      -      0 0x00004001 f5048000 sched
	T  0xc5a0ade0 <TS_ONPROC>
	L         0 ID: 0
	T  0xc5af1de0 <TS_ONPROC>
	L         0 ID: 0
	T  0xc5af5de0 <TS_ONPROC>
	L         0 ID: 0
	T  0xc5af9de0 <TS_ONPROC>
	L         0 ID: 0
	T  0xc5afdde0 <TS_ONPROC>
	L         0 ID: 0
S      1      -      1      -      0 0x00004001 c7000000 init
	T  0xc617d700 <TS_SLEEP>
	L  0xc7003b68 ID: 1
S    601      -    601      -      0 0x00004001 c7001a40 xenstored
	T  0xc617cac0 <TS_ONPROC>
	L  0xc7003720 ID: 1
S   1402      -   1402      -      0 0x00004001 c7002300 python2.4
	T  0xc6178ee0 <TS_ONPROC>
	L  0xc70032d8 ID: 1
S      2      -      2      -      0 0x00004001 c70008c0 pageout
	T  0xc5bd5de0 <TS_SLEEP>
	L         0 ID: 0
S      3      -      3      -      0 0x00004001 c7001180 fsflush
	T  0xc5bd1de0 <TS_SLEEP>
	L         0 ID: 0
= 0
$ mdb sample:goldcloth -e '::ps -TPz'
S    PID   PPID   PGID    SID  TASK  PROJ  ZONE    UID      FLAGS     ADDR NAME
S      0      -      0      -     -     -     -      0 0x00004001 f5048000 sched
S      1      -      1      -     -     -     -      0 0x00004001 c7000000 init
S    601      -    601      -     -     -     -      0 0x00004001 c7001a40 xenstored
S   1402      -   1402      -     -     -     -      0 0x00004001 c7002300 python2.4
S      2      -      2      -     -     -     -      0 0x00004001 c70008c0 pageout
S      3      -      3      -     -     -     -      0 0x00004001 c7001180 fsflush
= 0
$ mdb sample:goldcloth -e 'c7000000::ps -f'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      1      -      1      -      0 0x00004001 c7000000 /sbin/init
= 0
$ mdb sample:goldcloth -e '1234::ps'
! mdb: there is no process at 0x1234
= 0
$ mdb sample:goldcloth -e '::pgrep p'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S   1402      -   1402      -      0 0x00004001 c7002300 python2.4
S      2      -      2      -      0 0x00004001 c70008c0 pageout
= 0
$ mdb sample:goldcloth -e '::pgrep -x init'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      1      -      1      -      0 0x00004001 c7000000 init
= 0
$ mdb sample:goldcloth -e '::pgrep -n s'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      0      -      0      -      0 0x00004001 f5048000 sched
= 0
$ mdb sample:goldcloth -e '::pgrep -o s'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S      0      -      0      -      0 0x00004001 f5048000 sched
= 0
$ mdb sample:goldcloth -e '::pgrep zork'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
= 0
$ mdb sample:goldcloth -e '::pgrep'
! mdb: usage: ::pgrep [-nox] pattern
= 2
$ mdb sample:goldcloth -e '::pgrep -no p'
! mdb: usage: ::pgrep [-nox] pattern
= 2
$ mdb sample:goldcloth -e '::pgrep ('
! mdb: ( is no regular expression that can be used here
= 2
$ mdb sample:goldcloth -e '::pgrep xen | ::ps -f'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S    601      -    601      -      0 0x00004001 c7001a40 /usr/lib/xenstored --pid-file=/var/run/xenstore.pid
= 0
$ mdb sample:goldcloth -e '::ptree'
f5048000  sched
c7000000  init
c7001a40  xenstored
c7002300  python2.4
c70008c0  pageout
c7001180  fsflush
= 0
$ mdb sample:goldcloth -e 'c7001a40::ptree'
c7001a40  xenstored
= 0
$ mdb sample:goldcloth -e '1234::ptree'
! mdb: there is no process at 0x1234
= 0
$ mdb sample:goldcloth -e '0t1402::pid2proc'
c7002300
= 0
$ mdb sample:goldcloth -e '0t1402::pid2proc | ::ps'
S    PID   PPID   PGID    SID    UID      FLAGS     ADDR NAME
S   1402      -   1402      -      0 0x00004001 c7002300 python2.4
= 0
$ mdb sample:goldcloth -e '0t77::pid2proc'
! mdb: PID 0t77 not found
= 0
$ mdb sample:goldcloth -e '::pid2proc'
! mdb: ::pid2proc wants an address: address::pid2proc
!     ::pid2proc
!     ^^^^^^^^^^
= 2
# Walkers.
$ mdb sample:goldcloth -e '::walk thread'
0xc5a0ade0
0xc6178ee0
0xc617cac0
0xc5af1de0
0xc5af5de0
0xc5af9de0
0xc5afdde0
0xc5bd1de0
0xc5bd5de0
0xc617d700
= 0
$ mdb sample:goldcloth -e 'c7002300::walk thread'
0xc6178ee0
= 0
$ mdb sample:goldcloth -e '::walk proc'
0xf5048000
0xc7000000
0xc7001a40
0xc7002300
0xc70008c0
0xc7001180
= 0
$ mdb sample:goldcloth -e 'c7000000::walk proc'
0xc7000000
= 0
$ mdb sample:goldcloth -e '::walk cpu'
0xf50454b8
0xc5423080
0xc5a71a80
0xc5a70a00
= 0
$ mdb sample:goldcloth -e '::walk cpu_dispq'
= 0
$ mdb sample:goldcloth -e 'c5423080::walk cpu_dispq'
= 0
$ mdb sample:goldcloth -e '1234::walk cpu_dispq'
! mdb: failed to perform walk: there is no CPU at 0x1234
= 0
$ mdb sample:goldcloth -e '1234::walk thread'
! mdb: failed to perform walk: there is no process at 0x1234
= 0
$ mdb sample:goldcloth -e '::walk cpu | ::print cpu_t cpu_thread | ::threadlist'
    ADDR     PROC      LWP CMD/LWPID
c5a0ade0 f5048000        0 taskq_thread()
c6178ee0 c7002300 c70032d8 python2.4/1
c617cac0 c7001a40 c7003720 xenstored/1
c5afdde0 f5048000        0 idle()
= 0
