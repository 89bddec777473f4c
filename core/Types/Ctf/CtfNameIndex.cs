using System.Text;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>
/// Names of a container's visible types to their indexes. The first definition counts; forwards and the copies of integers that bit fields have are
/// kept apart, for names that have nothing better.
/// </summary>
internal sealed class CtfNameIndex
{
    private readonly CtfContainer _container;
    private readonly Dictionary<ulong, uint> _definitions = [];
    private readonly Dictionary<ulong, uint> _others = [];

    /// <summary>Indexes a container.</summary>
    public CtfNameIndex(CtfContainer container)
    {
        _container = container;
        for (uint index = 1; index <= (uint)container.TypeCount; index++)
        {
            if (!container.TryGet(index, out var record) || !record.IsRoot || record.NameKind is not { } kind) continue;
            var name = container.TextBytes(record.Name);
            if (name.IsEmpty) continue;
            bool isWeak = record.Kind == CtfKind.Forward || (record.Kind == CtfKind.Integer && CtfTypeReader.BitFieldWidth(container, record) is not null);
            (isWeak ? _others : _definitions).TryAdd(NameHash.Of((int)kind, name), index);
        }
    }

    /// <summary>Names as C writes them, in the order of the container.</summary>
    public IEnumerable<string> All
    {
        get
        {
            foreach (uint index in _definitions.Values.Concat(_others.Where(o => !_definitions.ContainsKey(o.Key)).Select(o => o.Value)).Order())
            {
                if (!_container.TryGet(index, out var record)) continue;
                string name = _container.Text(record.Name);
                yield return record.NameKind switch
                {
                    TypeNameKind.Struct => "struct " + name,
                    TypeNameKind.Union => "union " + name,
                    TypeNameKind.Enum => "enum " + name,
                    _ => name,
                };
            }
        }
    }

    /// <summary>Index of the definition of one of the names; null where there is none.</summary>
    public uint? FindDefinition(TypeNameKind kind, IReadOnlyList<string> spellings) => Find(_definitions, kind, spellings);

    /// <summary>Index of a forward, or of another type that only a name without definition stands for.</summary>
    public uint? FindOther(TypeNameKind kind, IReadOnlyList<string> spellings) => Find(_others, kind, spellings);

    private uint? Find(Dictionary<ulong, uint> entries, TypeNameKind kind, IReadOnlyList<string> spellings)
    {
        foreach (string spelling in spellings)
        {
            byte[] name = Encoding.Latin1.GetBytes(spelling);
            if (entries.TryGetValue(NameHash.Of((int)kind, name), out uint index) && _container.TryGet(index, out var record)
                && _container.TextBytes(record.Name).SequenceEqual(name)) return index;
        }

        return null;
    }
}
