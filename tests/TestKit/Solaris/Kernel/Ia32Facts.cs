namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Structures of 32-bit Solaris kernels: those members that the builder writes. From the kernels' headers (usr/src/uts/common/sys, usr/src/uts/i86pc/sys), compiled for i386 and measured.
/// A line is a structure with its bytes, then its members: name, offset, bytes, C type.
/// </summary>
internal static class Ia32Facts
{
    /// <summary>illumos-gate, January 2015, with the platform i86xpv.</summary>
    public const string Illumos2015 = """
        struct utsname 1285: sysname 0 257 char[257]; nodename 257 257 char[257]; release 514 257 char[257]; version 771 257 char[257]; machine 1028 257 char[257];
        struct panic_trap_info 12: trap_regs 0 4 struct regs*; trap_type 4 4 uint_t; trap_addr 8 4 caddr_t;
        struct queue 128: q_first 4 4 struct msgb*; q_last 8 4 struct msgb*; q_count 24 4 size_t;
        struct msgb 32: b_next 0 4 struct msgb*; b_prev 4 4 struct msgb*; b_cont 8 4 struct msgb*; b_rptr 12 4 unsigned char*; b_wptr 16 4 unsigned char*;
            b_datap 20 4 struct datab*;
        struct log_ctl 24: mid 0 2 short; sid 2 2 short; level 4 1 char; flags 6 2 short; ltime 8 4 clock32_t; ttime 12 4 time32_t; seq_no 16 4 int; pri 20 4 int;
        struct cpu 1772: cpu_id 0 4 processorid_t; cpu_seqid 4 4 processorid_t; cpu_flags 8 2 cpu_flag_t; cpu_self 12 4 struct cpu*; cpu_thread 16 4 kthread_t*;
            cpu_idle_thread 20 4 kthread_t*; cpu_pause_thread 24 4 kthread_t*; cpu_next 48 4 struct cpu*; cpu_prev 52 4 struct cpu*; cpu_next_onln 56 4 struct cpu*;
            cpu_prev_onln 60 4 struct cpu*; cpu_disp 108 4 disp_t*; cpu_runrun 112 1 char; cpu_kprunrun 113 1 char; cpu_dispthread 116 4 kthread_t*;
            cpu_dispatch_pri 122 2 pri_t; cpu_last_swtch 124 4 clock_t; cpu_intr_stack 128 4 caddr_t; cpu_intr_thread 132 4 kthread_t*; cpu_intr_actv 136 4 uint_t;
            cpu_base_spl 140 4 int;
        struct _kthread 560: t_link 0 4 struct _kthread*; t_stk 4 4 caddr_t; t_startpc 8 4 function*; t_bound_cpu 12 4 struct cpu*; t_flag 20 2 ushort_t;
            t_proc_flag 22 2 ushort_t; t_schedflag 24 2 ushort_t; t_preempt 26 1 char; t_state 28 4 uint_t; t_pri 32 2 pri_t; t_epri 34 2 pri_t; t_pcb 40 24 label_t;
            t_lwpchan 64 8 lwpchan_t; t_sobj_ops 72 4 struct _sobj_ops*; t_cid 76 4 id_t; t_swap 104 4 caddr_t; t_pil 110 1 uint8_t; t_cpu 116 4 struct cpu*;
            t_intr 136 4 struct _kthread*; t_did 148 8 kt_did_t; t_tid 168 4 id_t; t_forw 228 4 struct _kthread*; t_back 232 4 struct _kthread*; t_lwp 240 4 klwp_t*;
            t_procp 244 4 struct proc*; t_next 252 4 struct _kthread*; t_prev 256 4 struct _kthread*; t_cred 276 4 struct cred*; t_disp_queue 320 4 struct _disp*;
            t_disp_time 324 4 clock_t; t_ts 356 4 struct turnstile*; t_stkbase 396 4 caddr_t; t_panic_trap 444 4 struct panic_trap_info*; t_taskq 472 4 void*;
        struct proc 2828: p_exec 0 4 struct vnode*; p_as 4 4 struct as*; p_cred 20 4 struct cred*; p_stat 28 1 char; p_ppid 36 4 pid_t; p_link 40 4 struct proc*;
            p_parent 44 4 struct proc*; p_child 48 4 struct proc*; p_sibling 52 4 struct proc*; p_psibling 56 4 struct proc*; p_next 68 4 struct proc*;
            p_prev 72 4 struct proc*; p_pidp 100 4 struct pid*; p_pgidp 104 4 struct pid*; p_flag 120 4 uint_t; p_lwpcnt 236 4 int; p_lwprcnt 240 4 int;
            p_tlist 260 4 kthread_t*; p_model 912 4 model_t; p_zone 1100 4 struct zone*; p_user 1144 1684 struct user;
        struct user 1684: u_start 180 8 timestruc_t; u_comm 192 17 char[17]; u_psargs 209 80 char[80]; u_argc 292 4 int; u_argv 296 4 uintptr_t; u_envp 300 4 uintptr_t;
        struct pid 24: pid_id 4 4 pid_t; pid_pglink 8 4 struct proc*; pid_pgtail 12 4 struct proc*; pid_link 16 4 struct pid*; pid_ref 20 4 uint_t;
        struct _klwp 1436: lwp_errno 896 4 int; lwp_arg 904 32 long[8]; lwp_regs 936 4 void*; lwp_cursig 968 1 uchar_t; lwp_curflt 969 1 uchar_t;
            lwp_asleep 971 1 uchar_t; lwp_state 1385 1 char; lwp_thread 1392 4 struct _kthread*; lwp_procp 1396 4 struct proc*;
        struct _disp 36: disp_lock 0 1 disp_lock_t; disp_npri 2 2 pri_t; disp_q 4 4 dispq_t*; disp_q_limit 8 4 dispq_t*; disp_qactmap 12 4 ulong_t*;
            disp_maxrunpri 16 2 pri_t; disp_max_unbound_pri 18 2 pri_t; disp_nrunnable 20 4 int; disp_cpu 24 4 struct cpu*; disp_steal 28 8 hrtime_t;
        struct dispq 12: dq_first 0 4 kthread_t*; dq_last 4 4 kthread_t*; dq_sruncnt 8 4 int;
        struct as 120: a_flags 8 1 uchar_t; a_hat 12 4 struct hat*; a_userlimit 20 4 caddr_t; a_seglast 24 4 struct seg*; a_size 32 4 size_t; a_proc 112 4 proc_t*;
        struct modctl 80: mod_next 0 4 struct modctl*; mod_prev 4 4 struct modctl*; mod_id 8 4 int; mod_mp 12 4 void*; mod_inprogress_thread 16 4 kthread_t*;
            mod_modinfo 20 4 struct mod_modinfo*; mod_linkage 24 4 struct modlinkage*; mod_filename 28 4 char*; mod_modname 32 4 char*; mod_prim 38 1 char;
            mod_ref 40 4 int; mod_loaded 44 1 char; mod_installed 45 1 char; mod_loadflags 46 1 char; mod_loadcnt 56 4 int; mod_text 64 4 char*;
            mod_text_size 68 4 size_t;
        struct module 212: hdr 4 52 Ehdr; shdrs 56 4 char*; symhdr 60 4 Shdr*; strhdr 64 4 Shdr*; depends_on 68 4 char*; symsize 72 4 size_t; symspace 76 4 char*;
            flags 80 4 int; text_size 84 4 size_t; data_size 88 4 size_t; text 92 4 char*; data 96 4 char*; symtbl_section 100 4 unsigned int; symtbl 104 4 char*;
            strings 108 4 char*; hashsize 112 4 unsigned int; buckets 116 4 symid_t*; chains 120 4 symid_t*; nsyms 124 4 unsigned int; bss_align 128 4 unsigned int;
            bss_size 132 4 size_t; bss 136 4 uintptr_t; filename 140 4 char*; ctfdata 160 4 char*; ctfsize 164 4 size_t;
        struct _sobj_ops 16: sobj_type 0 4 int; sobj_owner 4 4 function*; sobj_unsleep 8 4 function*; sobj_change_pri 12 4 function*;
        struct panic_info 88: pi_version 0 4 int; pi_regs 4 4 panic_regs_t*; pi_apic 8 4 void*; pi_panicstr 12 4 char*; pi_ram_start 16 4 void*; pi_ram_end 20 4 void*;
            pi_xen_start 24 4 void*; pi_xen_end 28 4 void*; pi_stktop 32 4 void*; pi_domain 36 4 struct domain*; pi_vcpu 40 4 struct vcpu*; pi_dom0cpu 44 4 int;
            pi_mca 48 40 xpv_mca_panic_data_t;
        struct xenver 1264: xv_major 0 4 ulong_t; xv_minor 4 4 ulong_t; xv_revision 8 4 ulong_t; xv_ver 12 16 xen_extraversion_t; xv_is_xvm 28 4 ulong_t;
            xv_chgset 32 64 xen_changeset_info_t; xv_build 96 144 xen_compile_info_t; xv_caps 240 1024 xen_capabilities_info_t;
        struct regs 84: r_savfp 0 4 greg_t; r_savpc 4 4 greg_t; r_gs 8 4 greg_t; r_fs 12 4 greg_t; r_es 16 4 greg_t; r_ds 20 4 greg_t; r_edi 24 4 greg_t;
            r_esi 28 4 greg_t; r_ebp 32 4 greg_t; r_esp 36 4 greg_t; r_ebx 40 4 greg_t; r_edx 44 4 greg_t; r_ecx 48 4 greg_t; r_eax 52 4 greg_t; r_trapno 56 4 greg_t;
            r_err 60 4 greg_t; r_eip 64 4 greg_t; r_cs 68 4 greg_t; r_efl 72 4 greg_t; r_uesp 76 4 greg_t; r_ss 80 4 greg_t;
        """;

    /// <summary>OpenSolaris ON, 2007-09-18 (the putback that added i86xpv): what was different then.</summary>
    public const string Onnv2007 = """
        struct cpu 1752: cpu_id 0 4 processorid_t; cpu_seqid 4 4 processorid_t; cpu_flags 8 2 cpu_flag_t; cpu_self 12 4 struct cpu*; cpu_thread 16 4 kthread_t*;
            cpu_idle_thread 20 4 kthread_t*; cpu_pause_thread 24 4 kthread_t*; cpu_next 48 4 struct cpu*; cpu_prev 52 4 struct cpu*; cpu_next_onln 56 4 struct cpu*;
            cpu_prev_onln 60 4 struct cpu*; cpu_disp 108 4 disp_t*; cpu_runrun 112 1 char; cpu_kprunrun 113 1 char; cpu_dispthread 116 4 kthread_t*;
            cpu_dispatch_pri 122 2 pri_t; cpu_last_swtch 124 4 clock_t; cpu_intr_stack 128 4 caddr_t; cpu_intr_thread 132 4 kthread_t*; cpu_intr_actv 136 4 uint_t;
            cpu_base_spl 140 4 int;
        struct _kthread 512: t_link 0 4 struct _kthread*; t_stk 4 4 caddr_t; t_startpc 8 4 function*; t_bound_cpu 12 4 struct cpu*; t_flag 20 2 ushort_t;
            t_proc_flag 22 2 ushort_t; t_schedflag 24 2 ushort_t; t_preempt 26 1 char; t_state 28 4 uint_t; t_pri 32 2 pri_t; t_epri 34 2 pri_t; t_pcb 40 24 label_t;
            t_lwpchan 64 8 lwpchan_t; t_sobj_ops 72 4 struct _sobj_ops*; t_cid 76 4 id_t; t_swap 104 4 caddr_t; t_pil 110 1 uint8_t; t_cpu 116 4 struct cpu*;
            t_intr 136 4 struct _kthread*; t_did 148 8 kt_did_t; t_tid 168 4 id_t; t_forw 204 4 struct _kthread*; t_back 208 4 struct _kthread*; t_lwp 216 4 klwp_t*;
            t_procp 220 4 struct proc*; t_next 228 4 struct _kthread*; t_prev 232 4 struct _kthread*; t_cred 252 4 struct cred*; t_disp_queue 296 4 struct _disp*;
            t_disp_time 300 4 clock_t; t_ts 332 4 struct turnstile*; t_stkbase 372 4 caddr_t; t_panic_trap 404 4 struct panic_trap_info*; t_taskq 432 4 void*;
        struct proc 2180: p_exec 0 4 struct vnode*; p_as 4 4 struct as*; p_cred 20 4 struct cred*; p_stat 28 1 char; p_ppid 36 4 pid_t; p_link 40 4 struct proc*;
            p_parent 44 4 struct proc*; p_child 48 4 struct proc*; p_sibling 52 4 struct proc*; p_psibling 56 4 struct proc*; p_next 68 4 struct proc*;
            p_prev 72 4 struct proc*; p_pidp 100 4 struct pid*; p_pgidp 104 4 struct pid*; p_flag 120 4 uint_t; p_lwpcnt 216 4 int; p_lwprcnt 220 4 int;
            p_tlist 240 4 kthread_t*; p_user 804 1068 struct user; p_model 1952 4 model_t; p_zone 2140 4 struct zone*;
        struct user 1068: u_start 172 8 timestruc_t; u_comm 184 17 char[17]; u_psargs 201 80 char[80]; u_argc 284 4 int; u_argv 288 4 uintptr_t; u_envp 292 4 uintptr_t;
        struct _klwp 1092: lwp_errno 560 4 int; lwp_arg 568 32 long[8]; lwp_regs 600 4 void*; lwp_cursig 632 1 uchar_t; lwp_curflt 633 1 uchar_t;
            lwp_asleep 635 1 uchar_t; lwp_state 1045 1 char; lwp_thread 1052 4 struct _kthread*; lwp_procp 1056 4 struct proc*;
        struct as 116: a_flags 8 1 uchar_t; a_hat 12 4 struct hat*; a_userlimit 20 4 caddr_t; a_seglast 24 4 struct seg*; a_size 32 4 size_t; a_proc 112 4 proc_t*;
        struct panic_info 40: pi_version 0 4 int; pi_regs 4 4 panic_regs_t*; pi_apic 8 4 void*; pi_panicstr 12 4 char*; pi_ram_start 16 4 void*; pi_ram_end 20 4 void*;
            pi_stktop 24 4 void*; pi_domain 28 4 struct domain*; pi_vcpu 32 4 struct vcpu*; pi_dom0cpu 36 4 int;
        struct xenver 28: xv_ver 0 4 char*; xv_chgset 4 4 char*; xv_compiler 8 4 char*; xv_compile_date 12 4 char*; xv_compile_by 16 4 char*;
            xv_compile_domain 20 4 char*; xv_caps 24 4 char*;
        """;
}
