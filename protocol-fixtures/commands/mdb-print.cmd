# ::print, with each of its options.

# Types by name, from the symbol, from the walker; members.
$ mdb sample:goldcloth -e 'utsname::print sysname release'
sysname = [ "SunOS" ]
release = [ "5.11" ]
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print kthread_t t_procp->p_user.u_comm t_startpc t_state'
t_procp->p_user.u_comm = [ "sched" ]
t_startpc = taskq_thread
t_state = 0x4
= 0
$ mdb sample:goldcloth -e '::walk domain | ::print domain_id tot_pages'
domain_id = 0
tot_pages = 0x76cfd
domain_id = 0x3
tot_pages = 0x44afd
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print vcpu vcpu_id processor'
vcpu_id = 0
processor = 0x2
= 0
$ mdb sample:goldcloth -e 'ffbe4100::print struct domain vcpu[1] vcpu[1]->vcpu_id'
vcpu[1] = 0xffbe0100
vcpu[1]->vcpu_id = 0x1
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print kthread_t t_cpu[0] ! head -4'
t_cpu = {
    t_cpu->cpu_id = 0
    t_cpu->cpu_seqid = 0
    t_cpu->cpu_flags = 0x1b
= 0
$ mdb sample:goldcloth -e 'ffbe4100::print struct domain vcpu'
vcpu = [ 0xffbe1100, 0xffbe0100, 0xffbdf100, 0xffbde100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 ]
= 0

# In a pipe: the value of a pointer or number, the address of anything else; with -a always the address.
$ mdb sample:goldcloth -e 'ffbe4100::print struct domain vcpu[2] | ::print struct vcpu vcpu_id; ffbe1100::print struct vcpu arch.guest_context | ::walk domain ! wc -l'
vcpu_id = 0x2
       2
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print struct vcpu runstate | ::eval .=X; ffbe1100::print -a struct vcpu vcpu_id | ::eval .=X'
                ffbe1154
                ffbe1100
= 0

# -a: addresses. -t, -T: types. -h: holes.
$ mdb sample:goldcloth -e 'ffbe1100::print -a struct vcpu runstate'
ffbe1154 runstate = {
    ffbe1154 runstate.state = 0
    ffbe1158 runstate.state_entry_time = 0x1a4c0000000
    ffbe1160 runstate.time = [ 0, 0, 0, 0 ]
}
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print -t struct vcpu runstate'
struct vcpu_runstate_info runstate = {
    int runstate.state = 0
    uint64_t runstate.state_entry_time = 0x1a4c0000000
    uint64_t [4] runstate.time = [ 0, 0, 0, 0 ]
}
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print -T struct vcpu runstate vcpu_id'
struct vcpu_runstate_info runstate = {
    int runstate.state = 0
    uint64_t <<unsigned long long>> runstate.state_entry_time = 0x1a4c0000000
    uint64_t [4] runstate.time = [ 0, 0, 0, 0 ]
}
int vcpu_id = 0
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print -at struct vcpu runstate.state'
ffbe1154 int runstate.state = 0
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print -h kthread_t ! grep -n HOLE'
17:    <<HOLE>> = 0
36:    <<HOLE>> = 0
118:    <<HOLE>> = 0
122:    <<HOLE>> = 0
131:    <<HOLE>> = 0
= 0

# -d, -x: integers. -n: pointers. -i: the address is the value.
$ mdb sample:goldcloth -e 'c5a0ade0::print -d kthread_t t_pri t_bind_cpu t_start'
t_pri = 0t60
t_bind_cpu = -0t1
t_start = 0t1176230912
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print -x kthread_t t_pri t_start'
t_pri = 0x3c
t_start = 0x461bdc00
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::print -n kthread_t t_startpc t_stk'
t_startpc = 0xf4cb2594
t_stk = 0xc5a0add8
= 0
$ mdb sample:goldcloth -e '7f::print -i int; 41::print -i char; ffff::print -id short'
0x7f
'A'
-0t1
= 0

# -l, -L, -c, -C: arrays. -s: depth. -p: physical.
$ mdb sample:goldcloth -e 'ffbe4100::print -l 2 struct domain vcpu; ffbe1100::print -l 1 struct vcpu runstate.time'
vcpu = [ 0xffbe1100, 0xffbe0100, ... ]
runstate.time = [ 0, ... ]
= 0
$ mdb sample:goldcloth -e 'ffbe4100::print -L struct domain vcpu ! wc -w'
      36
= 0
$ mdb sample:goldcloth -e 'utsname::print -c 10 sysname ! head -1; utsname::print -C sysname'
sysname = [ 'S', 'u', 'n', 'O', 'S', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', '\0', ... ]
sysname = [ "SunOS" ]
= 0
$ mdb sample:goldcloth -e 'ffbe1100::print -s 0 struct vcpu; ffbe1100::print -s 1 struct vcpu ! grep guest_context'
{ ... }
= 0
$ mdb sample:goldcloth -e 'c5a0ade0::vtop | ::print -p kthread_t t_stkbase'
t_stkbase = 0xc5a09000
= 0

# Without an address: the layout.
$ mdb sample:goldcloth -e '::print -at struct vcpu_runstate_info'
0 struct vcpu_runstate_info {
    0 int state
    4 uint64_t state_entry_time
    c uint64_t [4] time
}
= 0

# What is wrong.
$ mdb sample:goldcloth -e 'ffbe1100::print struct vcpu vcpu_idd'
! mdb: failed to find member vcpu_idd of struct vcpu; did you mean vcpu_id?
= 2
$ mdb sample:goldcloth -e 'ffbe1100::print struct vcpuu'
! mdb: failed to look up type struct vcpuu: type not found; did you mean struct vcpu?
= 2
$ mdb sample:goldcloth -e 'ffbe1100::print struct vcpu vcpu_id.x'
! mdb: int is not a struct or union type
= 2
$ mdb sample:goldcloth -e '5::print struct vcpu vcpu_id'
! mdb: failed to read data from target: no mapping for address 0x5: the dump records no page for the page at 0x0 in the address space 0xf5048940
= 0
$ mdb sample:goldcloth -e 'ffbe4100::print struct domain vcpu[40]'
! mdb: index 0x40 is outside of array bounds [0 .. 0x1f]
= 2
$ mdb sample:goldcloth -e '12345::print'
! mdb: no symbol information for 0x12345: name a type, [address]::print [-aCdhiLnptTx] [-c limit] [-l limit] [-s depth] [type] [member ...]
= 2
$ mdb sample:goldcloth -e '::print'
! mdb: usage: [address]::print [-aCdhiLnptTx] [-c limit] [-l limit] [-s depth] [type] [member ...]
= 2
$ mdb sample:goldcloth -e 'ffbe1100::print -pi struct vcpu'
! mdb: -p and -i options are incompatible
= 2
