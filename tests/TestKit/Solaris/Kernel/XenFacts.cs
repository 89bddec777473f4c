namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Structures of the hypervisors that Solaris ran on (xen/include/xen/sched.h, xen/include/asm-x86), compiled and measured.
/// A line is a structure with its bytes, then its members: name, offset, bytes, C type.
/// </summary>
internal static class XenFacts
{
    /// <summary>Xen tag 3.0.4-branched, 32-bit PAE, NDEBUG unset, default config.</summary>
    public const string Xen304Ia32 = """
        struct cpu_info 76: guest_cpu_user_regs 0 68 struct cpu_user_regs; processor_id 68 4 unsigned int; current_vcpu 72 4 struct vcpu*;
        struct cpu_user_regs 68: ebx 0 4 uint32_t; ecx 4 4 uint32_t; edx 8 4 uint32_t; esi 12 4 uint32_t; edi 16 4 uint32_t; ebp 20 4 uint32_t; eax 24 4 uint32_t;
            error_code 28 2 uint16_t; entry_vector 30 2 uint16_t; eip 32 4 uint32_t; cs 36 2 uint16_t; saved_upcall_mask 38 1 uint8_t; _pad0 39 1 uint8_t;
            eflags 40 4 uint32_t; esp 44 4 uint32_t; ss 48 2 uint16_t; _pad1 50 2 uint16_t; es 52 2 uint16_t; _pad2 54 2 uint16_t; ds 56 2 uint16_t; _pad3 58 2 uint16_t;
            fs 60 2 uint16_t; _pad4 62 2 uint16_t; gs 64 2 uint16_t; _pad5 66 2 uint16_t;
        struct vcpu 3712: vcpu_id 0 4 int; processor 4 4 int; vcpu_info 8 4 vcpu_info_t*; domain 12 4 struct domain*; next_in_list 16 4 struct vcpu*;
            runstate 84 44 struct vcpu_runstate_info; arch 256 3456 struct arch_vcpu;
        struct domain 7168: domain_id 0 2 domid_t; shared_info 4 4 shared_info_t*; tot_pages 32 4 unsigned int; max_pages 36 4 unsigned int;
            xenheap_pages 40 4 unsigned int; shutdown_code 44 4 int; next_in_list 52 4 struct domain*; evtchn 72 32 struct evtchn*[8]; domain_flags 664 4 unsigned long;
            is_hvm 668 1 char; is_privileged 669 1 char; vcpu 688 128 struct vcpu*[32];
        struct vcpu_runstate_info 44: state 0 4 int; state_entry_time 4 8 uint64_t; time 12 32 uint64_t[4];
        struct arch_vcpu 3456: guest_context 0 2800 struct vcpu_guest_context; flags 2912 4 unsigned long;
        struct vcpu_guest_context 2800: flags 512 4 unsigned long; user_regs 516 68 struct cpu_user_regs; kernel_ss 2708 4 unsigned long; kernel_sp 2712 4 unsigned long;
            ctrlreg 2716 32 unsigned long[8];
        """;

    /// <summary>Xen tag 3.1.0-branched, x86_64.</summary>
    public const string Xen31Amd64 = """
        struct cpu_info 216: guest_cpu_user_regs 0 200 struct cpu_user_regs; processor_id 200 4 unsigned int; current_vcpu 208 8 struct vcpu*;
        struct cpu_user_regs 200: r15 0 8 uint64_t; r14 8 8 uint64_t; r13 16 8 uint64_t; r12 24 8 uint64_t; rbp 32 8 uint64_t; rbx 40 8 uint64_t; r11 48 8 uint64_t;
            r10 56 8 uint64_t; r9 64 8 uint64_t; r8 72 8 uint64_t; rax 80 8 uint64_t; rcx 88 8 uint64_t; rdx 96 8 uint64_t; rsi 104 8 uint64_t; rdi 112 8 uint64_t;
            error_code 120 4 uint32_t; entry_vector 124 4 uint32_t; rip 128 8 uint64_t; cs 136 2 uint16_t; _pad0 138 2 uint16_t[1]; saved_upcall_mask 140 1 uint8_t;
            _pad1 141 3 uint8_t[3]; rflags 144 8 uint64_t; rsp 152 8 uint64_t; ss 160 2 uint16_t; _pad2 162 6 uint16_t[3]; es 168 2 uint16_t; _pad3 170 6 uint16_t[3];
            ds 176 2 uint16_t; _pad4 178 6 uint16_t[3]; fs 184 2 uint16_t; _pad5 186 6 uint16_t[3]; gs 192 2 uint16_t; _pad6 194 6 uint16_t[3];
        struct vcpu 6528: vcpu_id 0 4 int; processor 4 4 int; vcpu_info 8 8 vcpu_info_t*; domain 16 8 struct domain*; next_in_list 24 8 struct vcpu*;
            runstate 176 48 struct vcpu_runstate_info; arch 384 6144 struct arch_vcpu;
        struct domain 4992: domain_id 0 2 domid_t; shared_info 8 8 shared_info_t*; tot_pages 56 4 unsigned int; max_pages 60 4 unsigned int;
            xenheap_pages 64 4 unsigned int; next_in_list 80 8 struct domain*; evtchn 120 256 struct evtchn*[32]; is_hvm 952 1 bool_t; is_privileged 953 1 bool_t;
            shutdown_code 964 4 int; vcpu 992 256 struct vcpu*[32];
        struct vcpu_runstate_info 48: state 0 4 int; state_entry_time 8 8 uint64_t; time 16 32 uint64_t[4];
        struct arch_vcpu 6144: guest_context 0 5168 struct vcpu_guest_context; flags 5168 8 unsigned long;
        struct vcpu_guest_context 5168: flags 512 8 unsigned long; user_regs 520 200 struct cpu_user_regs; kernel_ss 4968 8 unsigned long;
            kernel_sp 4976 8 unsigned long; ctrlreg 4984 64 unsigned long[8];
        """;

    /// <summary>Xen tag 3.4.0-rc3, 32-bit PAE.</summary>
    public const string Xen34Ia32 = """
        struct cpu_info 76: guest_cpu_user_regs 0 68 struct cpu_user_regs; processor_id 68 4 unsigned int; current_vcpu 72 4 struct vcpu*;
        struct cpu_user_regs 68: ebx 0 4 uint32_t; ecx 4 4 uint32_t; edx 8 4 uint32_t; esi 12 4 uint32_t; edi 16 4 uint32_t; ebp 20 4 uint32_t; eax 24 4 uint32_t;
            error_code 28 2 uint16_t; entry_vector 30 2 uint16_t; eip 32 4 uint32_t; cs 36 2 uint16_t; saved_upcall_mask 38 1 uint8_t; _pad0 39 1 uint8_t;
            eflags 40 4 uint32_t; esp 44 4 uint32_t; ss 48 2 uint16_t; _pad1 50 2 uint16_t; es 52 2 uint16_t; _pad2 54 2 uint16_t; ds 56 2 uint16_t; _pad3 58 2 uint16_t;
            fs 60 2 uint16_t; _pad4 62 2 uint16_t; gs 64 2 uint16_t; _pad5 66 2 uint16_t;
        struct vcpu 4352: vcpu_id 0 4 int; processor 4 4 int; vcpu_info 8 4 vcpu_info_t*; domain 12 4 struct domain*; next_in_list 16 4 struct vcpu*;
            runstate 136 44 struct vcpu_runstate_info; arch 384 3968 struct arch_vcpu;
        struct domain 6528: domain_id 0 2 domid_t; shared_info 4 4 shared_info_t*; tot_pages 40 4 unsigned int; max_pages 44 4 unsigned int;
            xenheap_pages 48 4 unsigned int; next_in_list 56 4 struct domain*; evtchn 80 32 struct evtchn*[8]; is_hvm 676 1 bool_t; is_privileged 678 1 bool_t;
            shutdown_code 712 4 int; vcpu 732 128 struct vcpu*[32];
        struct vcpu_runstate_info 44: state 0 4 int; state_entry_time 4 8 uint64_t; time 12 32 uint64_t[4];
        struct arch_vcpu 3968: guest_context 0 2800 struct vcpu_guest_context; flags 2912 4 unsigned long;
        struct vcpu_guest_context 2800: flags 512 4 unsigned long; user_regs 516 68 struct cpu_user_regs; kernel_ss 2708 4 unsigned long; kernel_sp 2712 4 unsigned long;
            ctrlreg 2716 32 unsigned long[8];
        """;

    /// <summary>Xen tag 3.4.0-rc3, x86_64.</summary>
    public const string Xen34Amd64 = """
        struct cpu_info 216: guest_cpu_user_regs 0 200 struct cpu_user_regs; processor_id 200 4 unsigned int; current_vcpu 208 8 struct vcpu*;
        struct cpu_user_regs 200: r15 0 8 uint64_t; r14 8 8 uint64_t; r13 16 8 uint64_t; r12 24 8 uint64_t; rbp 32 8 uint64_t; rbx 40 8 uint64_t; r11 48 8 uint64_t;
            r10 56 8 uint64_t; r9 64 8 uint64_t; r8 72 8 uint64_t; rax 80 8 uint64_t; rcx 88 8 uint64_t; rdx 96 8 uint64_t; rsi 104 8 uint64_t; rdi 112 8 uint64_t;
            error_code 120 4 uint32_t; entry_vector 124 4 uint32_t; rip 128 8 uint64_t; cs 136 2 uint16_t; _pad0 138 2 uint16_t[1]; saved_upcall_mask 140 1 uint8_t;
            _pad1 141 3 uint8_t[3]; rflags 144 8 uint64_t; rsp 152 8 uint64_t; ss 160 2 uint16_t; _pad2 162 6 uint16_t[3]; es 168 2 uint16_t; _pad3 170 6 uint16_t[3];
            ds 176 2 uint16_t; _pad4 178 6 uint16_t[3]; fs 184 2 uint16_t; _pad5 186 6 uint16_t[3]; gs 192 2 uint16_t; _pad6 194 6 uint16_t[3];
        struct vcpu 7040: vcpu_id 0 4 int; processor 4 4 int; vcpu_info 8 8 vcpu_info_t*; domain 16 8 struct domain*; next_in_list 24 8 struct vcpu*;
            runstate 200 48 struct vcpu_runstate_info; arch 384 6656 struct arch_vcpu;
        struct domain 7808: domain_id 0 2 domid_t; shared_info 8 8 shared_info_t*; tot_pages 64 4 unsigned int; max_pages 68 4 unsigned int;
            xenheap_pages 72 4 unsigned int; next_in_list 88 8 struct domain*; evtchn 128 256 struct evtchn*[32]; is_hvm 960 1 bool_t; is_privileged 962 1 bool_t;
            shutdown_code 1012 4 int; vcpu 1040 256 struct vcpu*[32];
        struct vcpu_runstate_info 48: state 0 4 int; state_entry_time 8 8 uint64_t; time 16 32 uint64_t[4];
        struct arch_vcpu 6656: guest_context 0 5168 struct vcpu_guest_context; flags 5168 8 unsigned long;
        struct vcpu_guest_context 5168: flags 512 8 unsigned long; user_regs 520 200 struct cpu_user_regs; kernel_ss 4968 8 unsigned long;
            kernel_sp 4976 8 unsigned long; ctrlreg 4984 64 unsigned long[8];
        """;
}
