using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>The types of <see cref="CrashedHost"/>.</summary>
public static class HostTypes
{
    private static readonly BaseType Int = new("int", 4, BaseEncoding.Signed);
    private static readonly BaseType UInt = new("unsigned int", 4, BaseEncoding.Unsigned);
    private static readonly BaseType Long = new("long int", 8, BaseEncoding.Signed);
    private static readonly BaseType Char = new("char", 1, BaseEncoding.Character);

    /// <summary>Xen's.</summary>
    public static TableTypes OfXen()
    {
        AggregateType vcpu = null!;
        AggregateType domain = null!;
        var state = new EnumType("runstate", 4, false, () => [new Enumerator("RUNSTATE_running", 0), new Enumerator("RUNSTATE_blocked", 2), new Enumerator("RUNSTATE_runnable", 1)]);
        var inner = new AggregateType(null, true, 8, false, () => [new MemberInfo("cookie", Long, 0)]);
        vcpu = new AggregateType("vcpu", false, 40, false, () =>
        [
            new MemberInfo("vcpu_id", Int, 0), new MemberInfo("processor", Int, 32), new MemberInfo("domain", PointerTo(() => domain), 64),
            new MemberInfo("runstate", state, 128), new MemberInfo("is_running", UInt, 160, 1), new MemberInfo("pause_count", UInt, 161, 3),
            new MemberInfo(null, inner, 192), new MemberInfo("name", ArrayOf(Char, 8), 256),
        ]);
        domain = new AggregateType("domain", false, 16, false, () =>
        [
            new MemberInfo("domain_id", Int, 0), new MemberInfo("tot_pages", UInt, 32), new MemberInfo("vcpu", PointerTo(() => PointerTo(() => vcpu)), 64),
        ]);
        var opaque = new AggregateType("opaque", false, 0, true, () => []);
        var typedefs = new TypedefType("vcpu_t", () => vcpu);
        return new TableTypes(
            new Dictionary<string, CType> { ["struct vcpu"] = vcpu, ["struct domain"] = domain, ["enum runstate"] = state, ["vcpu_t"] = typedefs, ["struct opaque"] = opaque },
            new Dictionary<string, CType>
            {
                ["idle_vcpu"] = ArrayOf(PointerTo(() => vcpu), 4),
                ["nr_cpus"] = UInt,
                ["hardware_domain"] = PointerTo(() => domain),
                ["machine_halt"] = new FunctionType(() => VoidType.Instance, () => [], false),
            });
    }

    /// <summary>The kernel's.</summary>
    public static TableTypes OfKernel() => new(
        new Dictionary<string, CType>(),
        new Dictionary<string, CType> { ["kstack"] = ArrayOf(Char, 8192) });

    private static PointerType PointerTo(Func<CType> target) => new(target, 8);

    private static ArrayType ArrayOf(CType element, ulong count) => new(() => element, count);
}
