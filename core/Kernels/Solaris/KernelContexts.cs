using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Where the kernel's code runs: its space and modules, with the stacks that one thread may be on.</summary>
internal sealed class KernelContexts
{
    /// <summary>Bytes of <c>panic_stack</c> where the symbol has no size: PANICSTKSIZE (usr/src/uts/common/sys/panic.h).</summary>
    private const ulong PanicStackBytes32 = 8192;
    private const ulong PanicStackBytes64 = 16384;

    /// <summary>Pages of a CPU's interrupt stack: INTR_STACK_SIZE (usr/src/uts/i86pc/sys/machthread.h and cpuvar.h) is a default stack's size at least.</summary>
    private const ulong InterruptStackBytes = 0x2000;

    /// <summary>Interrupt threads run at the levels 1 to LOCK_LEVEL, 10 (usr/src/uts/intel/sys/machlock.h): so many can be pinned on one another, and the thread below them.</summary>
    private const int InterruptLevels = 11;

    private const ulong LowestBase32 = 0xc000_0000;

    private readonly SolarisImage _image;
    private readonly VirtualAddress? _kernelStart;
    private readonly List<StackRange> _shared = [];
    private readonly IReadOnlyList<TrapRegsLayout> _trapRegs;
    private readonly ModuleMap _modules;
    private readonly Lazy<Dictionary<ulong, KernelThread>> _threads;

    public KernelContexts(SolarisImage image, Kernel kernel)
    {
        _image = image;
        _threads = new Lazy<Dictionary<ulong, KernelThread>>(() => kernel.Threads.DistinctBy(t => t.Address).ToDictionary(t => t.Address.Value));
        _modules = new ModuleMap(image.Modules);
        _trapRegs = TrapRegsLayout.Of(image.Architecture, name => image.Layout("struct regs")?.OffsetOf(name) is { } o and < int.MaxValue ? (int)o : null);
        _kernelStart = image.Pointer("kernelbase") is { Value: not 0 } start ? start
            : image.Architecture.InstructionSet == InstructionSet.Amd64 ? new VirtualAddress(0xffff_8000_0000_0000) : Lowest32(image, kernel);
        if (image.AddressOf("panic_stack") is { } panic)
            _shared.Add(new StackRange("panic", new AddressRange(panic, image.Word == 4 ? PanicStackBytes32 : PanicStackBytes64)));
        foreach (var cpu in kernel.Cpus)
            if (cpu.InterruptStack is { Value: > InterruptStackBytes } top)
                _shared.Add(new StackRange($"interrupts of cpu {cpu.Id}", AddressRange.FromTo(top - InterruptStackBytes, top)));
    }

    /// <summary>
    /// Where the addresses of a 32-bit kernel begin that does not say it (<c>kernelbase</c>): no lower than what is known of it, and no higher than any such kernel's own base was
    /// (KERNELBASE of usr/src/uts/i86pc/sys/machparam.h is 0xd4000000 or 0xc8000000, a little lower on Xen).
    /// </summary>
    private static VirtualAddress Lowest32(SolarisImage image, Kernel kernel)
    {
        ulong lowest = LowestBase32;
        foreach (var module in image.Modules)
            if (module.Range is { Length: > 0 } text) lowest = Math.Min(lowest, text.Start.Value);
        foreach (var cpu in kernel.Cpus)
            if (cpu.Thread is { Value: not 0 } thread) lowest = Math.Min(lowest, thread.Value);
        return new VirtualAddress(lowest);
    }

    /// <summary>The context of a thread.</summary>
    /// <param name="thread">The thread; null where it is not known, then only the stacks that all share are.</param>
    /// <param name="vcpu">The vcpu that it runs on, as Xen writes it; null for none.</param>
    public CodeContext Of(KernelThread? thread, string? vcpu = null) => new()
    {
        Kind = FrameKind.Kernel,
        Architecture = _image.Architecture,
        Space = _image.Space,
        Memory = _image.Memory,
        Modules = _modules,
        Stacks = thread is null ? _shared : [.. OwnStacks(thread), .. _shared],
        KeepsFramePointers = true,
        TrapRegs = _trapRegs,
        KernelStart = _kernelStart,
        Vcpu = vcpu,
    };

    /// <summary>A thread's stack, and those of the threads that it interrupted: an interrupt thread's frames lead on to what it pinned.</summary>
    private List<StackRange> OwnStacks(KernelThread thread)
    {
        var stacks = new List<StackRange>();
        KernelThread? at = thread;
        for (int level = 0; at is not null && level < InterruptLevels; level++)
        {
            if (at.Stack is { } own) stacks.Add(new StackRange(SolarisThreads.NameOf(at), own));
            at = at.Interrupted is { Value: not 0 } pinned ? _threads.Value.GetValueOrDefault(pinned.Value) : null;
        }

        return stacks;
    }
}
