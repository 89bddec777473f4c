namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Structures of 64-bit Solaris kernels: those members that the builder writes. From the kernels' headers (usr/src/uts/common/sys, usr/src/uts/i86pc/sys), compiled for amd64 and measured.
/// A line is a structure with its bytes, then its members: name, offset, bytes, C type.
/// </summary>
internal static class Amd64Facts
{
    /// <summary>illumos-gate, January 2015, with the platform i86xpv.</summary>
    public const string Illumos2015 = """
        struct utsname 1285: sysname 0 257 char[257]; nodename 257 257 char[257]; release 514 257 char[257]; version 771 257 char[257]; machine 1028 257 char[257];
        struct panic_trap_info 24: trap_regs 0 8 struct regs*; trap_type 8 4 uint_t; trap_addr 16 8 caddr_t;
        struct queue 248: q_first 8 8 struct msgb*; q_last 16 8 struct msgb*; q_count 48 8 size_t;
        struct msgb 64: b_next 0 8 struct msgb*; b_prev 8 8 struct msgb*; b_cont 16 8 struct msgb*; b_rptr 24 8 unsigned char*; b_wptr 32 8 unsigned char*;
            b_datap 40 8 struct datab*;
        struct log_ctl 24: mid 0 2 short; sid 2 2 short; level 4 1 char; flags 6 2 short; ltime 8 4 clock32_t; ttime 12 4 time32_t; seq_no 16 4 int; pri 20 4 int;
        struct cpu 2144: cpu_id 0 4 processorid_t; cpu_seqid 4 4 processorid_t; cpu_flags 8 2 cpu_flag_t; cpu_self 16 8 struct cpu*; cpu_thread 24 8 kthread_t*;
            cpu_idle_thread 32 8 kthread_t*; cpu_pause_thread 40 8 kthread_t*; cpu_next 88 8 struct cpu*; cpu_prev 96 8 struct cpu*; cpu_next_onln 104 8 struct cpu*;
            cpu_prev_onln 112 8 struct cpu*; cpu_disp 208 8 disp_t*; cpu_runrun 216 1 char; cpu_kprunrun 217 1 char; cpu_dispthread 224 8 kthread_t*;
            cpu_dispatch_pri 234 2 pri_t; cpu_last_swtch 240 8 clock_t; cpu_intr_stack 248 8 caddr_t; cpu_intr_thread 256 8 kthread_t*; cpu_intr_actv 264 4 uint_t;
            cpu_base_spl 268 4 int;
        struct _kthread 912: t_link 0 8 struct _kthread*; t_stk 8 8 caddr_t; t_startpc 16 8 function*; t_bound_cpu 24 8 struct cpu*; t_flag 36 2 ushort_t;
            t_proc_flag 38 2 ushort_t; t_schedflag 40 2 ushort_t; t_preempt 42 1 char; t_state 44 4 uint_t; t_pri 48 2 pri_t; t_epri 50 2 pri_t; t_pcb 56 64 label_t;
            t_lwpchan 120 16 lwpchan_t; t_sobj_ops 136 8 struct _sobj_ops*; t_cid 144 4 id_t; t_swap 200 8 caddr_t; t_pil 210 1 uint8_t; t_cpu 216 8 struct cpu*;
            t_intr 256 8 struct _kthread*; t_did 272 8 kt_did_t; t_tid 304 4 id_t; t_forw 368 8 struct _kthread*; t_back 376 8 struct _kthread*; t_lwp 392 8 klwp_t*;
            t_procp 400 8 struct proc*; t_next 416 8 struct _kthread*; t_prev 424 8 struct _kthread*; t_cred 456 8 struct cred*; t_disp_queue 520 8 struct _disp*;
            t_disp_time 528 8 clock_t; t_ts 576 8 struct turnstile*; t_stkbase 656 8 caddr_t; t_panic_trap 728 8 struct panic_trap_info*; t_taskq 776 8 void*;
        struct proc 3928: p_exec 0 8 struct vnode*; p_as 8 8 struct as*; p_cred 32 8 struct cred*; p_stat 44 1 char; p_ppid 52 4 pid_t; p_link 56 8 struct proc*;
            p_parent 64 8 struct proc*; p_child 72 8 struct proc*; p_sibling 80 8 struct proc*; p_psibling 88 8 struct proc*; p_next 112 8 struct proc*;
            p_prev 120 8 struct proc*; p_pidp 176 8 struct pid*; p_pgidp 184 8 struct pid*; p_flag 204 4 uint_t; p_lwpcnt 376 4 int; p_lwprcnt 380 4 int;
            p_tlist 400 8 kthread_t*; p_model 1264 4 model_t; p_zone 1576 8 struct zone*; p_user 1640 2288 struct user;
        struct user 2288: u_start 360 16 timestruc_t; u_comm 384 17 char[17]; u_psargs 401 80 char[80]; u_argc 484 4 int; u_argv 488 8 uintptr_t; u_envp 496 8 uintptr_t;
        struct pid 40: pid_id 4 4 pid_t; pid_pglink 8 8 struct proc*; pid_pgtail 16 8 struct proc*; pid_link 24 8 struct pid*; pid_ref 32 4 uint_t;
        struct _klwp 1760: lwp_errno 944 4 int; lwp_arg 952 64 long[8]; lwp_regs 1016 8 void*; lwp_cursig 1096 1 uchar_t; lwp_curflt 1097 1 uchar_t;
            lwp_asleep 1099 1 uchar_t; lwp_state 1665 1 char; lwp_thread 1672 8 struct _kthread*; lwp_procp 1680 8 struct proc*;
        struct _disp 56: disp_lock 0 1 disp_lock_t; disp_npri 2 2 pri_t; disp_q 8 8 dispq_t*; disp_q_limit 16 8 dispq_t*; disp_qactmap 24 8 ulong_t*;
            disp_maxrunpri 32 2 pri_t; disp_max_unbound_pri 34 2 pri_t; disp_nrunnable 36 4 int; disp_cpu 40 8 struct cpu*; disp_steal 48 8 hrtime_t;
        struct dispq 24: dq_first 0 8 kthread_t*; dq_last 8 8 kthread_t*; dq_sruncnt 16 4 int;
        struct as 232: a_flags 8 1 uchar_t; a_hat 16 8 struct hat*; a_userlimit 32 8 caddr_t; a_seglast 40 8 struct seg*; a_size 56 8 size_t; a_proc 216 8 proc_t*;
        struct modctl 144: mod_next 0 8 struct modctl*; mod_prev 8 8 struct modctl*; mod_id 16 4 int; mod_mp 24 8 void*; mod_inprogress_thread 32 8 kthread_t*;
            mod_modinfo 40 8 struct mod_modinfo*; mod_linkage 48 8 struct modlinkage*; mod_filename 56 8 char*; mod_modname 64 8 char*; mod_prim 74 1 char;
            mod_ref 76 4 int; mod_loaded 80 1 char; mod_installed 81 1 char; mod_loadflags 82 1 char; mod_loadcnt 104 4 int; mod_text 112 8 char*;
            mod_text_size 120 8 size_t;
        struct module 376: hdr 8 64 Ehdr; shdrs 72 8 char*; symhdr 80 8 Shdr*; strhdr 88 8 Shdr*; depends_on 96 8 char*; symsize 104 8 size_t; symspace 112 8 char*;
            flags 120 4 int; text_size 128 8 size_t; data_size 136 8 size_t; text 144 8 char*; data 152 8 char*; symtbl_section 160 4 unsigned int; symtbl 168 8 char*;
            strings 176 8 char*; hashsize 184 4 unsigned int; buckets 192 8 symid_t*; chains 200 8 symid_t*; nsyms 208 4 unsigned int; bss_align 212 4 unsigned int;
            bss_size 216 8 size_t; bss 224 8 uintptr_t; filename 232 8 char*; ctfdata 272 8 char*; ctfsize 280 8 size_t;
        struct _sobj_ops 32: sobj_type 0 4 int; sobj_owner 8 8 function*; sobj_unsleep 16 8 function*; sobj_change_pri 24 8 function*;
        struct panic_info 160: pi_version 0 4 int; pi_regs 8 8 panic_regs_t*; pi_apic 16 8 void*; pi_panicstr 24 8 char*; pi_ram_start 32 8 void*; pi_ram_end 40 8 void*;
            pi_xen_start 48 8 void*; pi_xen_end 56 8 void*; pi_stktop 64 8 void*; pi_domain 72 8 struct domain*; pi_vcpu 80 8 struct vcpu*; pi_dom0cpu 88 4 int;
            pi_mca 96 64 xpv_mca_panic_data_t;
        struct xenver 1280: xv_major 0 8 ulong_t; xv_minor 8 8 ulong_t; xv_revision 16 8 ulong_t; xv_ver 24 16 xen_extraversion_t; xv_is_xvm 40 8 ulong_t;
            xv_chgset 48 64 xen_changeset_info_t; xv_build 112 144 xen_compile_info_t; xv_caps 256 1024 xen_capabilities_info_t;
        struct regs 240: r_savfp 0 8 greg_t; r_savpc 8 8 greg_t; r_rdi 16 8 greg_t; r_rsi 24 8 greg_t; r_rdx 32 8 greg_t; r_rcx 40 8 greg_t; r_r8 48 8 greg_t;
            r_r9 56 8 greg_t; r_rax 64 8 greg_t; r_rbx 72 8 greg_t; r_rbp 80 8 greg_t; r_r10 88 8 greg_t; r_r11 96 8 greg_t; r_r12 104 8 greg_t; r_r13 112 8 greg_t;
            r_r14 120 8 greg_t; r_r15 128 8 greg_t; __r_fsbase 136 8 greg_t; __r_gsbase 144 8 greg_t; r_ds 152 8 greg_t; r_es 160 8 greg_t; r_fs 168 8 greg_t;
            r_gs 176 8 greg_t; r_trapno 184 8 greg_t; r_err 192 8 greg_t; r_rip 200 8 greg_t; r_cs 208 8 greg_t; r_rfl 216 8 greg_t; r_rsp 224 8 greg_t;
            r_ss 232 8 greg_t;
        """;

    /// <summary>OpenSolaris ON, 2007-09-18 (the putback that added i86xpv): what was different then.</summary>
    public const string Onnv2007 = """
        struct cpu 2080: cpu_id 0 4 processorid_t; cpu_seqid 4 4 processorid_t; cpu_flags 8 2 cpu_flag_t; cpu_self 16 8 struct cpu*; cpu_thread 24 8 kthread_t*;
            cpu_idle_thread 32 8 kthread_t*; cpu_pause_thread 40 8 kthread_t*; cpu_next 88 8 struct cpu*; cpu_prev 96 8 struct cpu*; cpu_next_onln 104 8 struct cpu*;
            cpu_prev_onln 112 8 struct cpu*; cpu_disp 208 8 disp_t*; cpu_runrun 216 1 char; cpu_kprunrun 217 1 char; cpu_dispthread 224 8 kthread_t*;
            cpu_dispatch_pri 234 2 pri_t; cpu_last_swtch 240 8 clock_t; cpu_intr_stack 248 8 caddr_t; cpu_intr_thread 256 8 kthread_t*; cpu_intr_actv 264 4 uint_t;
            cpu_base_spl 268 4 int;
        struct _kthread 864: t_link 0 8 struct _kthread*; t_stk 8 8 caddr_t; t_startpc 16 8 function*; t_bound_cpu 24 8 struct cpu*; t_flag 36 2 ushort_t;
            t_proc_flag 38 2 ushort_t; t_schedflag 40 2 ushort_t; t_preempt 42 1 char; t_state 44 4 uint_t; t_pri 48 2 pri_t; t_epri 50 2 pri_t; t_pcb 56 64 label_t;
            t_lwpchan 120 16 lwpchan_t; t_sobj_ops 136 8 struct _sobj_ops*; t_cid 144 4 id_t; t_swap 200 8 caddr_t; t_pil 210 1 uint8_t; t_cpu 216 8 struct cpu*;
            t_intr 256 8 struct _kthread*; t_did 272 8 kt_did_t; t_tid 304 4 id_t; t_forw 344 8 struct _kthread*; t_back 352 8 struct _kthread*; t_lwp 368 8 klwp_t*;
            t_procp 376 8 struct proc*; t_next 392 8 struct _kthread*; t_prev 400 8 struct _kthread*; t_cred 432 8 struct cred*; t_disp_queue 496 8 struct _disp*;
            t_disp_time 504 8 clock_t; t_ts 552 8 struct turnstile*; t_stkbase 632 8 caddr_t; t_panic_trap 688 8 struct panic_trap_info*; t_taskq 736 8 void*;
        struct proc 3160: p_exec 0 8 struct vnode*; p_as 8 8 struct as*; p_cred 32 8 struct cred*; p_stat 44 1 char; p_ppid 52 4 pid_t; p_link 56 8 struct proc*;
            p_parent 64 8 struct proc*; p_child 72 8 struct proc*; p_sibling 80 8 struct proc*; p_psibling 88 8 struct proc*; p_next 112 8 struct proc*;
            p_prev 120 8 struct proc*; p_pidp 176 8 struct pid*; p_pgidp 184 8 struct pid*; p_flag 204 4 uint_t; p_lwpcnt 352 4 int; p_lwprcnt 356 4 int;
            p_tlist 376 8 kthread_t*; p_user 1088 1560 struct user; p_model 2792 4 model_t; p_zone 3104 8 struct zone*;
        struct user 1560: u_start 344 16 timestruc_t; u_comm 368 17 char[17]; u_psargs 385 80 char[80]; u_argc 468 4 int; u_argv 472 8 uintptr_t; u_envp 480 8 uintptr_t;
        struct _klwp 1424: lwp_errno 624 4 int; lwp_arg 632 64 long[8]; lwp_regs 696 8 void*; lwp_cursig 776 1 uchar_t; lwp_curflt 777 1 uchar_t;
            lwp_asleep 779 1 uchar_t; lwp_state 1337 1 char; lwp_thread 1344 8 struct _kthread*; lwp_procp 1352 8 struct proc*;
        struct as 224: a_flags 8 1 uchar_t; a_hat 16 8 struct hat*; a_userlimit 32 8 caddr_t; a_seglast 40 8 struct seg*; a_size 56 8 size_t; a_proc 216 8 proc_t*;
        struct panic_info 80: pi_version 0 4 int; pi_regs 8 8 panic_regs_t*; pi_apic 16 8 void*; pi_panicstr 24 8 char*; pi_ram_start 32 8 void*; pi_ram_end 40 8 void*;
            pi_stktop 48 8 void*; pi_domain 56 8 struct domain*; pi_vcpu 64 8 struct vcpu*; pi_dom0cpu 72 4 int;
        struct xenver 56: xv_ver 0 8 char*; xv_chgset 8 8 char*; xv_compiler 16 8 char*; xv_compile_date 24 8 char*; xv_compile_by 32 8 char*;
            xv_compile_domain 40 8 char*; xv_caps 48 8 char*;
        """;
}
