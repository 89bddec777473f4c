using System.Globalization;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>A structure. Members are added in order; each goes to the next place that fits its type, or to one that is named.</summary>
internal sealed class StructSampleType(string name) : SampleType
{
    private readonly List<SampleMember> _members = [];
    private int _end;
    private int _alignment = 1;
    private int? _padded;

    public string Name { get; } = name;

    public IReadOnlyList<SampleMember> Members => _members;

    /// <summary>Bytes, padding at the end included.</summary>
    public override int Size => _padded ?? RoundUp(_end, _alignment);

    public override int Alignment => _alignment;

    public StructSampleType Add(string name, SampleType type, int? at = null)
    {
        int offset = at ?? RoundUp(_end, type.Alignment);
        _members.Add(new SampleMember(name, type, offset));
        _end = Math.Max(_end, offset + type.Size);
        _alignment = Math.Max(_alignment, type.Alignment);
        return this;
    }

    /// <summary>Makes it this large, as an alignment attribute does.</summary>
    public StructSampleType PadTo(int bytes)
    {
        _padded = bytes;
        return this;
    }

    /// <summary>Where a member is: <c>arch.pv.ctrlreg[2]</c>.</summary>
    public int OffsetOf(string path) => Place(path).Offset;

    /// <summary>Where a member is and what type it has.</summary>
    public (int Offset, SampleType Type) Place(string path)
    {
        SampleType at = this;
        int offset = 0;
        foreach (string step in path.Split('.'))
        {
            int bracket = step.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? step : step[..bracket];
            var member = (at as StructSampleType)?._members.Find(m => m.Name == name) ?? throw new ArgumentException($"{Name} has no {path}", nameof(path));
            offset += member.Offset;
            at = member.Type;
            if (bracket < 0) continue;
            var element = ((ArraySampleType)at).Element;
            offset += element.Size * int.Parse(step[(bracket + 1)..^1], CultureInfo.InvariantCulture);
            at = element;
        }

        return (offset, at);
    }

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
