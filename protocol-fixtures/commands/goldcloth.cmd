# The dump of the talk 'Xen Crash Dumps on Solaris' (sample:goldcloth), asked what the talk asks.
$ info sample:goldcloth
= 0
$ stack sample:goldcloth
= 0
$ stack sample:goldcloth --cpu 3
= 0
$ stack sample:goldcloth --thread 0xc5bd5de0
= 0
$ stack sample:goldcloth --thread 0x1234567
= 0
$ threads sample:goldcloth
= 0
$ threads sample:goldcloth --all
= 0
$ threads sample:goldcloth --state sleep --function cv_wait
= 0
$ threads sample:goldcloth --process python2.4
= 0
$ threads sample:goldcloth --state asleep
= 0
$ print sample:goldcloth utsname
= 0
$ print sample:goldcloth xenver
= 0
$ print sample:goldcloth 'struct vcpu' 0xffbe1100
= 0
$ print sample:goldcloth '((kthread_t *)0xc5a0ade0)->t_stkbase'
= 0
$ print sample:goldcloth dom0_nrpages
= 0
$ print sample:goldcloth '((struct vcpu *)0xffbe1100)->arch.guest_context.user_regs'
= 0
$ read sample:goldcloth 0xffbf3fc8 16
= 0
$ read sample:goldcloth 0x45dc8010 16 --space phys
= 0
$ read sample:goldcloth 0xc5a08fdc 4
= 0
$ read sample:goldcloth 0 16 --space 1
= 0
$ dis sample:goldcloth page_ctr_sub_internal
= 0
