using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace XenDumpAdapter.Core.Commands.Searching;

/// <summary>Looks for numbers of one size that stand aligned in memory. A whole span at a time: no call a number.</summary>
public abstract class WordSearch
{
    /// <summary>Bytes of a number: 1, 2, 4 or 8.</summary>
    public abstract int Size { get; }

    /// <summary>The place of the next match at or behind <paramref name="from"/>, a multiple of <see cref="Size"/>; -1 for none. Bytes behind the last whole number are not looked at.</summary>
    public abstract int Next(ReadOnlySpan<byte> bytes, int from);

    /// <summary>Numbers equal to one.</summary>
    public static WordSearch Exact(int size, ulong value) => size switch
    {
        1 => new Of<byte>((byte)(value & byte.MaxValue), (byte)(value & byte.MaxValue)),
        2 => new Of<ushort>((ushort)(value & ushort.MaxValue), (ushort)(value & ushort.MaxValue)),
        4 => new Of<uint>((uint)(value & uint.MaxValue), (uint)(value & uint.MaxValue)),
        _ => new Of<ulong>(value, value),
    };

    /// <summary>Numbers from one to another, both among them.</summary>
    /// <param name="size">Bytes of a number.</param>
    /// <param name="low">The lowest; fits the size.</param>
    /// <param name="high">The highest; fits the size, and is not below <paramref name="low"/>.</param>
    public static WordSearch Range(int size, ulong low, ulong high) => size switch
    {
        1 => new Of<byte>((byte)low, (byte)high),
        2 => new Of<ushort>((ushort)low, (ushort)high),
        4 => new Of<uint>((uint)low, (uint)high),
        _ => new Of<ulong>(low, high),
    };

    /// <summary>Numbers that agree with one in the bits of a mask.</summary>
    public static WordSearch Masked(int size, ulong value, ulong mask) => size switch
    {
        1 => new MaskedOf<byte>((byte)(value & byte.MaxValue), (byte)(mask & byte.MaxValue)),
        2 => new MaskedOf<ushort>((ushort)(value & ushort.MaxValue), (ushort)(mask & ushort.MaxValue)),
        4 => new MaskedOf<uint>((uint)(value & uint.MaxValue), (uint)(mask & uint.MaxValue)),
        _ => new MaskedOf<ulong>(value, mask),
    };

    private sealed class Of<T>(T low, T high) : WordSearch
        where T : unmanaged, IBinaryInteger<T>
    {
        public override int Size => Unsafe.SizeOf<T>();

        public override int Next(ReadOnlySpan<byte> bytes, int from)
        {
            var words = MemoryMarshal.Cast<byte, T>(bytes)[(from / Size)..];
            int at = low == high ? words.IndexOf(low) : words.IndexOfAnyInRange(low, high);
            return at < 0 ? -1 : from + at * Size;
        }
    }

    private sealed class MaskedOf<T>(T value, T mask) : WordSearch
        where T : unmanaged, IBinaryInteger<T>
    {
        public override int Size => Unsafe.SizeOf<T>();

        public override int Next(ReadOnlySpan<byte> bytes, int from)
        {
            var words = MemoryMarshal.Cast<byte, T>(bytes)[(from / Size)..];
            int at = 0;
            var wanted = new Vector<T>(value & mask);
            var bits = new Vector<T>(mask);
            for (; at <= words.Length - Vector<T>.Count; at += Vector<T>.Count)
                if (Vector.EqualsAny(new Vector<T>(words[at..]) & bits, wanted)) break;
            for (; at < words.Length; at++)
                if ((words[at] & mask) == (value & mask)) return from + at * Size;
            return -1;
        }
    }
}
