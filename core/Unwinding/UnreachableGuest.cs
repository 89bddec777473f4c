using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>The memory of a guest that is not in the dump: its registers still are, in the hypervisor's record.</summary>
internal sealed class UnreachableGuest : IMemory<VirtualAddress>
{
    private static readonly Fault Absent = new(FaultKind.NotSaved, "the guest's memory is not in the dump, or its page tables are not known");

    /// <inheritdoc/>
    public int Read(VirtualAddress address, Span<byte> destination) => 0;

    /// <inheritdoc/>
    public Fault Explain(VirtualAddress address) => Absent;

    /// <summary>A context for the record of such a guest.</summary>
    public static CodeContext Context(Architecture hypervisor)
    {
        var memory = new UnreachableGuest();
        return new CodeContext
        {
            Kind = FrameKind.Kernel,
            Architecture = hypervisor,
            Space = AddressSpace.Of("guest", hypervisor.PointerSize * 8, memory),
            Memory = memory,
        };
    }
}
