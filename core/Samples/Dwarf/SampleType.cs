namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>A C type that the samples' debug information declares and that their data is laid out by.</summary>
internal abstract class SampleType
{
    /// <summary>Bytes.</summary>
    public abstract int Size { get; }

    public virtual int Alignment => Math.Max(1, Size);
}

/// <summary>A base type.</summary>
/// <param name="name">Its name in C.</param>
/// <param name="size">Bytes.</param>
/// <param name="encoding">A DW_ATE value (DWARF 5, section 7.8).</param>
internal sealed class BaseSampleType(string name, int size, int encoding) : SampleType
{
    public string Name { get; } = name;

    public override int Size { get; } = size;

    public int Encoding { get; } = encoding;
}

/// <summary>A pointer; to nothing known where the target is null.</summary>
internal sealed class PointerSampleType(SampleType? target, int size) : SampleType
{
    public SampleType? Target { get; } = target;

    public override int Size { get; } = size;
}

/// <summary>An array.</summary>
internal sealed class ArraySampleType(SampleType element, int count) : SampleType
{
    public SampleType Element { get; } = element;

    public int Count { get; } = count;

    public override int Size => Element.Size * Count;

    public override int Alignment => Element.Alignment;
}

/// <summary>A new name for a type.</summary>
internal sealed class TypedefSampleType(string name, SampleType target) : SampleType
{
    public string Name { get; } = name;

    public SampleType Target { get; } = target;

    public override int Size => Target.Size;

    public override int Alignment => Target.Alignment;
}

/// <summary>An enumeration of 32 bits.</summary>
internal sealed class EnumSampleType(string name, params (string Name, int Value)[] values) : SampleType
{
    public string Name { get; } = name;

    public IReadOnlyList<(string Name, int Value)> Values { get; } = values;

    public override int Size => 4;
}

/// <summary>A member of a structure.</summary>
internal sealed record SampleMember(string Name, SampleType Type, int Offset);
