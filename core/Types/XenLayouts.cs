namespace XenDumpAdapter.Core.Types;

/// <summary>
/// Structures of Xen as measured: facts, not Xen's headers. A line without indent is a structure and its size; an indented one a member, its offset in
/// bytes and its type. Anonymous unions are flattened, padding and what nothing needs is left out.
/// <para>
/// What is stable: <c>cpu_user_regs</c> and <c>cpu_info</c> up to <c>pv_cr3</c> are the same in 4.17.5 (debug or not), 4.17.7 and 4.20, and so are
/// <c>vcpu_runstate_info</c>, <c>pv_vcpu</c> and <c>pv_domain</c>; of <c>vcpu</c> only <c>vcpu_id</c> and <c>processor</c>, and of <c>domain</c> only <c>domain_id</c>
/// and <c>max_vcpus</c>. Within 4.17, everything up to <c>vcpu.sched_unit</c> and <c>domain.is_privileged</c> is, but runstate and the shutdown state
/// moved in a security update between 4.17.5 and 4.17.7, and what follows <c>domain.arch</c> depends on the configuration. So every value that is read by
/// this table must be checked against the dump: a vcpu's domain must list that vcpu.
/// </para>
/// </summary>
internal static partial class XenLayouts
{
    /// <summary>Of every 64-bit Xen: public/arch-x86/xen-x86_64.h, public/vcpu.h, public/xen.h.</summary>
    public const string Amd64Common = """
        struct cpu_user_regs 200
            r15 0 uint64_t
            r14 8 uint64_t
            r13 16 uint64_t
            r12 24 uint64_t
            rbp 32 uint64_t
            ebp 32 uint32_t
            rbx 40 uint64_t
            ebx 40 uint32_t
            r11 48 uint64_t
            r10 56 uint64_t
            r9 64 uint64_t
            r8 72 uint64_t
            rax 80 uint64_t
            eax 80 uint32_t
            rcx 88 uint64_t
            ecx 88 uint32_t
            rdx 96 uint64_t
            edx 96 uint32_t
            rsi 104 uint64_t
            esi 104 uint32_t
            rdi 112 uint64_t
            edi 112 uint32_t
            error_code 120 uint32_t
            entry_vector 124 uint32_t
            rip 128 uint64_t
            eip 128 uint32_t
            cs 136 uint16_t
            saved_upcall_mask 140 uint8_t
            rflags 144 uint64_t
            eflags 144 uint32_t
            rsp 152 uint64_t
            esp 152 uint32_t
            ss 160 uint16_t
            es 168 uint16_t
            ds 176 uint16_t
            fs 184 uint16_t
            gs 192 uint16_t
        struct vcpu_runstate_info 48
            state 0 int
            state_entry_time 8 uint64_t
            time 16 uint64_t [4]
        struct vcpu_info 64
            evtchn_upcall_pending 0 uint8_t
            evtchn_upcall_mask 1 uint8_t
            evtchn_pending_sel 8 unsigned long
            arch 16 struct arch_vcpu_info
        struct arch_vcpu_info 16
            cr2 0 unsigned long
        """;

    /// <summary>4.20, from the DWARF of Debian 13's build.</summary>
    public const string Xen420 = """
        struct cpu_info 264
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 200 unsigned int
            current_vcpu 208 struct vcpu *
            per_cpu_offset 216 unsigned long
            cr4 224 unsigned long
            xen_cr3 232 unsigned long
            pv_cr3 240 unsigned long
        struct vcpu 2944
            vcpu_id 0 int
            processor 4 int
            vcpu_info_area 8 struct guest_area
            domain 24 struct domain *
            next_in_list 32 struct vcpu *
            sched_unit 208 struct sched_unit *
            runstate 240 struct vcpu_runstate_info
            is_initialised 298 _Bool
            is_running 299 _Bool
            is_urgent 300 _Bool
            defer_shutdown 302 _Bool
            paused_for_shutdown 303 _Bool
            dirty_cpu 312 unsigned int
            poll_evtchn 316 int
            pause_flags 328 unsigned long
            pause_count 336 int
            arch 640 struct arch_vcpu
        struct domain 2304
            domain_id 0 uint16_t
            max_vcpus 4 unsigned int
            unique_id 8 uint64_t
            vcpu 16 struct vcpu **
            shared_info 24 struct shared_info *
            tot_pages 96 unsigned int
            xenheap_pages 100 unsigned int
            max_pages 108 unsigned int
            next_in_list 144 struct domain *
            next_in_hashbucket 152 struct domain *
            options 300 unsigned int
            is_dying 304 int
            controller_pause_count 308 int
            is_privileged 457 _Bool
            is_console 458 _Bool
            target 464 struct domain *
            is_shutting_down 508 _Bool
            is_shut_down 509 _Bool
            shutdown_code 512 unsigned int
            pause_count 520 int
            refcnt 524 int
            vm_assist 528 unsigned long
            arch 640 struct arch_domain
            handle 1928 uint8_t [16]
        struct arch_vcpu 2240
            user_regs 0 struct cpu_user_regs
            dr7 232 unsigned long
            flags 248 unsigned long
            pv 384 struct pv_vcpu
            guest_table_user 1920 unsigned long
            guest_table 1928 unsigned long
            cr3 1960 unsigned long
        struct arch_domain 1280
            pv 32 struct pv_domain
        struct pv_vcpu 504
            gdt_frames 152 unsigned long [14]
            gdt_ents 272 unsigned int
            kernel_ss 280 unsigned long
            kernel_sp 288 unsigned long
            ctrlreg 296 unsigned long [8]
            fs_base 408 unsigned long
            gs_base_kernel 416 unsigned long
            gs_base_user 424 unsigned long
        struct pv_domain 64
            is_32bit 12 _Bool
            xpti 13 _Bool
            pcid 14 _Bool
        struct guest_area 16
            pg 0 struct page_info *
            map 8 void *
        """;

    /// <summary>
    /// 4.17.7 as Debian 12 builds it, which has no DWARF: from its code (domain_shutdown, vcpu_runstate_get, dump_domains, pv_inject_event) and
    /// VMCOREINFO_XEN; where those do not tell, as 4.17 (the size of struct vcpu is 4.17's, too).
    /// </summary>
    public const string Xen417Update7 = """
        struct cpu_info 264
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 200 unsigned int
            current_vcpu 208 struct vcpu *
            per_cpu_offset 216 unsigned long
            cr4 224 unsigned long
            xen_cr3 232 unsigned long
            pv_cr3 240 unsigned long
        struct vcpu 3520
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 16 struct domain *
            next_in_list 24 struct vcpu *
            sched_unit 200 struct sched_unit *
            runstate 216 struct vcpu_runstate_info
            is_initialised 274 _Bool
            is_running 275 _Bool
            is_urgent 276 _Bool
            defer_shutdown 278 _Bool
            paused_for_shutdown 279 _Bool
            dirty_cpu 284 unsigned int
            poll_evtchn 288 int
            pause_flags 296 unsigned long
            pause_count 304 int
            arch 640 struct arch_vcpu
        struct domain 2304
            domain_id 0 uint16_t
            max_vcpus 4 unsigned int
            vcpu 8 struct vcpu **
            shared_info 16 struct shared_info *
            tot_pages 88 unsigned int
            xenheap_pages 92 unsigned int
            max_pages 100 unsigned int
            next_in_list 136 struct domain *
            next_in_hashbucket 144 struct domain *
            options 316 unsigned int
            is_dying 320 int
            controller_pause_count 324 int
            is_privileged 465 _Bool
            is_console 466 _Bool
            target 472 struct domain *
            is_shutting_down 528 _Bool
            is_shut_down 529 _Bool
            shutdown_code 532 unsigned int
            pause_count 540 int
            refcnt 544 int
            vm_assist 552 unsigned long
            arch 640 struct arch_domain
            handle 1928 uint8_t [16]
        struct arch_vcpu 2816
            user_regs 8 struct cpu_user_regs
            dr7 240 unsigned long
            flags 256 unsigned long
            pv 384 struct pv_vcpu
            guest_table_user 2176 unsigned long
            guest_table 2184 unsigned long
            cr3 2216 unsigned long
        struct arch_domain 1280
            pv 32 struct pv_domain
        struct pv_vcpu 504
            gdt_frames 152 unsigned long [14]
            gdt_ents 272 unsigned int
            kernel_ss 280 unsigned long
            kernel_sp 288 unsigned long
            ctrlreg 296 unsigned long [8]
            fs_base 408 unsigned long
            gs_base_kernel 416 unsigned long
            gs_base_user 424 unsigned long
        struct pv_domain 64
            is_32bit 12 _Bool
            xpti 13 _Bool
            pcid 14 _Bool
        """;

    /// <summary>4.17 before that update: tag RELEASE-4.17.0 compiled with its default configuration; sizes and the handle's place from the DWARF of 4.17.5.</summary>
    public const string Xen417 = """
        struct cpu_info 264
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 200 unsigned int
            current_vcpu 208 struct vcpu *
            per_cpu_offset 216 unsigned long
            cr4 224 unsigned long
            xen_cr3 232 unsigned long
            pv_cr3 240 unsigned long
        struct vcpu 3520
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 16 struct domain *
            next_in_list 24 struct vcpu *
            sched_unit 200 struct sched_unit *
            runstate 208 struct vcpu_runstate_info
            is_initialised 270 _Bool
            is_running 271 _Bool
            is_urgent 272 _Bool
            defer_shutdown 274 _Bool
            paused_for_shutdown 275 _Bool
            dirty_cpu 280 unsigned int
            poll_evtchn 284 int
            pause_flags 296 unsigned long
            pause_count 304 int
            arch 640 struct arch_vcpu
        struct domain 2432
            domain_id 0 uint16_t
            max_vcpus 4 unsigned int
            vcpu 8 struct vcpu **
            shared_info 16 struct shared_info *
            tot_pages 88 unsigned int
            xenheap_pages 92 unsigned int
            max_pages 100 unsigned int
            next_in_list 136 struct domain *
            next_in_hashbucket 144 struct domain *
            options 316 unsigned int
            is_dying 320 int
            controller_pause_count 324 int
            is_privileged 465 _Bool
            is_console 466 _Bool
            target 472 struct domain *
            is_shutting_down 512 _Bool
            is_shut_down 513 _Bool
            shutdown_code 516 unsigned int
            pause_count 524 int
            refcnt 528 int
            vm_assist 536 unsigned long
            arch 640 struct arch_domain
            handle 2056 uint8_t [16]
        struct arch_vcpu 2816
            user_regs 8 struct cpu_user_regs
            dr7 240 unsigned long
            flags 256 unsigned long
            pv 384 struct pv_vcpu
            guest_table_user 2176 unsigned long
            guest_table 2184 unsigned long
            cr3 2216 unsigned long
        struct arch_domain 1408
            pv 32 struct pv_domain
        struct pv_vcpu 504
            gdt_frames 152 unsigned long [14]
            gdt_ents 272 unsigned int
            kernel_ss 280 unsigned long
            kernel_sp 288 unsigned long
            ctrlreg 296 unsigned long [8]
            fs_base 408 unsigned long
            gs_base_kernel 416 unsigned long
            gs_base_user 424 unsigned long
        struct pv_domain 64
            is_32bit 12 _Bool
            xpti 13 _Bool
            pcid 14 _Bool
        """;
}
