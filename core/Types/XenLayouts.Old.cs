namespace XenDumpAdapter.Core.Types;

/// <summary>
/// The first Xens with paravirtual Solaris guests. Sun's own xVM hypervisors (3.0.4-1-sun, 3.1.x-xvm) were patched builds of these, so here, too, every
/// value must be checked.
/// </summary>
internal static partial class XenLayouts
{
    /// <summary>Of every 32-bit Xen.</summary>
    public const string Ia32Common = """
        struct cpu_user_regs 68
            ebx 0 uint32_t
            ecx 4 uint32_t
            edx 8 uint32_t
            esi 12 uint32_t
            edi 16 uint32_t
            ebp 20 uint32_t
            eax 24 uint32_t
            error_code 28 uint16_t
            entry_vector 30 uint16_t
            eip 32 uint32_t
            cs 36 uint16_t
            saved_upcall_mask 38 uint8_t
            eflags 40 uint32_t
            esp 44 uint32_t
            ss 48 uint16_t
            es 52 uint16_t
            ds 56 uint16_t
            fs 60 uint16_t
            gs 64 uint16_t
        struct vcpu_runstate_info 44
            state 0 int
            state_entry_time 4 uint64_t
            time 12 uint64_t [4]
        struct vcpu_info 64
            evtchn_upcall_pending 0 uint8_t
            evtchn_upcall_mask 1 uint8_t
            evtchn_pending_sel 4 unsigned long
            arch 8 struct arch_vcpu_info
        struct arch_vcpu_info 24
            cr2 0 unsigned long
        """;

    /// <summary>3.4.0 for x86_64, compiled from its tag.</summary>
    public const string Xen34Amd64 = """
        struct cpu_info 216
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 200 unsigned int
            current_vcpu 208 struct vcpu *
        struct vcpu 7040
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 16 struct domain *
            next_in_list 24 struct vcpu *
            runstate 200 struct vcpu_runstate_info
            is_initialised 266 _Bool
            is_running 267 _Bool
            defer_shutdown 274 _Bool
            paused_for_shutdown 275 _Bool
            poll_evtchn 280 int
            pause_flags 288 unsigned long
            pause_count 296 int
            arch 384 struct arch_vcpu
        struct domain 7808
            domain_id 0 uint16_t
            shared_info 8 struct shared_info *
            tot_pages 64 unsigned int
            max_pages 68 unsigned int
            xenheap_pages 72 unsigned int
            next_in_list 88 struct domain *
            next_in_hashbucket 96 struct domain *
            evtchn 128 struct evtchn * [32]
            is_hvm 960 _Bool
            is_privileged 962 _Bool
            target 968 struct domain *
            is_dying 980 int
            is_paused_by_controller 984 _Bool
            is_shutting_down 1008 _Bool
            is_shut_down 1009 _Bool
            shutdown_code 1012 int
            pause_count 1020 int
            vm_assist 1024 unsigned long
            refcnt 1032 int
            vcpu 1040 struct vcpu * [32]
            arch 1408 struct arch_domain
            handle 7688 uint8_t [16]
        struct arch_vcpu 6656
            guest_context 0 struct vcpu_guest_context
            flags 5168 unsigned long
            guest_table_user 6168 unsigned long
            guest_table 6176 unsigned long
            monitor_table 6216 unsigned long
            cr3 6224 unsigned long
        struct arch_domain 6272
            is_32bit_pv 4940 _Bool
            has_32bit_shinfo 4941 _Bool
        struct vcpu_guest_context 5168
            flags 512 unsigned long
            user_regs 520 struct cpu_user_regs
            gdt_frames 4832 unsigned long [16]
            gdt_ents 4960 unsigned long
            kernel_ss 4968 unsigned long
            kernel_sp 4976 unsigned long
            ctrlreg 4984 unsigned long [8]
            fs_base 5144 uint64_t
            gs_base_kernel 5152 uint64_t
            gs_base_user 5160 uint64_t
        """;

    /// <summary>3.4.0 for 32-bit PAE, compiled from its tag.</summary>
    public const string Xen34Ia32 = """
        struct cpu_info 76
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 68 unsigned int
            current_vcpu 72 struct vcpu *
        struct vcpu 4352
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 12 struct domain *
            next_in_list 16 struct vcpu *
            runstate 136 struct vcpu_runstate_info
            is_initialised 194 _Bool
            is_running 195 _Bool
            defer_shutdown 202 _Bool
            paused_for_shutdown 203 _Bool
            poll_evtchn 208 int
            pause_flags 212 unsigned long
            pause_count 216 int
            arch 384 struct arch_vcpu
        struct domain 6528
            domain_id 0 uint16_t
            shared_info 4 struct shared_info *
            tot_pages 40 unsigned int
            max_pages 44 unsigned int
            xenheap_pages 48 unsigned int
            next_in_list 56 struct domain *
            next_in_hashbucket 60 struct domain *
            evtchn 80 struct evtchn * [8]
            is_hvm 676 _Bool
            is_privileged 678 _Bool
            target 680 struct domain *
            is_dying 688 int
            is_paused_by_controller 692 _Bool
            is_shutting_down 708 _Bool
            is_shut_down 709 _Bool
            shutdown_code 712 int
            pause_count 720 int
            vm_assist 724 unsigned long
            refcnt 728 int
            vcpu 732 struct vcpu * [32]
            arch 896 struct arch_domain
            handle 6404 uint8_t [16]
        struct arch_vcpu 3968
            guest_context 0 struct vcpu_guest_context
            flags 2912 unsigned long
            guest_table 3588 unsigned long
            monitor_table 3608 unsigned long
            cr3 3612 unsigned long
        struct arch_domain 5504
            is_32bit_pv 4180 _Bool
            has_32bit_shinfo 4181 _Bool
        struct vcpu_guest_context 2800
            flags 512 unsigned long
            user_regs 516 struct cpu_user_regs
            gdt_frames 2640 unsigned long [16]
            gdt_ents 2704 unsigned long
            kernel_ss 2708 unsigned long
            kernel_sp 2712 unsigned long
            ctrlreg 2716 unsigned long [8]
        """;

    /// <summary>3.1.0 for x86_64, compiled from its tag.</summary>
    public const string Xen31Amd64 = """
        struct cpu_info 216
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 200 unsigned int
            current_vcpu 208 struct vcpu *
        struct vcpu 6528
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 16 struct domain *
            next_in_list 24 struct vcpu *
            runstate 176 struct vcpu_runstate_info
            is_polling 234 _Bool
            is_initialised 235 _Bool
            is_running 236 _Bool
            defer_shutdown 239 _Bool
            paused_for_shutdown 240 _Bool
            pause_flags 248 unsigned long
            pause_count 256 int
            arch 384 struct arch_vcpu
        struct domain 4992
            domain_id 0 uint16_t
            shared_info 8 struct shared_info *
            tot_pages 56 unsigned int
            max_pages 60 unsigned int
            xenheap_pages 64 unsigned int
            next_in_list 80 struct domain *
            next_in_hashbucket 88 struct domain *
            evtchn 120 struct evtchn * [32]
            is_hvm 952 _Bool
            is_privileged 953 _Bool
            is_dying 956 _Bool
            is_paused_by_controller 957 _Bool
            is_shutting_down 962 _Bool
            is_shut_down 963 _Bool
            shutdown_code 964 int
            pause_count 968 int
            vm_assist 976 unsigned long
            refcnt 984 int
            vcpu 992 struct vcpu * [32]
            arch 1280 struct arch_domain
            handle 4872 uint8_t [16]
        struct arch_vcpu 6144
            guest_context 0 struct vcpu_guest_context
            flags 5168 unsigned long
            guest_table_user 5856 unsigned long
            guest_table 5864 unsigned long
            monitor_table 5904 unsigned long
            cr3 5912 unsigned long
        struct arch_domain 3584
            is_32bit_pv 3476 _Bool
            has_32bit_shinfo 3477 _Bool
        struct vcpu_guest_context 5168
            flags 512 unsigned long
            user_regs 520 struct cpu_user_regs
            gdt_frames 4832 unsigned long [16]
            gdt_ents 4960 unsigned long
            kernel_ss 4968 unsigned long
            kernel_sp 4976 unsigned long
            ctrlreg 4984 unsigned long [8]
            fs_base 5144 uint64_t
            gs_base_kernel 5152 uint64_t
            gs_base_user 5160 uint64_t
        """;

    /// <summary>3.0.4 for 32-bit PAE, compiled from its tag.</summary>
    public const string Xen30Ia32 = """
        struct cpu_info 76
            guest_cpu_user_regs 0 struct cpu_user_regs
            processor_id 68 unsigned int
            current_vcpu 72 struct vcpu *
        struct vcpu 3712
            vcpu_id 0 int
            processor 4 int
            vcpu_info 8 struct vcpu_info *
            domain 12 struct domain *
            next_in_list 16 struct vcpu *
            runstate 84 struct vcpu_runstate_info
            vcpu_flags 132 unsigned long
            pause_count 140 unsigned int
            arch 256 struct arch_vcpu
        struct domain 7168
            domain_id 0 uint16_t
            shared_info 4 struct shared_info *
            tot_pages 32 unsigned int
            max_pages 36 unsigned int
            xenheap_pages 40 unsigned int
            shutdown_code 44 int
            next_in_list 52 struct domain *
            next_in_hashbucket 56 struct domain *
            evtchn 72 struct evtchn * [8]
            domain_flags 664 unsigned long
            is_hvm 668 char
            is_privileged 669 char
            pause_count 676 unsigned int
            vm_assist 680 unsigned long
            refcnt 684 int
            vcpu 688 struct vcpu * [32]
            arch 896 struct arch_domain
            handle 7044 uint8_t [16]
        struct arch_vcpu 3456
            guest_context 0 struct vcpu_guest_context
            flags 2912 unsigned long
            guest_table 3252 unsigned long
            monitor_table 3272 unsigned long
            cr3 3276 unsigned long
        struct vcpu_guest_context 2800
            flags 512 unsigned long
            user_regs 516 struct cpu_user_regs
            gdt_frames 2640 unsigned long [16]
            gdt_ents 2704 unsigned long
            kernel_ss 2708 unsigned long
            kernel_sp 2712 unsigned long
            ctrlreg 2716 unsigned long [8]
        """;
}
