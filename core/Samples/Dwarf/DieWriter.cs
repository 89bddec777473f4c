using System.Text;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>Texts that are kept once, by offset: .debug_str and .debug_line_str.</summary>
internal sealed class StringTable
{
    private readonly Dictionary<string, int> _offsets = [];

    public ImageBytes Bytes { get; } = new();

    public int this[string text]
    {
        get
        {
            if (_offsets.TryGetValue(text, out int known)) return known;
            _offsets[text] = Bytes.Length;
            Bytes.Text(text);
            return _offsets[text];
        }
    }
}

/// <summary>Writes units of .debug_info with their abbreviations (DWARF 5, sections 7.5.1 to 7.5.3). All units share one table of abbreviations.</summary>
internal sealed class DieWriter(int addressSize, StringTable strings)
{
    private readonly Dictionary<string, int> _codes = [];
    private readonly List<(int At, Die Target)> _references = [];

    public ImageBytes Info { get; } = new();

    public ImageBytes Abbreviations { get; } = new();

    /// <summary>Writes one unit; tells where it starts.</summary>
    public int WriteUnit(Die root)
    {
        int start = Info.Length;
        Info.U32(0).U16(5).U8(1).U8(addressSize).U32(0);
        _references.Clear();
        Write(root, start);
        foreach (var (at, target) in _references) Info.Put(at, (ulong)target.Offset, 4);
        Info.Put(start, (ulong)(Info.Length - start - 4), 4);
        return start;
    }

    /// <summary>Ends the table of abbreviations.</summary>
    public void Finish() => Abbreviations.U8(0);

    private void Write(Die die, int unit)
    {
        die.Offset = Info.Length - unit;
        Info.Uleb((ulong)CodeOf(die));
        foreach (var (_, form, value) in die.Attributes) Write(form, value);
        foreach (var child in die.Children) Write(child, unit);
        if (die.Children.Count > 0) Info.U8(0);
    }

    private void Write(Form form, object value)
    {
        switch (form)
        {
            case Form.StringOffset:
                Info.U32((ulong)strings[(string)value]);
                break;
            case Form.Reference:
                _references.Add((Info.Length, (Die)value));
                Info.U32(0);
                break;
            case Form.Expression:
                Info.Uleb((ulong)((byte[])value).Length).Bytes((byte[])value);
                break;
            case Form.UData:
                Info.Uleb((ulong)value);
                break;
            case Form.FlagPresent:
                break;
            default:
                Info.Number((ulong)value, SizeOf(form));
                break;
        }
    }

    private int SizeOf(Form form) => form switch
    {
        Form.Address => addressSize,
        Form.Data1 => 1,
        Form.Data2 => 2,
        _ => 4,
    };

    private int CodeOf(Die die)
    {
        var key = new StringBuilder().Append(die.Tag).Append(die.Children.Count > 0 ? '+' : '-');
        foreach (var (attribute, form, _) in die.Attributes) key.Append(' ').Append(attribute).Append(':').Append((int)form);
        if (_codes.TryGetValue(key.ToString(), out int known)) return known;
        int code = _codes[key.ToString()] = _codes.Count + 1;
        Abbreviations.Uleb((ulong)code).Uleb((ulong)die.Tag).U8(die.Children.Count > 0 ? 1 : 0);
        foreach (var (attribute, form, _) in die.Attributes) Abbreviations.Uleb((ulong)attribute).Uleb((ulong)form);
        Abbreviations.U8(0).U8(0);
        return code;
    }
}
