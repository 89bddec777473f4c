using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.TestKit;

/// <summary>An entry of DWARF under construction. Attributes keep their order; a value is a number, a string, a block of bytes or another entry.</summary>
public sealed class DwarfNode(int tag)
{
    private readonly List<(int Attribute, int Form, object Value)> _attributes = [];

    public int Tag { get; } = tag;

    public List<DwarfNode> Children { get; } = [];

    public IReadOnlyList<(int Attribute, int Form, object Value)> Attributes => _attributes;

    public bool HasChildren => Children.Count > 0;

    /// <summary>Where it is in .debug_info, once written.</summary>
    public int Offset { get; internal set; }

    /// <summary>Adds an attribute.</summary>
    public DwarfNode With(int attribute, int form, object value)
    {
        _attributes.Add((attribute, form, value));
        return this;
    }

    /// <summary>DW_AT_name, inline.</summary>
    public DwarfNode Named(string name) => With(0x03, 0x08, name);

    /// <summary>DW_AT_type.</summary>
    public DwarfNode OfType(DwarfNode type) => With(0x49, 0x13, type);

    /// <summary>DW_AT_byte_size.</summary>
    public DwarfNode Sized(ulong size) => With(0x0b, 0x0f, size);

    /// <summary>DW_AT_low_pc and, as a length, DW_AT_high_pc.</summary>
    public DwarfNode Covers(ulong low, ulong length) => With(0x11, 0x01, low).With(0x12, 0x07, length);

    /// <summary>A child; returns the child.</summary>
    public DwarfNode Add(int tag) => Add(new DwarfNode(tag));

    /// <summary>A child that was made elsewhere; returns the child.</summary>
    public DwarfNode Add(DwarfNode child)
    {
        Children.Add(child);
        return child;
    }

    /// <summary>A base type: encoding 5 signed, 7 unsigned, 8 unsigned char, 6 char, 2 boolean, 4 float.</summary>
    public DwarfNode AddBase(string name, ulong size, ulong encoding) => Add(0x24).Named(name).Sized(size).With(0x3e, 0x0b, encoding);

    /// <summary>A member at a byte offset.</summary>
    public DwarfNode AddMember(string? name, DwarfNode type, ulong offset)
    {
        var member = Add(0x0d).OfType(type).With(0x38, 0x0f, offset);
        return name is null ? member : member.Named(name);
    }
}

/// <summary>
/// Writes DWARF: units with their abbreviations, one for each entry's shape, and whatever other sections a test fills. Nothing stops a test from
/// describing nonsense, and the sections can be changed after <see cref="Write"/>.
/// </summary>
public sealed class DwarfWriter(int version = 5, int addressSize = 8, bool is64Bit = false, bool bigEndian = false)
{
    private readonly List<DwarfNode> _units = [];
    private readonly Dictionary<string, byte[]> _sections = [];
    private readonly ByteWriter _strings = new(bigEndian);
    private readonly ByteWriter _lineStrings = new(bigEndian);
    private readonly List<(int Position, int Size, DwarfNode Target, int Unit)> _references = [];

    public int AddressSize => addressSize;

    public int OffsetSize => is64Bit ? 8 : 4;

    /// <summary>DW_UT of the units that follow: 1 compile, 2 type.</summary>
    public byte UnitType { get; set; } = 1;

    /// <summary>A new unit: its root entry.</summary>
    public DwarfNode Unit(string name = "a.c")
    {
        var root = new DwarfNode(0x11).Named(name);
        _units.Add(root);
        return root;
    }

    /// <summary>Sets a section's bytes; after <see cref="Write"/>, replaces them.</summary>
    public DwarfWriter Section(string name, byte[] bytes)
    {
        _sections[name] = bytes;
        return this;
    }

    /// <summary>A section's bytes, to be changed in place; empty where there is none.</summary>
    public byte[] Section(string name) => _sections.TryGetValue(name, out byte[]? bytes) ? bytes : [];

    /// <summary>A writer in the byte order of this DWARF.</summary>
    public ByteWriter Bytes() => new(bigEndian);

    /// <summary>Offset of a string in .debug_str.</summary>
    public ulong AddString(string text)
    {
        ulong at = (ulong)_strings.Length;
        _strings.Text(text);
        return at;
    }

    /// <summary>Writes .debug_info, .debug_abbrev and the strings.</summary>
    public DwarfWriter Write()
    {
        var info = Bytes();
        var abbrev = Bytes();
        foreach (var root in _units) WriteUnit(info, abbrev, root);
        foreach (var (position, size, target, unit) in _references)
            info.Patch(position, (ulong)(unit < 0 ? target.Offset : target.Offset - unit), size);
        _sections[".debug_info"] = info.ToArray();
        _sections[".debug_abbrev"] = abbrev.ToArray();
        _sections[".debug_str"] = _strings.ToArray();
        _sections[".debug_line_str"] = _lineStrings.ToArray();
        return this;
    }

    /// <summary>The sections as the reader wants them.</summary>
    public DwarfSections Sections() => new(name => Section(name), addressSize, bigEndian);

    /// <summary>Writes and opens.</summary>
    public DwarfFile Open(Core.Primitives.DiagnosticBag? diagnostics = null, ulong bias = 0) =>
        DwarfFile.Open(Write().Sections(), "test", bias, diagnostics) ?? throw new InvalidOperationException("no .debug_info");

    private void WriteUnit(ByteWriter info, ByteWriter abbrev, DwarfNode root)
    {
        int unit = info.Length;
        int abbrevs = abbrev.Length;
        if (is64Bit) info.U32(uint.MaxValue);
        int lengthAt = info.Length;
        info.Number(0, OffsetSize).U16((ushort)version);
        if (version >= 5) info.U8(UnitType).U8((byte)addressSize);
        info.Number((ulong)abbrevs, OffsetSize);
        if (version < 5) info.U8((byte)addressSize);
        var shapes = new Dictionary<string, int>();
        WriteNode(info, abbrev, root, unit, shapes);
        abbrev.U8(0);
        info.Patch(lengthAt, (ulong)(info.Length - lengthAt - OffsetSize), OffsetSize);
    }

    private void WriteNode(ByteWriter info, ByteWriter abbrev, DwarfNode node, int unit, Dictionary<string, int> shapes)
    {
        node.Offset = info.Length;
        info.Uleb((ulong)CodeOf(abbrev, node, shapes));
        foreach (var (_, form, value) in node.Attributes) WriteValue(info, form, value, unit);
        if (!node.HasChildren) return;
        foreach (var child in node.Children) WriteNode(info, abbrev, child, unit, shapes);
        info.U8(0);
    }

    private static int CodeOf(ByteWriter abbrev, DwarfNode node, Dictionary<string, int> shapes)
    {
        string shape = $"{node.Tag} {node.HasChildren} " +
            string.Join(' ', node.Attributes.Select(a => a.Form == 0x21 ? $"{a.Attribute}={a.Value}" : $"{a.Attribute}:{a.Form}"));
        if (shapes.TryGetValue(shape, out int known)) return known;
        int code = shapes[shape] = shapes.Count + 1;
        abbrev.Uleb((ulong)code).Uleb((ulong)node.Tag).U8(node.HasChildren ? (byte)1 : (byte)0);
        foreach (var (attribute, form, value) in node.Attributes)
        {
            abbrev.Uleb((ulong)attribute).Uleb((ulong)form);
            if (form == 0x21) abbrev.Sleb(Convert.ToInt64(value));
        }

        abbrev.U8(0).U8(0);
        return code;
    }

    private void WriteValue(ByteWriter info, int form, object value, int unit)
    {
        switch (form)
        {
            case 0x01: info.Number(NumberOf(value), addressSize); break;
            case 0x0b or 0x0c or 0x25 or 0x29: info.U8((byte)NumberOf(value)); break;
            case 0x05 or 0x26 or 0x2a: info.Number(NumberOf(value), 2); break;
            case 0x27 or 0x2b: WriteThree(info, NumberOf(value)); break;
            case 0x06 or 0x28 or 0x2c: info.Number(NumberOf(value), 4); break;
            case 0x07 or 0x20: info.Number(NumberOf(value), 8); break;
            case 0x08: info.Text((string)value); break;
            case 0x0d: info.Sleb(Convert.ToInt64(value)); break;
            case 0x0f or 0x1a or 0x1b or 0x22 or 0x23: info.Uleb(NumberOf(value)); break;
            case 0x0e: info.Number(value is string s ? AddString(s) : NumberOf(value), OffsetSize); break;
            case 0x1f: info.Number(AddLineString((string)value), OffsetSize); break;
            case 0x17: info.Number(NumberOf(value), OffsetSize); break;
            case 0x10: WriteReference(info, value, version <= 2 ? addressSize : OffsetSize, -1); break;
            case 0x11: WriteReference(info, value, 1, unit); break;
            case 0x12: WriteReference(info, value, 2, unit); break;
            case 0x13: WriteReference(info, value, 4, unit); break;
            case 0x14: WriteReference(info, value, 8, unit); break;
            case 0x19 or 0x21: break;
            case 0x1e: info.Bytes((byte[])value); break;
            case 0x0a: info.U8((byte)((byte[])value).Length).Bytes((byte[])value); break;
            case 0x03: info.Number((ulong)((byte[])value).Length, 2).Bytes((byte[])value); break;
            case 0x04: info.Number((ulong)((byte[])value).Length, 4).Bytes((byte[])value); break;
            case 0x09 or 0x18: info.Uleb((ulong)((byte[])value).Length).Bytes((byte[])value); break;
            case 0x16:
                var (inner, content) = ((int, object))value;
                info.Uleb((ulong)inner);
                WriteValue(info, inner, content, unit);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(form), $"form 0x{form:x}");
        }
    }

    private void WriteThree(ByteWriter info, ulong value)
    {
        byte[] bytes = [(byte)(value & 0xff), (byte)(value >> 8 & 0xff), (byte)(value >> 16 & 0xff)];
        if (bigEndian) Array.Reverse(bytes);
        info.Bytes(bytes);
    }

    private void WriteReference(ByteWriter info, object value, int size, int unit)
    {
        if (value is DwarfNode target) _references.Add((info.Length, size, target, unit));
        info.Number(value is DwarfNode ? 0 : NumberOf(value), size);
    }

    private ulong AddLineString(string text)
    {
        ulong at = (ulong)_lineStrings.Length;
        _lineStrings.Text(text);
        return at;
    }

    private static ulong NumberOf(object value) => value switch
    {
        ulong u => u,
        int i => unchecked((ulong)i),
        long l => unchecked((ulong)l),
        _ => Convert.ToUInt64(value),
    };
}
