namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>The entries of one unit for the types that it uses: each once, made when first named.</summary>
internal sealed class TypeDies(Die root)
{
    private readonly Dictionary<SampleType, Die> _known = [];

    /// <summary>The type's entry.</summary>
    public Die Of(SampleType type)
    {
        if (_known.TryGetValue(type, out var known)) return known;
        var die = new Die(TagOf(type));
        _known[type] = die;
        root.Children.Add(die);
        switch (type)
        {
            case BaseSampleType t:
                die.With(At.ByteSize, Form.Data1, (ulong)t.Size).With(At.Encoding, Form.Data1, (ulong)t.Encoding).With(At.Name, t.Name);
                break;
            case PointerSampleType t:
                die.With(At.ByteSize, Form.Data1, (ulong)t.Size);
                if (t.Target is { } target) die.With(At.Type, Of(target));
                break;
            case TypedefSampleType t:
                die.With(At.Name, t.Name).With(At.Type, Of(t.Target));
                break;
            case ArraySampleType t:
                die.With(At.Type, Of(t.Element));
                die.Children.Add(new Die(Tag.SubrangeType).With(At.Count, Form.UData, (ulong)t.Count));
                break;
            case EnumSampleType t:
                die.With(At.Name, t.Name).With(At.ByteSize, Form.Data1, 4);
                foreach (var (name, value) in t.Values) die.Children.Add(new Die(Tag.Enumerator).With(At.Name, name).With(At.ConstantValue, Form.Data1, (ulong)value));
                break;
            case StructSampleType t:
                FillStruct(die, t);
                break;
        }

        return die;
    }

    private void FillStruct(Die die, StructSampleType type)
    {
        die.With(At.Name, type.Name).With(At.ByteSize, Form.UData, (ulong)type.Size);
        foreach (var m in type.Members)
            die.Children.Add(new Die(Tag.Member).With(At.Name, m.Name).With(At.Type, Of(m.Type)).With(At.MemberLocation, Form.UData, (ulong)m.Offset));
    }

    private static int TagOf(SampleType type) => type switch
    {
        BaseSampleType => Tag.BaseType,
        PointerSampleType => Tag.PointerType,
        TypedefSampleType => Tag.Typedef,
        ArraySampleType => Tag.ArrayType,
        EnumSampleType => Tag.EnumerationType,
        _ => Tag.StructureType,
    };
}
