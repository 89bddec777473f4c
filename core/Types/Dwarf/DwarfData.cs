using System.Collections.Concurrent;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What all readers of one image's DWARF share: its sections, units, abbreviations and strings.</summary>
internal sealed class DwarfData
{
    private readonly ConcurrentDictionary<(ulong Offset, UnitEncoding Encoding), AbbrevTable> _abbrevs = new();
    private readonly Lazy<DwarfUnit[]> _units;

    public DwarfData(DwarfSections sections, string imageName, ulong bias, DiagnosticBag diagnostics)
    {
        Sections = sections;
        ImageName = imageName;
        Bias = bias;
        Diagnostics = diagnostics;
        _units = new Lazy<DwarfUnit[]>(() => UnitHeaders.Read(this));
    }

    public DwarfSections Sections { get; }

    public string ImageName { get; }

    public ulong Bias { get; }

    public DiagnosticBag Diagnostics { get; }

    /// <summary>Units, by offset. Read by hopping from header to header when first asked for.</summary>
    public DwarfUnit[] Units => _units.Value;

    public bool BigEndian => Sections.BigEndian;

    /// <summary>An address of the file as one of the running program, cut to the width of an address.</summary>
    public ulong ToProgram(ulong address, int addressSize) => Cut(unchecked(address + Bias), addressSize);

    /// <summary>An address of the running program as one of the file.</summary>
    public ulong ToFile(ulong address, int addressSize) => Cut(unchecked(address - Bias), addressSize);

    private static ulong Cut(ulong address, int addressSize) => addressSize == 4 ? address & uint.MaxValue : address;

    /// <summary>The unit whose entries include the one at this offset of .debug_info, or null.</summary>
    public DwarfUnit? FindUnit(ulong offset) =>
        UnitBefore(offset) is { } unit && offset >= (ulong)unit.FirstDie && offset < (ulong)unit.End ? unit : null;

    /// <summary>The unit whose header is at this offset of .debug_info, or null.</summary>
    public DwarfUnit? UnitStartingAt(ulong offset) => UnitBefore(offset) is { } unit && (ulong)unit.Offset == offset ? unit : null;

    /// <summary>The abbreviations at an offset, kept: units may share them.</summary>
    public AbbrevTable AbbrevsAt(ulong offset, UnitEncoding encoding) =>
        _abbrevs.TryGetValue((offset, encoding), out var known) ? known : _abbrevs.GetOrAdd((offset, encoding), ReadAbbrevs(offset, encoding));

    /// <summary>The same, not kept where it is not at hand already.</summary>
    public AbbrevTable PeekAbbrevs(ulong offset, UnitEncoding encoding) =>
        _abbrevs.TryGetValue((offset, encoding), out var known) ? known : ReadAbbrevs(offset, encoding);

    /// <summary>The bytes of a string up to its NUL; empty where the offset or the NUL is missing.</summary>
    public static ReadOnlySpan<byte> StringAt(ReadOnlyMemory<byte> section, ulong offset)
    {
        if (offset >= (ulong)section.Length) return default;
        var rest = section.Span[(int)offset..];
        int length = rest.IndexOf((byte)0);
        return length < 0 ? default : rest[..length];
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>Reports that a part of the DWARF is broken.</summary>
    public void Warn(string what, string text) => Diagnostics.Warn($"dwarf/{what}", $"{ImageName}: {text}");

    private DwarfUnit? UnitBefore(ulong offset)
    {
        var units = Units;
        int low = 0;
        int high = units.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if ((ulong)units[middle].Offset <= offset) low = middle + 1;
            else high = middle;
        }

        return low > 0 ? units[low - 1] : null;
    }

    private AbbrevTable ReadAbbrevs(ulong offset, UnitEncoding encoding)
    {
        var table = AbbrevTable.Read(Sections.Abbrev.Span, BigEndian, offset, encoding);
        if (table.Error is { } error) Warn("abbrev", $"the abbreviations at 0x{offset:x} of .debug_abbrev are broken: {error}; entries that need the rest are left out.");
        return table;
    }
}
