using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Types;

/// <summary>
/// A program image that is loaded in an address space: the hypervisor, a kernel, a kernel module. Its addresses are those of the running
/// program (any load bias is already applied).
/// </summary>
public sealed class Module
{
    /// <summary>Short name, as frames and <c>module`symbol</c> spell it: <c>xen</c>, <c>vmlinux</c>, <c>unix</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The file that symbols came from, or null where they came from the dump itself.</summary>
    public string? Path { get; init; }

    /// <summary>Where it lies: from its lowest to its highest loaded byte.</summary>
    public required AddressRange Range { get; init; }

    /// <summary>Runs of it that lie apart from <see cref="Range"/>: a kernel module's data and bss. Empty for an image in one piece.</summary>
    public IReadOnlyList<AddressRange> DataRanges { get; init; } = [];

    /// <summary>What its runs are: <c>text</c>, <c>data</c>, <c>bss</c>. Empty where the dump does not tell them apart.</summary>
    public IReadOnlyList<ModuleSegment> Segments { get; init; } = [];

    /// <summary>Its symbols.</summary>
    public required ISymbolSource Symbols { get; init; }

    /// <summary>Its types, or null where it has none.</summary>
    public ITypeSource? Types { get; init; }

    /// <summary>Its DWARF (lines, functions, variables), or null where it has none.</summary>
    public DwarfFile? Dwarf { get; init; }

    /// <summary>Its call frame information, or null where it has none.</summary>
    public CallFrameInfo? Cfi { get; init; }

    /// <summary>Build id (NT_GNU_BUILD_ID) as lower-case hex, or null.</summary>
    public string? BuildId { get; init; }

    /// <summary>Whether an address is in it: code or data.</summary>
    public bool Covers(VirtualAddress address)
    {
        if (Range.Contains(address)) return true;
        foreach (var run in DataRanges)
            if (run.Contains(address)) return true;
        return false;
    }

    /// <summary>What the address lies in: <c>text</c>, <c>data</c>, <c>bss</c>; null where the dump does not tell.</summary>
    public string? SegmentAt(VirtualAddress address)
    {
        foreach (var segment in Segments)
            if (segment.Range.Contains(address)) return segment.Name;
        return null;
    }

    /// <summary>Source line of the instruction at <paramref name="pc"/>, or null.</summary>
    public SourceLine? FindLine(VirtualAddress pc) => Dwarf?.FindLine(pc);
}
