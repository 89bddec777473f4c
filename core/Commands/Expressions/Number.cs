using System.Buffers.Binary;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>An operand of arithmetic: 64 bits, and whether they are unsigned. 32-bit operands are widened first, by their own sign.</summary>
/// <param name="Bits">The bits.</param>
/// <param name="Unsigned">Whether they are unsigned.</param>
internal readonly record struct Number(ulong Bits, bool Unsigned)
{
    /// <summary>The bits as a signed number.</summary>
    public long Signed => unchecked((long)Bits);

    /// <summary>Whether C takes it as true.</summary>
    public bool IsTrue => Bits != 0;

    /// <summary>As a value of the arithmetic type that it has.</summary>
    public TypedValue ToValue(AddressSpace space) => Of(Unsigned ? BasicTypes.UnsignedLong : BasicTypes.Long, space, Bits);

    /// <summary>A value in no memory with the low bits of <paramref name="bits"/>; types wider than 8 bytes are filled by sign.</summary>
    public static TypedValue Of(CType type, AddressSpace space, ulong bits, bool negative = false)
    {
        var bytes = new byte[Math.Clamp((int)Math.Min(type.Size, 16), 1, 16)];
        Span<byte> wide = stackalloc byte[16];
        wide.Fill(negative ? (byte)0xff : (byte)0);
        BinaryPrimitives.WriteUInt64LittleEndian(wide, bits);
        wide[..bytes.Length].CopyTo(bytes);
        return TypedValue.OfBytes(type, space, bytes);
    }
}
