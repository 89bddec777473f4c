namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>One attribute of an abbreviation.</summary>
/// <param name="Attribute">DW_AT.</param>
/// <param name="Form">DW_FORM.</param>
/// <param name="Offset">Bytes from the entry's first attribute, where everything before it has a fixed width; else -1.</param>
/// <param name="Implicit">The value of DW_FORM_implicit_const.</param>
internal readonly record struct AbbrevAttribute(ushort Attribute, ushort Form, int Offset, long Implicit);

/// <summary>The shape of an entry.</summary>
/// <param name="Tag">DW_TAG.</param>
/// <param name="HasChildren">Whether entries follow that are its children.</param>
/// <param name="First">Index of its first attribute in the table.</param>
/// <param name="Count">How many attributes.</param>
/// <param name="Size">Bytes of all attributes where each has a fixed width; else -1.</param>
internal readonly record struct Abbrev(ushort Tag, bool HasChildren, int First, int Count, int Size);

/// <summary>The abbreviations of a unit (DWARF 5, section 7.5.3): codes, usually 1, 2, 3, …, and what entries with them look like.</summary>
internal sealed class AbbrevTable
{
    private readonly Abbrev[] _abbrevs;
    private readonly AbbrevAttribute[] _attributes;
    private readonly Dictionary<ulong, int>? _byCode;

    private AbbrevTable(AbbrevTableReader read)
    {
        _abbrevs = [.. read.Abbrevs];
        _attributes = [.. read.Attributes];
        _byCode = read.ByCode;
        Error = read.Error;
    }

    /// <summary>Why the table ends early; null for a sound one.</summary>
    public string? Error { get; }

    /// <summary>Reads the table at <paramref name="offset"/> of .debug_abbrev, up to its end or to what cannot be read.</summary>
    public static AbbrevTable Read(ReadOnlySpan<byte> section, bool bigEndian, ulong offset, UnitEncoding encoding)
    {
        var reader = new AbbrevTableReader(encoding);
        reader.Read(section, bigEndian, offset);
        return new AbbrevTable(reader);
    }

    /// <summary>The shape behind a code.</summary>
    public bool TryGet(ulong code, out Abbrev abbrev)
    {
        ulong index = unchecked(code - 1);
        if (_byCode is not null) index = _byCode.TryGetValue(code, out int i) ? (ulong)i : ulong.MaxValue;
        bool found = index < (ulong)_abbrevs.Length;
        abbrev = found ? _abbrevs[index] : default;
        return found;
    }

    /// <summary>The attributes of a shape, in order.</summary>
    public ReadOnlySpan<AbbrevAttribute> AttributesOf(in Abbrev abbrev) => _attributes.AsSpan(abbrev.First, abbrev.Count);
}
