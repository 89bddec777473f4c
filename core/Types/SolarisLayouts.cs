namespace XenDumpAdapter.Core.Types;

/// <summary>
/// Structures of Solaris kernels, measured by compiling their headers for the platform i86xpv: illumos-gate of January 2015 and OpenSolaris of September 2007
/// (usr/src/uts/common/sys and usr/src/uts/i86pc/sys). Only the members that the model of the kernel reads. A line is a structure with its size, an indented one a
/// member with its offset and type; all in bytes.
/// </summary>
internal static class SolarisLayouts
{
    /// <summary>32-bit structures that did not change between 2007 and 2015.</summary>
    public const string Ia32Common = """
        struct lwpchan 8
            lc_wchan0 0 void *
            lc_wchan 4 void *
        struct _disp 36
            disp_lock 0 uint8_t
            disp_npri 2 int16_t
            disp_q 4 void *
            disp_q_limit 8 void *
            disp_qactmap 12 void *
            disp_maxrunpri 16 int16_t
            disp_max_unbound_pri 18 int16_t
            disp_nrunnable 20 int32_t
            disp_cpu 24 void *
            disp_steal 28 int64_t
        struct dispq 12
            dq_first 0 void *
            dq_last 4 void *
            dq_sruncnt 8 int32_t
        struct pid 24
            pid_id 4 int32_t
            pid_link 16 void *
            pid_ref 20 uint32_t
        struct queue 128
            q_qinfo 0 void *
            q_first 4 void *
            q_last 8 void *
            q_next 12 void *
            q_ptr 20 void *
            q_count 24 uint32_t
            q_flag 28 uint32_t
        struct msgb 32
            b_next 0 void *
            b_prev 4 void *
            b_cont 8 void *
            b_rptr 12 void *
            b_wptr 16 void *
            b_datap 20 void *
            b_band 24 uint8_t
            b_tag 25 uint8_t
            b_flag 26 uint16_t
            b_queue 28 void *
        struct log_ctl 24
            mid 0 int16_t
            sid 2 int16_t
            level 4 char
            flags 6 int16_t
            ltime 8 int32_t
            ttime 12 int32_t
            seq_no 16 int32_t
            pri 20 int32_t
        struct _sobj_ops 16
            sobj_type 0 int32_t
            sobj_owner 4 void *
        struct utsname 1285
            sysname 0 char [257]
            nodename 257 char [257]
            release 514 char [257]
            version 771 char [257]
            machine 1028 char [257]
        struct label 24
            val 0 int32_t [6]
        struct panic_trap_info 12
            trap_regs 0 void *
            trap_type 4 uint32_t
            trap_addr 8 void *
        """;

    /// <summary>32-bit structures of illumos, January 2015.</summary>
    public const string Ia32Illumos2015 = """
        struct _kthread 560
            t_link 0 void *
            t_stk 4 void *
            t_startpc 8 void *
            t_bound_cpu 12 void *
            t_flag 20 uint16_t
            t_proc_flag 22 uint16_t
            t_schedflag 24 uint16_t
            t_preempt 26 char
            t_state 28 uint32_t
            t_pri 32 int16_t
            t_epri 34 int16_t
            t_pcb 40 struct label
            t_lwpchan 64 struct lwpchan
            t_sobj_ops 72 void *
            t_cid 76 int32_t
            t_swap 104 void *
            t_pil 110 uint8_t
            t_cpu 116 void *
            t_intr 136 void *
            t_did 148 uint64_t
            t_tid 168 int32_t
            t_forw 228 void *
            t_back 232 void *
            t_lwp 240 void *
            t_procp 244 void *
            t_next 252 void *
            t_prev 256 void *
            t_whystop 260 uint16_t
            t_whatstop 262 uint16_t
            t_cred 276 void *
            t_start 280 int32_t
            t_sysnum 300 int16_t
            t_lockp 312 void *
            t_disp_queue 320 void *
            t_disp_time 324 int32_t
            t_prioinv 352 void *
            t_ts 356 void *
            t_stkbase 396 void *
            t_priforw 432 void *
            t_sleepq 440 void *
            t_panic_trap 444 void *
            t_hatdepth 466 uint8_t
            t_taskq 472 void *
        struct cpu 1772
            cpu_id 0 int32_t
            cpu_seqid 4 int32_t
            cpu_flags 8 uint16_t
            cpu_self 12 void *
            cpu_thread 16 void *
            cpu_idle_thread 20 void *
            cpu_pause_thread 24 void *
            cpu_lwp 28 void *
            cpu_next 48 void *
            cpu_prev 52 void *
            cpu_next_onln 56 void *
            cpu_disp 108 void *
            cpu_runrun 112 char
            cpu_kprunrun 113 char
            cpu_dispthread 116 void *
            cpu_dispatch_pri 122 int16_t
            cpu_last_swtch 124 int32_t
            cpu_intr_stack 128 void *
            cpu_intr_thread 132 void *
            cpu_intr_actv 136 uint32_t
            cpu_base_spl 140 int32_t
        struct proc 2828
            p_exec 0 void *
            p_as 4 void *
            p_swapcnt 24 int32_t
            p_stat 28 char
            p_ppid 36 int32_t
            p_parent 44 void *
            p_child 48 void *
            p_sibling 52 void *
            p_next 68 void *
            p_prev 72 void *
            p_pidp 100 void *
            p_flag 120 uint32_t
            p_lwpcnt 236 int32_t
            p_lwprcnt 240 int32_t
            p_zombcnt 256 int32_t
            p_tlist 260 void *
            p_model 912 uint32_t
            p_zone 1100 void *
            p_user 1144 struct user
        struct user 1684
            u_start 180 uint64_t
            u_comm 192 char [17]
            u_psargs 209 char [80]
            u_argc 292 int32_t
            u_argv 296 void *
            u_envp 300 void *
        struct _klwp 1436
            lwp_ap 892 void *
            lwp_arg 904 int32_t [8]
            lwp_regs 936 void *
            lwp_cursig 968 uint8_t
            lwp_lastfault 1328 int32_t
            lwp_lastfaddr 1332 void *
            lwp_state 1385 char
            lwp_thread 1392 void *
            lwp_procp 1396 void *
        struct as 120
            a_hat 12 void *
            a_userlimit 20 void *
            a_size 32 uint32_t
            a_segtree 44 struct avl_tree
            a_proc 112 void *
        struct seg 60
            s_base 0 void *
            s_size 4 uint32_t
            s_as 16 void *
            s_tree 20 struct avl_node
            s_ops 36 void *
            s_data 40 void *
        struct avl_tree 20
            avl_root 0 void *
            avl_offset 8 uint32_t
            avl_numnodes 12 uint32_t
        struct avl_node 16
            avl_child 0 void * [2]
        struct panic_info 88
            pi_version 0 int32_t
            pi_regs 4 void *
            pi_apic 8 void *
            pi_panicstr 12 void *
            pi_ram_start 16 void *
            pi_ram_end 20 void *
            pi_xen_start 24 void *
            pi_xen_end 28 void *
            pi_stktop 32 void *
            pi_domain 36 void *
            pi_vcpu 40 void *
            pi_dom0cpu 44 int32_t
        struct xenver 1264
            xv_major 0 uint32_t
            xv_minor 4 uint32_t
            xv_revision 8 uint32_t
            xv_is_xvm 28 uint32_t
        """;

    /// <summary>32-bit structures of OpenSolaris, September 2007.</summary>
    public const string Ia32Onnv2007 = """
        struct _kthread 512
            t_link 0 void *
            t_stk 4 void *
            t_startpc 8 void *
            t_bound_cpu 12 void *
            t_flag 20 uint16_t
            t_proc_flag 22 uint16_t
            t_schedflag 24 uint16_t
            t_preempt 26 char
            t_state 28 uint32_t
            t_pri 32 int16_t
            t_epri 34 int16_t
            t_pcb 40 struct label
            t_lwpchan 64 struct lwpchan
            t_sobj_ops 72 void *
            t_cid 76 int32_t
            t_swap 104 void *
            t_pil 110 uint8_t
            t_cpu 116 void *
            t_intr 136 void *
            t_did 148 uint64_t
            t_tid 168 int32_t
            t_forw 204 void *
            t_back 208 void *
            t_lwp 216 void *
            t_procp 220 void *
            t_next 228 void *
            t_prev 232 void *
            t_whystop 236 uint16_t
            t_whatstop 238 uint16_t
            t_cred 252 void *
            t_start 256 int32_t
            t_sysnum 276 int16_t
            t_lockp 288 void *
            t_disp_queue 296 void *
            t_disp_time 300 int32_t
            t_prioinv 328 void *
            t_ts 332 void *
            t_stkbase 372 void *
            t_priforw 392 void *
            t_sleepq 400 void *
            t_panic_trap 404 void *
            t_hatdepth 426 uint8_t
            t_taskq 432 void *
        struct cpu 1752
            cpu_id 0 int32_t
            cpu_seqid 4 int32_t
            cpu_flags 8 uint16_t
            cpu_self 12 void *
            cpu_thread 16 void *
            cpu_idle_thread 20 void *
            cpu_pause_thread 24 void *
            cpu_lwp 28 void *
            cpu_next 48 void *
            cpu_prev 52 void *
            cpu_next_onln 56 void *
            cpu_disp 108 void *
            cpu_runrun 112 char
            cpu_kprunrun 113 char
            cpu_dispthread 116 void *
            cpu_dispatch_pri 122 int16_t
            cpu_last_swtch 124 int32_t
            cpu_intr_stack 128 void *
            cpu_intr_thread 132 void *
            cpu_intr_actv 136 uint32_t
            cpu_base_spl 140 int32_t
        struct proc 2180
            p_exec 0 void *
            p_as 4 void *
            p_swapcnt 24 int32_t
            p_stat 28 char
            p_ppid 36 int32_t
            p_parent 44 void *
            p_child 48 void *
            p_sibling 52 void *
            p_next 68 void *
            p_prev 72 void *
            p_pidp 100 void *
            p_flag 120 uint32_t
            p_lwpcnt 216 int32_t
            p_lwprcnt 220 int32_t
            p_zombcnt 236 int32_t
            p_tlist 240 void *
            p_user 804 struct user
            p_model 1952 uint32_t
            p_zone 2140 void *
        struct user 1068
            u_start 172 uint64_t
            u_comm 184 char [17]
            u_psargs 201 char [80]
            u_argc 284 int32_t
            u_argv 288 void *
            u_envp 292 void *
        struct _klwp 1092
            lwp_ap 556 void *
            lwp_arg 568 int32_t [8]
            lwp_regs 600 void *
            lwp_cursig 632 uint8_t
            lwp_lastfault 988 int32_t
            lwp_lastfaddr 992 void *
            lwp_state 1045 char
            lwp_thread 1052 void *
            lwp_procp 1056 void *
        struct as 116
            a_hat 12 void *
            a_userlimit 20 void *
            a_size 32 uint32_t
            a_segtree 44 struct avl_tree
            a_proc 112 void *
        struct seg 44
            s_base 0 void *
            s_size 4 uint32_t
            s_as 16 void *
            s_tree 20 struct avl_node
            s_ops 36 void *
            s_data 40 void *
        struct avl_tree 20
            avl_root 0 void *
            avl_offset 8 uint32_t
            avl_numnodes 12 uint32_t
        struct avl_node 16
            avl_child 0 void * [2]
        struct panic_info 40
            pi_version 0 int32_t
            pi_regs 4 void *
            pi_apic 8 void *
            pi_panicstr 12 void *
            pi_ram_start 16 void *
            pi_ram_end 20 void *
            pi_stktop 24 void *
            pi_domain 28 void *
            pi_vcpu 32 void *
            pi_dom0cpu 36 int32_t
        struct xenver 28
            xv_ver 0 void *
            xv_chgset 4 void *
            xv_compiler 8 void *
            xv_compile_date 12 void *
            xv_compile_by 16 void *
            xv_compile_domain 20 void *
            xv_caps 24 void *
        """;

    /// <summary>64-bit structures that did not change between 2007 and 2015.</summary>
    public const string Amd64Common = """
        struct lwpchan 16
            lc_wchan0 0 void *
            lc_wchan 8 void *
        struct _disp 56
            disp_lock 0 uint8_t
            disp_npri 2 int16_t
            disp_q 8 void *
            disp_q_limit 16 void *
            disp_qactmap 24 void *
            disp_maxrunpri 32 int16_t
            disp_max_unbound_pri 34 int16_t
            disp_nrunnable 36 int32_t
            disp_cpu 40 void *
            disp_steal 48 int64_t
        struct dispq 24
            dq_first 0 void *
            dq_last 8 void *
            dq_sruncnt 16 int32_t
        struct pid 40
            pid_id 4 int32_t
            pid_link 24 void *
            pid_ref 32 uint32_t
        struct queue 248
            q_qinfo 0 void *
            q_first 8 void *
            q_last 16 void *
            q_next 24 void *
            q_ptr 40 void *
            q_count 48 uint64_t
            q_flag 56 uint32_t
        struct msgb 64
            b_next 0 void *
            b_prev 8 void *
            b_cont 16 void *
            b_rptr 24 void *
            b_wptr 32 void *
            b_datap 40 void *
            b_band 48 uint8_t
            b_tag 49 uint8_t
            b_flag 50 uint16_t
            b_queue 56 void *
        struct log_ctl 24
            mid 0 int16_t
            sid 2 int16_t
            level 4 char
            flags 6 int16_t
            ltime 8 int32_t
            ttime 12 int32_t
            seq_no 16 int32_t
            pri 20 int32_t
        struct _sobj_ops 32
            sobj_type 0 int32_t
            sobj_owner 8 void *
        struct utsname 1285
            sysname 0 char [257]
            nodename 257 char [257]
            release 514 char [257]
            version 771 char [257]
            machine 1028 char [257]
        struct label 64
            val 0 int64_t [8]
        struct panic_trap_info 24
            trap_regs 0 void *
            trap_type 8 uint32_t
            trap_addr 16 void *
        """;

    /// <summary>64-bit structures of illumos, January 2015.</summary>
    public const string Amd64Illumos2015 = """
        struct _kthread 912
            t_link 0 void *
            t_stk 8 void *
            t_startpc 16 void *
            t_bound_cpu 24 void *
            t_flag 36 uint16_t
            t_proc_flag 38 uint16_t
            t_schedflag 40 uint16_t
            t_preempt 42 char
            t_state 44 uint32_t
            t_pri 48 int16_t
            t_epri 50 int16_t
            t_pcb 56 struct label
            t_lwpchan 120 struct lwpchan
            t_sobj_ops 136 void *
            t_cid 144 int32_t
            t_swap 200 void *
            t_pil 210 uint8_t
            t_cpu 216 void *
            t_intr 256 void *
            t_did 272 uint64_t
            t_tid 304 int32_t
            t_forw 368 void *
            t_back 376 void *
            t_lwp 392 void *
            t_procp 400 void *
            t_next 416 void *
            t_prev 424 void *
            t_whystop 432 uint16_t
            t_whatstop 434 uint16_t
            t_cred 456 void *
            t_start 464 int64_t
            t_sysnum 492 int16_t
            t_lockp 504 void *
            t_disp_queue 520 void *
            t_disp_time 528 int64_t
            t_prioinv 568 void *
            t_ts 576 void *
            t_stkbase 656 void *
            t_priforw 704 void *
            t_sleepq 720 void *
            t_panic_trap 728 void *
            t_hatdepth 770 uint8_t
            t_taskq 776 void *
        struct cpu 2144
            cpu_id 0 int32_t
            cpu_seqid 4 int32_t
            cpu_flags 8 uint16_t
            cpu_self 16 void *
            cpu_thread 24 void *
            cpu_idle_thread 32 void *
            cpu_pause_thread 40 void *
            cpu_lwp 48 void *
            cpu_next 88 void *
            cpu_prev 96 void *
            cpu_next_onln 104 void *
            cpu_disp 208 void *
            cpu_runrun 216 char
            cpu_kprunrun 217 char
            cpu_dispthread 224 void *
            cpu_dispatch_pri 234 int16_t
            cpu_last_swtch 240 int64_t
            cpu_intr_stack 248 void *
            cpu_intr_thread 256 void *
            cpu_intr_actv 264 uint32_t
            cpu_base_spl 268 int32_t
        struct proc 3928
            p_exec 0 void *
            p_as 8 void *
            p_swapcnt 40 int32_t
            p_stat 44 char
            p_ppid 52 int32_t
            p_parent 64 void *
            p_child 72 void *
            p_sibling 80 void *
            p_next 112 void *
            p_prev 120 void *
            p_pidp 176 void *
            p_flag 204 uint32_t
            p_lwpcnt 376 int32_t
            p_lwprcnt 380 int32_t
            p_zombcnt 396 int32_t
            p_tlist 400 void *
            p_model 1264 uint32_t
            p_zone 1576 void *
            p_user 1640 struct user
        struct user 2288
            u_comm 384 char [17]
            u_psargs 401 char [80]
            u_argc 484 int32_t
            u_argv 488 void *
            u_envp 496 void *
        struct _klwp 1760
            lwp_ap 936 void *
            lwp_arg 952 int64_t [8]
            lwp_regs 1016 void *
            lwp_cursig 1096 uint8_t
            lwp_lastfault 1552 int32_t
            lwp_lastfaddr 1560 void *
            lwp_state 1665 char
            lwp_thread 1672 void *
            lwp_procp 1680 void *
        struct as 232
            a_hat 16 void *
            a_userlimit 32 void *
            a_size 56 uint64_t
            a_segtree 80 struct avl_tree
            a_proc 216 void *
        struct seg 96
            s_base 0 void *
            s_size 8 uint64_t
            s_as 24 void *
            s_tree 32 struct avl_node
            s_ops 56 void *
            s_data 64 void *
        struct avl_tree 40
            avl_root 0 void *
            avl_offset 16 uint64_t
            avl_numnodes 24 uint64_t
        struct avl_node 24
            avl_child 0 void * [2]
        struct panic_info 160
            pi_version 0 int32_t
            pi_regs 8 void *
            pi_apic 16 void *
            pi_panicstr 24 void *
            pi_ram_start 32 void *
            pi_ram_end 40 void *
            pi_xen_start 48 void *
            pi_xen_end 56 void *
            pi_stktop 64 void *
            pi_domain 72 void *
            pi_vcpu 80 void *
            pi_dom0cpu 88 int32_t
        struct xenver 1280
            xv_major 0 uint64_t
            xv_minor 8 uint64_t
            xv_revision 16 uint64_t
            xv_is_xvm 40 uint64_t
        """;

    /// <summary>64-bit structures of OpenSolaris, September 2007.</summary>
    public const string Amd64Onnv2007 = """
        struct _kthread 864
            t_link 0 void *
            t_stk 8 void *
            t_startpc 16 void *
            t_bound_cpu 24 void *
            t_flag 36 uint16_t
            t_proc_flag 38 uint16_t
            t_schedflag 40 uint16_t
            t_preempt 42 char
            t_state 44 uint32_t
            t_pri 48 int16_t
            t_epri 50 int16_t
            t_pcb 56 struct label
            t_lwpchan 120 struct lwpchan
            t_sobj_ops 136 void *
            t_cid 144 int32_t
            t_swap 200 void *
            t_pil 210 uint8_t
            t_cpu 216 void *
            t_intr 256 void *
            t_did 272 uint64_t
            t_tid 304 int32_t
            t_forw 344 void *
            t_back 352 void *
            t_lwp 368 void *
            t_procp 376 void *
            t_next 392 void *
            t_prev 400 void *
            t_whystop 408 uint16_t
            t_whatstop 410 uint16_t
            t_cred 432 void *
            t_start 440 int64_t
            t_sysnum 468 int16_t
            t_lockp 480 void *
            t_disp_queue 496 void *
            t_disp_time 504 int64_t
            t_prioinv 544 void *
            t_ts 552 void *
            t_stkbase 632 void *
            t_priforw 664 void *
            t_sleepq 680 void *
            t_panic_trap 688 void *
            t_hatdepth 730 uint8_t
            t_taskq 736 void *
        struct cpu 2080
            cpu_id 0 int32_t
            cpu_seqid 4 int32_t
            cpu_flags 8 uint16_t
            cpu_self 16 void *
            cpu_thread 24 void *
            cpu_idle_thread 32 void *
            cpu_pause_thread 40 void *
            cpu_lwp 48 void *
            cpu_next 88 void *
            cpu_prev 96 void *
            cpu_next_onln 104 void *
            cpu_disp 208 void *
            cpu_runrun 216 char
            cpu_kprunrun 217 char
            cpu_dispthread 224 void *
            cpu_dispatch_pri 234 int16_t
            cpu_last_swtch 240 int64_t
            cpu_intr_stack 248 void *
            cpu_intr_thread 256 void *
            cpu_intr_actv 264 uint32_t
            cpu_base_spl 268 int32_t
        struct proc 3160
            p_exec 0 void *
            p_as 8 void *
            p_swapcnt 40 int32_t
            p_stat 44 char
            p_ppid 52 int32_t
            p_parent 64 void *
            p_child 72 void *
            p_sibling 80 void *
            p_next 112 void *
            p_prev 120 void *
            p_pidp 176 void *
            p_flag 204 uint32_t
            p_lwpcnt 352 int32_t
            p_lwprcnt 356 int32_t
            p_zombcnt 372 int32_t
            p_tlist 376 void *
            p_user 1088 struct user
            p_model 2792 uint32_t
            p_zone 3104 void *
        struct user 1560
            u_comm 368 char [17]
            u_psargs 385 char [80]
            u_argc 468 int32_t
            u_argv 472 void *
            u_envp 480 void *
        struct _klwp 1424
            lwp_ap 616 void *
            lwp_arg 632 int64_t [8]
            lwp_regs 696 void *
            lwp_cursig 776 uint8_t
            lwp_lastfault 1224 int32_t
            lwp_lastfaddr 1232 void *
            lwp_state 1337 char
            lwp_thread 1344 void *
            lwp_procp 1352 void *
        struct as 224
            a_hat 16 void *
            a_userlimit 32 void *
            a_size 56 uint64_t
            a_segtree 80 struct avl_tree
            a_proc 216 void *
        struct seg 72
            s_base 0 void *
            s_size 8 uint64_t
            s_as 24 void *
            s_tree 32 struct avl_node
            s_ops 56 void *
            s_data 64 void *
        struct avl_tree 40
            avl_root 0 void *
            avl_offset 16 uint64_t
            avl_numnodes 24 uint64_t
        struct avl_node 24
            avl_child 0 void * [2]
        struct panic_info 80
            pi_version 0 int32_t
            pi_regs 8 void *
            pi_apic 16 void *
            pi_panicstr 24 void *
            pi_ram_start 32 void *
            pi_ram_end 40 void *
            pi_stktop 48 void *
            pi_domain 56 void *
            pi_vcpu 64 void *
            pi_dom0cpu 72 int32_t
        struct xenver 56
            xv_ver 0 void *
            xv_chgset 8 void *
            xv_compiler 16 void *
            xv_compile_date 24 void *
            xv_compile_by 32 void *
            xv_compile_domain 40 void *
            xv_caps 48 void *
        """;
}
