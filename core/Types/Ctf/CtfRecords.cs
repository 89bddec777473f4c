using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>Where each type record is: one pass, that stops at the first one that cannot be read, as lengths are unknown from there on.</summary>
internal sealed class CtfRecords
{
    /// <summary>Of references in a container without a parent's name, one in so many must be a child's for it to be one: a damaged bit makes none.</summary>
    private const int ChildShare = 64;

    private readonly int[] _offsets;

    private CtfRecords(int[] offsets, bool numberedAsChild)
    {
        _offsets = offsets;
        AreNumberedAsChild = numberedAsChild;
    }

    /// <summary>How many could be read.</summary>
    public int Count => _offsets.Length;

    /// <summary>Whether they refer to each other by a child's numbers.</summary>
    public bool AreNumberedAsChild { get; }

    /// <summary>The offset of a record by its index, which counts from 1; null where there is none.</summary>
    public int? OffsetOf(uint index) => index - 1L is var i && i >= 0 && i < _offsets.Length ? _offsets[i] : null;

    /// <summary>Counts the records of a type section.</summary>
    public static CtfRecords Read(ReadOnlyMemory<byte> section, CtfDialect dialect, string description, DiagnosticBag diagnostics)
    {
        var types = section.Span;
        int limit = (int)Math.Min(dialect.ChildBit - 1, DumpLimits.CtfTypes);
        var offsets = new List<int>(Math.Min(limit, types.Length / 16));
        var references = new References(dialect);
        for (int at = 0; at < types.Length;)
        {
            bool ok = CtfRecord.TryRead(types, at, dialect, out var record, out string why);
            if (ok && offsets.Count >= limit) (ok, why) = (false, $"there are more than {limit} types");
            if (!ok)
            {
                diagnostics.Warn("ctf/types", $"the types of {description} break off after number {offsets.Count} at 0x{at:x}: {why}.");
                break;
            }

            offsets.Add(at);
            references.Count(types, record);
            at = record.End;
        }

        return new CtfRecords([.. offsets], references.Own * ChildShare > references.All);
    }

    /// <summary>Counts references, all and those to types numbered as a child's.</summary>
    private struct References(CtfDialect dialect)
    {
        public long All { get; private set; }

        public long Own { get; private set; }

        public void Count(ReadOnlySpan<byte> types, in CtfRecord record)
        {
            switch (record.Kind)
            {
                case CtfKind.Pointer or CtfKind.Typedef or CtfKind.Volatile or CtfKind.Const or CtfKind.Restrict:
                    Add(record.Reference);
                    break;
                case CtfKind.Array:
                    Add(types, record.Data);
                    break;
                case CtfKind.Function:
                    Add(record.Reference);
                    for (int i = 0; i < record.Count; i++) Add(types, record.Data + i * dialect.IdSize);
                    break;
                case CtfKind.Struct or CtfKind.Union:
                    int size = dialect.MemberSize(record.Size);
                    for (int i = 0; i < record.Count; i++) Add(types, record.Data + i * size + 4);
                    break;
            }
        }

        private void Add(ReadOnlySpan<byte> types, int at)
        {
            var r = new SpanReader(types[at..]);
            r.TryReadUnsigned(dialect.IdSize, out ulong id);
            Add((uint)id);
        }

        private void Add(uint id)
        {
            All++;
            if ((id & dialect.ChildBit) != 0) Own++;
        }
    }
}
