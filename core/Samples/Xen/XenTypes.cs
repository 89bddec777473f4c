using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>The structures of the sample's hypervisor. Names and meanings are Xen 4.17's; of the larger ones there is what a debugger looks at.</summary>
internal sealed class XenTypes
{
    private readonly CTypes _c = new(word: 8);

    public XenTypes()
    {
        Regs = MakeRegs();
        Domain = new StructSampleType("domain");
        Vcpu = new StructSampleType("vcpu");
        SharedInfo = MakeSharedInfo();
        FillVcpu();
        FillDomain();
        CpuInfo = MakeCpuInfo();
    }

    public CTypes C => _c;

    public StructSampleType Regs { get; }

    public StructSampleType Domain { get; }

    public StructSampleType Vcpu { get; }

    public StructSampleType CpuInfo { get; }

    public StructSampleType SharedInfo { get; }

    public SampleType RegsPointer => _c.PointerTo(Regs);

    public SampleType DomainPointer => _c.PointerTo(Domain);

    public SampleType VcpuPointer => _c.PointerTo(Vcpu);

    /// <summary>xen/include/public/arch-x86/xen-x86_64.h, struct cpu_user_regs.</summary>
    private StructSampleType MakeRegs()
    {
        var s = new StructSampleType("cpu_user_regs");
        foreach (string name in new[] { "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi" }) s.Add(name, _c.U64);
        s.Add("error_code", _c.U32).Add("entry_vector", _c.U32).Add("rip", _c.U64).Add("cs", _c.U16).Add("_pad0", CTypes.ArrayOf(_c.U16, 1));
        s.Add("saved_upcall_mask", _c.U8).Add("_pad1", CTypes.ArrayOf(_c.U8, 3)).Add("rflags", _c.U64).Add("rsp", _c.U64);
        foreach (string name in new[] { "ss", "es", "ds", "fs", "gs" }) s.Add(name, _c.U16).Add($"_pad_{name}", CTypes.ArrayOf(_c.U16, 3));
        return s;
    }

    /// <summary>xen/arch/x86/include/asm/current.h, struct cpu_info: what is at the top of each CPU's stack.</summary>
    private StructSampleType MakeCpuInfo() => new StructSampleType("cpu_info")
        .Add("guest_cpu_user_regs", Regs).Add("processor_id", _c.UInt).Add("verw_sel", _c.UInt).Add("current_vcpu", VcpuPointer)
        .Add("per_cpu_offset", _c.ULong).Add("cr4", _c.ULong).Add("xen_cr3", _c.ULong).Add("pv_cr3", _c.ULong)
        .Add("shadow_spec_ctrl", _c.UInt).Add("xen_spec_ctrl", _c.U8).Add("spec_ctrl_flags", _c.U8).Add("root_pgt_changed", _c.Bool).Add("use_pv_cr3", _c.Bool)
        .PadTo(264);

    /// <summary>xen/include/public/xen.h, struct shared_info: only where the guest says where its P2M is.</summary>
    private StructSampleType MakeSharedInfo()
    {
        var arch = new StructSampleType("arch_shared_info").Add("max_pfn", _c.ULong).Add("pfn_to_mfn_frame_list_list", _c.ULong).Add("nmi_reason", _c.ULong);
        return new StructSampleType("shared_info").Add("vcpu_info", CTypes.ArrayOf(CTypes.ArrayOf(_c.U8, 64), 32))
            .Add("evtchn_pending", CTypes.ArrayOf(_c.ULong, 64)).Add("evtchn_mask", CTypes.ArrayOf(_c.ULong, 64))
            .Add("wc_version", _c.U32).Add("wc_sec", _c.U32).Add("wc_nsec", _c.U32).Add("wc_sec_hi", _c.U32).Add("arch", arch);
    }

    private void FillVcpu()
    {
        var runstate = new StructSampleType("vcpu_runstate_info").Add("state", _c.Int).Add("state_entry_time", _c.U64).Add("time", CTypes.ArrayOf(_c.U64, 4));
        var pv = new StructSampleType("pv_vcpu").Add("trap_ctxt", _c.VoidPointer).Add("ctrlreg", CTypes.ArrayOf(_c.ULong, 8))
            .Add("event_callback_eip", _c.ULong).Add("failsafe_callback_eip", _c.ULong).Add("kernel_ss", _c.ULong).Add("kernel_sp", _c.ULong);
        var arch = new StructSampleType("arch_vcpu").Add("user_regs", Regs).Add("flags", _c.U32).Add("pv", pv).Add("guest_table", _c.ULong).Add("cr3", _c.ULong);
        Vcpu.Add("vcpu_id", _c.Int).Add("processor", _c.Int).Add("vcpu_info", _c.PointerTo(CTypes.ArrayOf(_c.U8, 64))).Add("domain", DomainPointer)
            .Add("next_in_list", VcpuPointer).Add("runstate", runstate).Add("pause_flags", _c.ULong).Add("is_initialised", _c.Bool).Add("is_running", _c.Bool)
            .Add("arch", arch);
    }

    private void FillDomain()
    {
        var pv = new StructSampleType("pv_domain").Add("gdt_ldt_l1tab", _c.VoidPointer).Add("is_32bit", _c.Bool).Add("xpti", _c.Bool);
        var arch = new StructSampleType("arch_domain").Add("perdomain_l3_pg", _c.VoidPointer).Add("pv", pv);
        var dying = new EnumSampleType("domdying_state", ("DOMDYING_alive", 0), ("DOMDYING_dying", 1), ("DOMDYING_dead", 2));
        Domain.Add("domain_id", new TypedefSampleType("domid_t", _c.U16)).Add("max_vcpus", _c.UInt).Add("shared_info", _c.PointerTo(SharedInfo))
            .Add("tot_pages", _c.UInt).Add("max_pages", _c.UInt).Add("next_in_list", DomainPointer).Add("options", _c.UInt)
            .Add("controller_pause_count", _c.Int).Add("is_dying", dying).Add("is_shutting_down", _c.Bool).Add("is_shut_down", _c.Bool)
            .Add("shutdown_code", _c.Int).Add("vcpu", _c.PointerTo(VcpuPointer)).Add("arch", arch);
    }
}
