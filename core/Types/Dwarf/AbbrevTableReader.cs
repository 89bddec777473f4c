using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Reads one table of .debug_abbrev: code, tag, children, (attribute, form) pairs up to (0, 0); a code of 0 ends the table.</summary>
internal sealed class AbbrevTableReader(UnitEncoding encoding)
{
    public List<Abbrev> Abbrevs { get; } = [];

    public List<AbbrevAttribute> Attributes { get; } = [];

    /// <summary>Indexes by code; null while codes are 1, 2, 3, ….</summary>
    public Dictionary<ulong, int>? ByCode { get; private set; }

    public string? Error { get; private set; }

    public void Read(ReadOnlySpan<byte> section, bool bigEndian, ulong offset)
    {
        var reader = new SpanReader(section, bigEndian);
        bool more = offset <= int.MaxValue && reader.TrySeek((long)offset);
        if (!more) Error = "it lies past the end of .debug_abbrev";
        while (more) more = TryReadOne(ref reader);
    }

    private bool TryReadOne(ref SpanReader reader)
    {
        if (!reader.TryReadUleb128(out ulong code)) return Stop("it is cut off");
        if (code == 0) return false;
        if (Abbrevs.Count >= DumpLimits.DwarfAbbreviations) return Stop($"it has more than {DumpLimits.DwarfAbbreviations} abbreviations");
        if (!reader.TryReadUleb128(out ulong tag) || !reader.TryReadU8(out byte children)) return Stop("it is cut off");
        int first = Attributes.Count;
        if (!TryReadAttributes(ref reader, out int size)) return false;
        if (code != (ulong)Abbrevs.Count + 1 || ByCode is not null)
        {
            ByCode ??= Enumerable.Range(0, Abbrevs.Count).ToDictionary(i => (ulong)i + 1);
            ByCode.TryAdd(code, Abbrevs.Count);
        }

        Abbrevs.Add(new Abbrev(tag is 0 or > ushort.MaxValue ? ushort.MaxValue : (ushort)tag, children != 0, first, Attributes.Count - first, size));
        return true;
    }

    private bool TryReadAttributes(ref SpanReader reader, out int size)
    {
        size = 0;
        for (int i = 0; ; i++)
        {
            long constant = 0;
            if (!reader.TryReadUleb128(out ulong attribute) || !reader.TryReadUleb128(out ulong form)) return Stop("it is cut off");
            if (form == DwForm.ImplicitConst && !reader.TryReadSleb128(out constant)) return Stop("it is cut off");
            if (attribute == 0 && form == 0) return true;
            if (i >= DumpLimits.DwarfAttributes) return Stop($"an abbreviation has more than {DumpLimits.DwarfAttributes} attributes");
            int width = form > ushort.MaxValue ? -2 : DwForm.SizeOf((int)form, encoding);
            if (width == -2) return Stop($"form 0x{form:x} is not known");
            Attributes.Add(new AbbrevAttribute(attribute > ushort.MaxValue ? ushort.MaxValue : (ushort)attribute, (ushort)form, size, constant));
            size = size < 0 || width < 0 ? -1 : size + width;
        }
    }

    private bool Stop(string why)
    {
        Error = why;
        return false;
    }
}
