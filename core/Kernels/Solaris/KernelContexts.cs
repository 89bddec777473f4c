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

    private readonly SolarisImage _image;
    private readonly VirtualAddress? _kernelStart;
    private readonly List<StackRange> _shared = [];
    private readonly IReadOnlyList<TrapRegsLayout> _trapRegs;
    private readonly ModuleMap _modules;
    private readonly Kernel _kernel;

    public KernelContexts(SolarisImage image, Kernel kernel)
    {
        _image = image;
        _kernel = kernel;
        _modules = new ModuleMap(image.Modules);
        _trapRegs = TrapRegsLayout.Of(image.Architecture, name => image.Layout("struct regs")?.OffsetOf(name) is { } o and < int.MaxValue ? (int)o : null);
        _kernelStart = image.Pointer("kernelbase") is { Value: not 0 } start ? start
            : image.Architecture.InstructionSet == InstructionSet.Amd64 ? new VirtualAddress(0xffff_8000_0000_0000) : null;
        if (image.AddressOf("panic_stack") is { } panic)
            _shared.Add(new StackRange("panic", new AddressRange(panic, image.Word == 4 ? PanicStackBytes32 : PanicStackBytes64)));
        foreach (var cpu in kernel.Cpus)
            if (cpu.InterruptStack is { Value: > InterruptStackBytes } top)
                _shared.Add(new StackRange($"interrupts of cpu {cpu.Id}", AddressRange.FromTo(top - InterruptStackBytes, top)));
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
            at = at.Interrupted is { Value: not 0 } pinned ? _kernel.Threads.FirstOrDefault(t => t.Address == pinned) : null;
        }

        return stacks;
    }
}
