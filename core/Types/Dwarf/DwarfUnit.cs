using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>One unit of .debug_info: its header, its abbreviations and its root entry, each read when first asked for.</summary>
internal sealed class DwarfUnit(DwarfData data, int offset, int firstDie, int end, UnitEncoding encoding, ulong abbrevOffset)
{
    private UnitRoot? _root;
    private LineTable? _lines;
    private DwarfUnitInfo? _info;
    private FunctionIndex? _functions;

    public DwarfData Data { get; } = data;

    /// <summary>Of its header, in .debug_info.</summary>
    public int Offset { get; } = offset;

    /// <summary>Of its root entry, in .debug_info.</summary>
    public int FirstDie { get; } = firstDie;

    /// <summary>Of the byte after it, in .debug_info.</summary>
    public int End { get; } = end;

    public UnitEncoding Encoding { get; } = encoding;

    public ulong AbbrevOffset { get; } = abbrevOffset;

    /// <summary>Of a type unit; null for others.</summary>
    public ulong? TypeSignature { get; init; }

    /// <summary>Of a type unit: from <see cref="Offset"/> to the type's entry.</summary>
    public ulong TypeOffset { get; init; }

    /// <summary>The abbreviations, kept.</summary>
    public AbbrevTable Abbrevs => Data.AbbrevsAt(AbbrevOffset, Encoding);

    /// <summary>What the root entry says of the whole unit.</summary>
    public UnitRoot Root => _root ??= UnitRoot.Read(this);

    /// <summary>Its line table; empty where there is none.</summary>
    public LineTable Lines => _lines ??= LineTable.Read(this);

    /// <summary>The same, not kept where it is not at hand already.</summary>
    public LineTable PeekLines() => _lines ?? LineTable.Read(this);

    /// <summary>Its functions by their code.</summary>
    public FunctionIndex Functions => _functions ??= new FunctionIndex(this);

    /// <summary>An address of the file as one of the running program.</summary>
    public ulong ToProgram(ulong address) => Data.ToProgram(address, Encoding.AddressSize);

    /// <summary>What expressions need to know of it.</summary>
    public DwarfUnitInfo InfoFor(TypeReader types) => _info ??= new DwarfUnitInfo(
        Encoding.AddressSize,
        Encoding.Version,
        index => AddressAt(index) is { } address ? ToProgram(address) : null,
        offset => offset < (ulong)(End - Offset) ? types.TypeAt(Offset + (int)offset) : null)
    {
        Bias = Data.Bias,
        OffsetSize = Encoding.Version <= 2 ? Encoding.AddressSize : Encoding.OffsetSize,
    };

    /// <summary>A string attribute's bytes; empty where it is no string or cannot be read.</summary>
    public ReadOnlySpan<byte> StringBytes(AttributeValue value) => StringBytes(value, Root.StrOffsetsBase);

    /// <summary>A string attribute's text, or null where it is no string.</summary>
    public string? StringOf(AttributeValue value) => StringOf(value, value.Form is DwForm.Strp or DwForm.String or DwForm.LineStrp ? 0 : Root.StrOffsetsBase);

    public string? StringOf(AttributeValue value, ulong strOffsetsBase)
    {
        var bytes = StringBytes(value, strOffsetsBase);
        return bytes.IsEmpty ? null : DwarfData.Text(bytes);
    }

    /// <summary>An address attribute (of the file: without bias), or null where it is none or cannot be read.</summary>
    public ulong? AddressOf(AttributeValue value) => value.Form == DwForm.Addr ? value.Number : value.IsAddress ? AddressAt(value.Number) : null;

    /// <summary>The address at an index of .debug_addr (of the file), or null.</summary>
    public ulong? AddressAt(ulong index) => NumberAt(Data.Sections.Addr, Root.AddrBase, index, Encoding.AddressSize);

    /// <summary>The number at an index of a table in a section, or null past its end.</summary>
    public ulong? NumberAt(ReadOnlyMemory<byte> section, ulong start, ulong index, int size)
    {
        ulong length = (ulong)section.Length;
        if (start > length || index >= (length - start) / (ulong)size) return null;
        var reader = new SpanReader(section.Span, Data.BigEndian);
        return reader.TrySeek((long)(start + index * (ulong)size)) && reader.TryReadUnsigned(size, out ulong number) ? number : null;
    }

    /// <summary>The entry that a reference names: its offset in .debug_info, or null where it leads nowhere.</summary>
    public int? ReferenceOf(AttributeValue value)
    {
        switch (value.Form)
        {
            case DwForm.Ref1 or DwForm.Ref2 or DwForm.Ref4 or DwForm.Ref8 or DwForm.RefUdata:
                return value.Number >= (ulong)(FirstDie - Offset) && value.Number < (ulong)(End - Offset) ? Offset + (int)value.Number : null;
            case DwForm.RefAddr:
                return Data.FindUnit(value.Number) is null ? null : (int)value.Number;
            case DwForm.RefSig8:
                var unit = Array.Find(Data.Units, u => u.TypeSignature == value.Number);
                return unit is not null && unit.TypeOffset < (ulong)(unit.End - unit.Offset) ? unit.Offset + (int)unit.TypeOffset : null;
            default:
                return null;
        }
    }

    /// <summary>A block's bytes.</summary>
    public ReadOnlyMemory<byte> BlockOf(AttributeValue value) => value.IsBlock ? Data.Sections.Info.Slice(value.Start, value.Length) : default;

    private ReadOnlySpan<byte> StringBytes(AttributeValue value, ulong strOffsetsBase)
    {
        var sections = Data.Sections;
        switch (value.Form)
        {
            case DwForm.String:
                return sections.Info.Span.Slice(value.Start, value.Length);
            case DwForm.Strp:
                return DwarfData.StringAt(sections.Str, value.Number);
            case DwForm.LineStrp:
                return DwarfData.StringAt(sections.LineStr, value.Number);
            case DwForm.Strx or DwForm.GnuStrIndex or (>= DwForm.Strx1 and <= DwForm.Strx4):
                return NumberAt(sections.StrOffsets, strOffsetsBase, value.Number, Encoding.OffsetSize) is { } at ? DwarfData.StringAt(sections.Str, at) : default;
            default:
                return default;
        }
    }
}
