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
$ mdb sample:goldcloth -e '::walk list; ::walk nothing'
! mdb: walk list wants an address: address::walk list
! mdb: failed to perform walk: unknown walk name nothing
= 2
