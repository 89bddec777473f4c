using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>What kind of code a frame runs.</summary>
public enum FrameKind
{
    /// <summary>Xen.</summary>
    Hypervisor,

    /// <summary>Not code: an exception, interrupt or system call record between two contexts.</summary>
    Exception,

    /// <summary>A guest's kernel.</summary>
    Kernel,

    /// <summary>A guest's user program.</summary>
    User,
}

/// <summary>Where code runs: an address space with an instruction set, the images in it and the stacks that are known. Shared by all frames of one context.</summary>
public sealed class CodeContext
{
    /// <summary>Hypervisor, or Kernel for a guest (its frames below <see cref="KernelStart"/> are User).</summary>
    public required FrameKind Kind { get; init; }

    /// <summary>The registers and instruction set.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>The space as users name it; what memory references and values of these frames are in.</summary>
    public required AddressSpace Space { get; init; }

    /// <summary>The same space, typed.</summary>
    public required IMemory<VirtualAddress> Memory { get; init; }

    /// <summary>Images, in no order; a <see cref="ModuleMap"/> where there are many.</summary>
    public IReadOnlyList<Module> Modules { get; init; } = [];

    /// <summary>The stacks that code may run on here, where they are known: per-CPU primary and IST stacks, thread stacks.</summary>
    public IReadOnlyList<StackRange> Stacks { get; init; } = [];

    /// <summary>Whether every function that calls another keeps a frame pointer, so that the chain can be followed where the code is not in the dump. Solaris kernels do, and Xen's debug builds.</summary>
    public bool KeepsFramePointers { get; init; }

    /// <summary>Layouts that the kernel's own trap frames can have, for kernels whose frame pointers lead to them (Solaris); empty for others.</summary>
    public IReadOnlyList<TrapRegsLayout> TrapRegs { get; init; } = [];

    /// <summary>The domain and vcpu whose code this is (<c>d0v0</c>); null for the hypervisor.</summary>
    public string? Vcpu { get; init; }

    /// <summary>Lowest address of the guest's kernel; code below it is user code. Null where unknown.</summary>
    public VirtualAddress? KernelStart { get; init; }

    /// <summary>The image that covers <paramref name="address"/>, or null.</summary>
    public Module? FindModule(VirtualAddress address)
    {
        if (Modules is ModuleMap map) return map.Find(address);
        foreach (var m in Modules)
            if (m.Covers(address)) return m;
        return null;
    }

    /// <summary><c>module`symbol+0x10</c>; null where no symbol covers <paramref name="address"/>.</summary>
    public string? NameOf(VirtualAddress address)
    {
        if (FindModule(address) is not { } module || module.Symbols.Find(address) is not { } symbol) return null;
        ulong offset = unchecked(address.Value - symbol.Address.Value);
        return offset == 0 ? $"{module.Name}`{symbol.Name}" : $"{module.Name}`{symbol.Name}+{AddressText.Hex(offset)}";
    }

    /// <summary>The known stack that <paramref name="sp"/> lies in, or null. A pointer just past the end (an empty stack) counts as in it.</summary>
    public StackRange? FindStack(VirtualAddress sp)
    {
        foreach (var s in Stacks)
            if (s.Range.Contains(sp) || (s.Range.End == sp && s.Range.Length > 0)) return s;
        return null;
    }
}

/// <summary>A stack.</summary>
/// <param name="Name">What it is for: <c>primary</c>, <c>NMI</c>, <c>#DF</c>, <c>#MC</c>, <c>#DB</c>, a thread's name.</param>
/// <param name="Range">From its lowest byte to one past its highest.</param>
/// <param name="RecordAt">Where the exception record stands that was pushed when this stack was entered from outside (Xen: the guest's or the interrupted <c>cpu_user_regs</c>); null where unknown.</param>
public sealed record StackRange(string Name, AddressRange Range, VirtualAddress? RecordAt = null);
