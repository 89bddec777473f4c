using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>
/// How places are written for clients. VS Code does arithmetic with the references of its disassembly view, so an address is a bare number wherever that
/// says enough: Xen's own addresses and dom0's. All others carry their space: <c>machine:0x1000</c>, <c>dom3:0xffffffff81000000</c>.
/// </summary>
internal sealed class MemoryReferences(DumpTarget target)
{
    /// <summary>So much of a wrong reference is enough to know it by.</summary>
    private const int LongestShown = 60;

    /// <summary>A place in a space.</summary>
    public string Of(AddressSpace space, ulong address) =>
        space.Kind == AddressSpaceKind.Virtual && target.HomeOf(address) == space ? AddressText.Hex(address) : new Location(space, address).ToString();

    /// <summary>A place in the space that a frame runs in.</summary>
    public string Of(Frame frame, VirtualAddress address) => Of(frame.Context.Space, address.Value);

    /// <summary>The place so many bytes from the one that a reference names.</summary>
    /// <exception cref="DapException">The reference names none, or the place is outside of its space.</exception>
    public Location Place(string reference, long offset)
    {
        int colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (!NumberText.TryParse(reference[(colon + 1)..], out ulong address) || (colon < 0 ? target.HomeOf(address) : target.FindSpace(reference[..colon])) is not { } space)
            throw Unknown(reference);
        var place = (Int128)address + offset;
        if (place < 0 || (UInt128)place >= End(space))
            throw new DapException(DapErrors.UnknownReference, $"{reference} with an offset of {offset} is no address of {space.AddressBits} bits.");
        return new Location(space, (ulong)place);
    }

    /// <summary>The number after the last address of a space.</summary>
    public static UInt128 End(AddressSpace space) => UInt128.One << space.AddressBits;

    private DapException Unknown(string reference)
    {
        string example = target.Spaces.Count > 0 ? target.Spaces[0].Name : "machine";
        return new DapException(DapErrors.UnknownReference, $"'{(reference.Length > LongestShown ? reference[..LongestShown] + "…" : reference)}' is no memory reference: it is written as an address, or as a space and an address ({example}:0x1000).");
    }
}
