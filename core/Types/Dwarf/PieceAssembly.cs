using System.Buffers.Binary;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Puts the pieces of a value together (DWARF 5, section 2.6.1.2), bit by bit where it must, and remembers which bytes are known.</summary>
internal static class PieceAssembly
{
    public static TypedValue ToValue(IReadOnlyList<DwarfPiece> pieces, CType type, AddressSpace space, ExpressionContext context)
    {
        if (pieces.All(p => p.Location.Kind == DwarfLocationKind.OptimizedOut)) return TypedValue.OptimizedOut(type, space);
        ulong size = type.Size;
        if (size > DumpLimits.PieceBytes) return TypedValue.Unavailable(type, space, $"a value of {size} bytes in pieces");
        var bytes = new byte[(int)size];
        var known = new byte[(int)size];
        string? why = null;
        ulong bit = 0;
        foreach (var piece in pieces)
        {
            ulong room = (ulong)bytes.Length * 8 - bit;
            ulong bits = Math.Min(piece.BitSize, room);
            if (SourceOf(piece, bits, context, ref why) is { } source) CopyBits(source, piece.BitOffset % 8, bytes, known, bit, bits);
            else why ??= "optimized out";
            bit += bits;
        }

        return TypedValue.OfPartialBytes(type, space, bytes, Array.ConvertAll(known, mask => mask == 0xff), why ?? "no piece describes it");
    }

    /// <summary>The bytes of a place that is in no memory.</summary>
    public static byte[] BytesOf(DwarfLocation location, ExpressionContext context)
    {
        if (location.Kind == DwarfLocationKind.Value) return location.Bytes.ToArray();
        var bytes = new byte[8];
        if (location.Kind != DwarfLocationKind.Register || context.Register(location.Register) is not { } value) return [];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>The bytes that hold the piece, from the one with its first bit on; null where they are not there.</summary>
    private static byte[]? SourceOf(DwarfPiece piece, ulong bits, ExpressionContext context, ref string? why)
    {
        ulong first = piece.BitOffset / 8;
        int count = (int)((piece.BitOffset % 8 + bits + 7) / 8);
        var location = piece.Location;
        if (location.Kind == DwarfLocationKind.Address)
        {
            var memory = new byte[count];
            if (context.Memory(unchecked(location.Address + first), memory)) return memory;
            why ??= $"memory at {AddressText.Hex(location.Address)} cannot be read";
            return null;
        }

        byte[] bytes = BytesOf(location, context);
        if (first <= (ulong)bytes.Length && (ulong)count <= (ulong)bytes.Length - first) return bytes[(int)first..];
        why ??= location.Kind switch
        {
            DwarfLocationKind.Register => DwarfExpression.RegisterText(location.Register),
            DwarfLocationKind.Unavailable => location.Text,
            _ => null,
        };
        return null;
    }

    private static void CopyBits(byte[] source, ulong sourceBit, byte[] bytes, byte[] known, ulong bit, ulong bits)
    {
        for (ulong i = 0; i < bits; i++)
        {
            ulong from = sourceBit + i;
            ulong to = bit + i;
            byte mask = (byte)(1 << (int)(to % 8));
            if ((source[from / 8] >> (int)(from % 8) & 1) != 0) bytes[to / 8] |= mask;
            known[to / 8] |= mask;
        }
    }
}
