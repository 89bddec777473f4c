# Sizes, offsets, lists, arrays, enumerations, and the walkers of structures.
$ mdb sample:goldcloth -e '::sizeof struct vcpu; ::sizeof kthread_t; ::sizeof unsigned long; ::sizeof vcpu'
sizeof (struct vcpu) = 0xe80
sizeof (kthread_t) = 0x200
sizeof (unsigned long) = 0x4
sizeof (struct vcpu) = 0xe80
= 0
$ mdb sample:goldcloth -e '::offsetof struct vcpu arch.guest_context.user_regs; ::offsetof kthread_t t_stkbase'
offsetof (struct vcpu, arch.guest_context.user_regs) = 0x304, sizeof (...->arch.guest_context.user_regs) = 0x44
offsetof (kthread_t, t_stkbase) = 0x174, sizeof (...->t_stkbase) = 0x4
= 0
$ mdb sample:goldcloth -e '::offsetof kthread_t t_procp->p_stat'
! mdb: t_procp->p_stat goes through a pointer: its place is not in kthread_t
= 2
$ mdb sample:goldcloth -e '::sizeof nothing'
! mdb: failed to look up type nothing: type not found
= 2
$ mdb sample:goldcloth -e 'c7000000::list proc_t p_next | ::print proc_t p_user.u_comm'
p_user.u_comm = [ "init" ]
p_user.u_comm = [ "pageout" ]
p_user.u_comm = [ "fsflush" ]
p_user.u_comm = [ "xenstored" ]
p_user.u_comm = [ "python2.4" ]
= 0
$ mdb sample:goldcloth -e 'c7000000::list proc_t p_next p | ::eval <p=K ! head -2'
                c7000000
                c70008c0
= 0
$ mdb sample:goldcloth -e 'c7000000::list proc_t p_stat'
! mdb: p_stat is not a pointer type
= 2
$ mdb sample:goldcloth -e 'ffbe43b0::array uintptr_t 4 | ::print uintptr_t'
0xffbe1100
0xffbe0100
0xffbdf100
0xffbde100
= 0
$ mdb sample:goldcloth -e 'ffbe43b0::array struct vcpu 2'
ffbe43b0
ffbe5230
= 0
$ mdb sample:goldcloth -e '::walk modctl | ::print struct modctl mod_modname ! head -3'
mod_modname = 0xc7006b18 "unix"
mod_modname = 0xc7006cb0 "genunix"
mod_modname = 0xc7006e58 "specfs"
= 0
$ mdb sample:goldcloth -e '::walk as ! wc -l; kas=X'
       7
                f5048940
= 0
$ mdb sample:goldcloth -e '::walk proc | ::print proc_t p_user.u_comm'
p_user.u_comm = [ "sched" ]
p_user.u_comm = [ "init" ]
p_user.u_comm = [ "xenstored" ]
p_user.u_comm = [ "python2.4" ]
p_user.u_comm = [ "pageout" ]
p_user.u_comm = [ "fsflush" ]
= 0
$ mdb sample:goldcloth -e 'c7002300::walk thread | ::print kthread_t t_tid'
t_tid = 0x1
= 0
$ mdb sample:goldcloth -e '::walk cpu | ::print cpu_t cpu_id'
cpu_id = 0
cpu_id = 0x1
cpu_id = 0x2
cpu_id = 0x3
= 0
$ mdb sample:goldcloth -e '::walk cpu_dispq'
= 0
$ mdb sample:goldcloth -e '::walk vcpu; ff26a100::walk vcpu'
0xffbe1100
0xffbe0100
0xffbdf100
0xffbde100
0xff268100
0xff266100
0xff268100
0xff266100
= 0
$ mdb sample:goldcloth -e 'c70061e8::print queue_t q_first | ::walk b_next ! head -3; c70040c8::walk b_cont'
0xc70040c8
0xc7004168
0xc70041d8
0xc70040c8
0xc70040a8
= 0

# The trees of this dump are opaque: its types do not say what is in them.
$ mdb sample:goldcloth -e '::walk seg; kas::walk avl'
! mdb: failed to read avl_tree_t at 0xf504896c
! mdb: failed to read avl_tree_t at 0xf5048940
= 0
$ mdb sample:goldcloth -e '::enum enum vtype; ::enum -x enum xdb_state; ::enum -e enum xdb_state; 1::enum enum xdb_state; ::enum xdb_state XDB_ERROR; ::enum xdb_state 77'
VALUE       NAME
0           VTYPE_0
VALUE       NAME
0           XDB_UNKNOWN
0x1         XDB_CONNECTED
0xffffffff  XDB_ERROR
XDB_UNKNOWN
XDB_CONNECTED
XDB_ERROR
VALUE       NAME
1           XDB_CONNECTED
VALUE       NAME
-1          XDB_ERROR
! mdb: there is no such constant in enum xdb_state
= 0
$ mdb sample:goldcloth -e '::walk list; ::walk nothing'
! mdb: walk list wants an address: address::walk list
! mdb: failed to perform walk: unknown walk name nothing
= 2
