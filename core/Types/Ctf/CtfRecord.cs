using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>One type record (illumos sys/ctf.h, ctf_stype_t and ctf_type_t).</summary>
/// <param name="Name">Reference to its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsRoot">Whether it is visible by name.</param>
/// <param name="Count">Members, constants, arguments.</param>
/// <param name="Size">Bytes of a value, for kinds that have a size.</param>
/// <param name="Reference">The type that it refers to, for kinds that do; of a forward, the kind of the tag.</param>
/// <param name="Data">Where what follows it begins.</param>
/// <param name="End">Where the next record begins.</param>
internal readonly record struct CtfRecord(uint Name, CtfKind Kind, bool IsRoot, int Count, ulong Size, uint Reference, int Data, int End)
{
    /// <summary>Reads the record at an offset of the type section; false, and why, where the section ends in it or it is of no known kind.</summary>
    public static bool TryRead(ReadOnlySpan<byte> types, int offset, CtfDialect dialect, out CtfRecord record, out string why)
    {
        record = default;
        why = "the section ends in it";
        var r = new SpanReader(types);
        if (!r.TrySeek(offset) || !r.TryReadU32(out uint name) || !r.TryReadUnsigned(dialect.IdSize, out ulong info)) return false;
        if (!r.TryReadUnsigned(dialect.IdSize, out ulong size)) return false;
        uint reference = (uint)size;
        if (reference == dialect.LargeSize)
        {
            if (!r.TryReadU32(out uint high) || !r.TryReadU32(out uint low)) return false;
            size = (ulong)high << 32 | low;
        }

        var kind = (CtfKind)(info >> dialect.KindShift);
        int count = (int)(info & dialect.CountMask);
        long length = kind switch
        {
            CtfKind.Integer or CtfKind.Float => 4,
            CtfKind.Array => dialect.ArraySize,
            CtfKind.Function => dialect.ArgumentsSize(count),
            CtfKind.Struct or CtfKind.Union => (long)count * dialect.MemberSize(size),
            CtfKind.Enum => count * 8L,
            <= CtfKind.Restrict => 0,
            _ => -1,
        };
        if (length < 0)
        {
            why = $"there is no kind {(int)kind}";
            return false;
        }

        int data = r.Position;
        if (!r.TrySkip(length)) return false;
        record = new CtfRecord(name, kind, (info & dialect.RootBit) != 0, count, size, reference, data, r.Position);
        return true;
    }

    /// <summary>The name space of its name; null for kinds without one.</summary>
    public TypeNameKind? NameKind => Kind switch
    {
        CtfKind.Struct => TypeNameKind.Struct,
        CtfKind.Union => TypeNameKind.Union,
        CtfKind.Enum => TypeNameKind.Enum,
        CtfKind.Forward => Reference switch { (uint)CtfKind.Union => TypeNameKind.Union, (uint)CtfKind.Enum => TypeNameKind.Enum, _ => TypeNameKind.Struct },
        CtfKind.Integer or CtfKind.Float or CtfKind.Typedef or CtfKind.Function => TypeNameKind.Plain,
        _ => null,
    };
}
