# A structure at an address; 'struct' may be left out.
$ print made-up 'struct vcpu' 0xffff8300031e4000
xen:0xffff8300031e4000
struct vcpu {
    vcpu_id = 7
    processor = -2
    domain = 0xffff830003f41000
    runstate = RUNSTATE_runnable
    is_running = 1
    pause_count = 5
    {
        cookie = 4660
    }
    name = "vcpu0"
}
= 0

# Nothing of it is there.
$ print made-up vcpu 0x10
! xendump: Nothing of struct vcpu can be read at xen:0x10: nothing is mapped at 0x10.
= 2

# Expressions.
$ print made-up hardware_domain
0xffff830003f41000
= 0
$ print made-up hardware_domain->tot_pages
11287 (0x2c17)
= 0
$ print made-up 'hardware_domain->vcpu[0]->processor'
-2 (0xfffffffe)
= 0
$ print made-up machine_halt
0xffff82d040001000 <xen`machine_halt>
= 0
$ print made-up $rip
0xffff82d040001001
= 0
$ print made-up 'nr_cpus == 2 ? $rax : 0' --frame 0
51 (0x33)
= 0

# What cannot be read is said where it would stand.
$ print made-up idle_vcpu
struct vcpu *[4] at xen:0xffff82d040100000
{0xffff830003dfa000, 0xffff8300031f5000, <nothing is mapped at 0xffff82d040100010>, <nothing is mapped at 0xffff82d040100018>}
= 0
