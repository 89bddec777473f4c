using System.Buffers.Binary;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>Little-endian numbers and strings out of any memory. Each says whether every byte was there.</summary>
public static class MemoryReads
{
    /// <summary>Fills <paramref name="destination"/> or returns false.</summary>
    public static bool TryRead<TAddress>(this IMemory<TAddress> memory, TAddress address, Span<byte> destination)
        where TAddress : struct, IAddress<TAddress> => memory.Read(address, destination) == destination.Length;

    /// <summary>The byte at <paramref name="address"/>.</summary>
    public static bool TryReadU8<TAddress>(this IMemory<TAddress> memory, TAddress address, out byte value)
        where TAddress : struct, IAddress<TAddress>
    {
        Span<byte> b = stackalloc byte[1];
        bool ok = memory.TryRead(address, b);
        value = ok ? b[0] : (byte)0;
        return ok;
    }

    /// <summary>The two bytes at <paramref name="address"/> as a number.</summary>
    public static bool TryReadU16<TAddress>(this IMemory<TAddress> memory, TAddress address, out ushort value)
        where TAddress : struct, IAddress<TAddress>
    {
        Span<byte> b = stackalloc byte[2];
        bool ok = memory.TryRead(address, b);
        value = ok ? BinaryPrimitives.ReadUInt16LittleEndian(b) : (ushort)0;
        return ok;
    }

    /// <summary>The four bytes at <paramref name="address"/> as a number.</summary>
    public static bool TryReadU32<TAddress>(this IMemory<TAddress> memory, TAddress address, out uint value)
        where TAddress : struct, IAddress<TAddress>
    {
        Span<byte> b = stackalloc byte[4];
        bool ok = memory.TryRead(address, b);
        value = ok ? BinaryPrimitives.ReadUInt32LittleEndian(b) : 0;
        return ok;
    }

    /// <summary>The eight bytes at <paramref name="address"/> as a number.</summary>
    public static bool TryReadU64<TAddress>(this IMemory<TAddress> memory, TAddress address, out ulong value)
        where TAddress : struct, IAddress<TAddress>
    {
        Span<byte> b = stackalloc byte[8];
        bool ok = memory.TryRead(address, b);
        value = ok ? BinaryPrimitives.ReadUInt64LittleEndian(b) : 0;
        return ok;
    }

    /// <summary>A number of <paramref name="size"/> bytes (1, 2, 4, 8), zero-extended.</summary>
    public static bool TryReadUnsigned<TAddress>(this IMemory<TAddress> memory, TAddress address, int size, out ulong value)
        where TAddress : struct, IAddress<TAddress>
    {
        Span<byte> b = stackalloc byte[8];
        b.Clear();
        value = 0;
        if (size is not (1 or 2 or 4 or 8) || !memory.TryRead(address, b[..size])) return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(b);
        return true;
    }

    /// <summary>
    /// The bytes from <paramref name="address"/> on, <paramref name="count"/> of them or as many as there are without a gap. For a count that the dump states: no more is
    /// allocated than twice what is there.
    /// </summary>
    public static byte[] ReadUpTo<TAddress>(this IMemory<TAddress> memory, TAddress address, int count)
        where TAddress : struct, IAddress<TAddress>
    {
        const int FirstBytes = 1 << 16;
        byte[] bytes = new byte[Math.Min(count, FirstBytes)];
        int done = memory.Read(address, bytes);
        while (done == bytes.Length && done < count)
        {
            Array.Resize(ref bytes, (int)Math.Min((long)done * 2, count));
            done += memory.Read(TAddress.From(unchecked(address.Value + (ulong)done)), bytes.AsSpan(done));
        }

        return done == bytes.Length ? bytes : bytes[..done];
    }

    /// <summary>
    /// The bytes up to a NUL as Latin-1, at most <paramref name="maxBytes"/>; false where memory ends before the NUL
    /// (<paramref name="value"/> then holds what was there).
    /// </summary>
    public static bool TryReadCString<TAddress>(this IMemory<TAddress> memory, TAddress address, out string value, int maxBytes = 4096)
        where TAddress : struct, IAddress<TAddress>
    {
        var text = new StringBuilder();
        Span<byte> chunk = stackalloc byte[64];
        while (text.Length < maxBytes)
        {
            int want = Math.Min(chunk.Length, maxBytes - text.Length);
            int got = memory.Read(TAddress.From(unchecked(address.Value + (ulong)text.Length)), chunk[..want]);
            int nul = chunk[..got].IndexOf((byte)0);
            text.Append(Encoding.Latin1.GetString(chunk[..(nul >= 0 ? nul : got)]));
            if (nul >= 0 || got < want)
            {
                value = text.ToString();
                return nul >= 0;
            }
        }

        value = text.ToString();
        return false;
    }
}
