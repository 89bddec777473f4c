using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The physical CPUs: each has a stack of STACK_SIZE bytes (xen/arch/x86/include/asm/config.h), aligned to its size, with <c>struct cpu_info</c> at its top
/// (xen/arch/x86/include/asm/current.h).
/// </summary>
internal sealed class XenCpus(XenImage xen, DiagnosticBag diagnostics)
{
    /// <summary>STACK_SIZE of the versions known, the likeliest first: 32 KB since 3.2, 16 KB before (and on ia32), 64 KB in builds with KASAN or large frames.</summary>
    private static readonly ulong[] StackSizes = [0x8000, 0x4000, 0x10000];

    /// <summary>Finds the CPUs that the dump records or that Xen has stacks for, by id.</summary>
    public IReadOnlyList<PhysicalCpu> Find(DumpImage image)
    {
        var byId = new SortedDictionary<int, PhysicalCpu>();
        foreach (var context in image.Cpus)
        {
            var cpu = OfContext(context);
            if (!byId.TryAdd(cpu.Id, cpu))
                diagnostics.Warn("xen/cpu-twice", $"two CPU notes of the dump say that they are CPU {cpu.Id}; the second is shown as none.");
        }

        foreach (var cpu in WithoutContext(byId)) byId.Add(cpu.Id, cpu);
        return [.. byId.Values];
    }

    /// <summary>The registers that a dump records of a CPU.</summary>
    public static RegisterSet RegistersOf(CpuContext context)
    {
        var registers = new RegisterSet(Architecture.Amd64);
        foreach (var (name, value) in context.Values)
            if (Architecture.Amd64.Find(name) is { } register) registers = registers.With(register, value);
        return registers;
    }

    private PhysicalCpu OfContext(CpuContext context)
    {
        var info = RegistersOf(context).Sp is { } sp ? FindCpuInfo(sp) : null;
        if (info is null && OfStackBase(context.Index, null) is { } known)
        {
            info = known;
            context = InsteadOfForeign(context);
        }

        var registers = RegistersOf(context);
        int id = info?.Info.Number("processor_id") is { } n and < (ulong)DumpLimits.Cpus ? (int)n : context.Index;
        return new PhysicalCpu
        {
            Id = id,
            Context = context,
            Registers = registers,
            CpuInfo = info?.Info.Address,
            Stacks = info is { } found ? new XenStacks(xen).Of(found.Stack, found.Info, id, context) : [],
        };
    }

    /// <summary>
    /// A machine that is dumped after Xen has started its crash kernel shows that kernel's registers. Those that matter are the ones that Xen saved first.
    /// </summary>
    private CpuContext InsteadOfForeign(CpuContext context)
    {
        bool ring0 = ((context["cs"] ?? 0) & 3) == 0;
        if (!ring0 || context["rip"] is not { } pc || xen.Module is null || xen.SymbolAt(new VirtualAddress(pc)) is not null) return context;
        if (XenCrashNotes.Read(xen, context.Index) is { } saved) return saved;
        diagnostics.Warn("xen/foreign-cpu", $"CPU {context.Index} runs code at {AddressText.Hex(pc)} that is not Xen's (a crash kernel?), and Xen has saved no registers of it.");
        return context;
    }

    /// <summary>CPUs that have a stack but no note: <c>stack_base[]</c> of smpboot.c.</summary>
    private IEnumerable<PhysicalCpu> WithoutContext(SortedDictionary<int, PhysicalCpu> known)
    {
        if (xen.AddressOf("stack_base") is null || xen.U32("nr_cpu_ids") is not { } count || count > DumpLimits.Cpus) yield break;
        for (int id = 0; id < (int)count; id++)
        {
            if (known.ContainsKey(id) || OfStackBase(id, id) is not { } found) continue;
            yield return new PhysicalCpu { Id = id, CpuInfo = found.Info.Address, Stacks = new XenStacks(xen).Of(found.Stack, found.Info, id, null) };
        }
    }

    private (AddressRange Stack, StructAt Info)? OfStackBase(int index, int? expectedId)
    {
        if (xen.AddressOf("stack_base") is not { } array || xen.PointerAt(array + (ulong)index * (ulong)xen.Architecture.PointerSize) is not { Value: not 0 and var stack }) return null;
        foreach (ulong size in StackSizes)
            if ((stack & (size - 1)) == 0 && At(new AddressRange(new VirtualAddress(stack), size), expectedId ?? index) is { } info)
                return (new AddressRange(new VirtualAddress(stack), size), info);
        return null;
    }

    private (AddressRange Stack, StructAt Info)? FindCpuInfo(VirtualAddress sp)
    {
        foreach (ulong size in StackSizes)
        {
            var stack = new AddressRange(new VirtualAddress(sp.Value & ~(size - 1)), size);
            if (At(stack, null) is { } info) return (stack, info);
        }

        return null;
    }

    /// <summary>The cpu_info at the top of a stack, if what stands there is one: a sane CPU number and a vcpu that says it is on that CPU.</summary>
    private StructAt? At(AddressRange stack, int? expectedId)
    {
        if (xen.Layout("cpu_info") is not { } layout) return null;
        var info = new StructAt(layout, xen.Memory, stack.End - layout.Size);
        if (info.Number("processor_id") is not { } id || id >= (ulong)DumpLimits.Cpus || (expectedId is { } want && id != (ulong)want)) return null;
        if (info.Pointer("current_vcpu") is not { Value: not 0 } current || xen.At("vcpu", current) is not { } vcpu) return null;
        return vcpu.Number("processor") == id ? info : null;
    }
}
