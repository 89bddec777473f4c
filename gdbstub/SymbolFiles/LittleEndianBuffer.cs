using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>Bytes that grow, for writing ELF and DWARF.</summary>
/// <param name="word">Bytes of an address.</param>
internal sealed class LittleEndianBuffer(int word)
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Bytes of an address.</summary>
    public int Word { get; } = word;

    /// <summary>Bytes so far.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A copy of it.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>One byte.</summary>
    public void U8(int value)
    {
        _bytes.GetSpan(1)[0] = unchecked((byte)value);
        _bytes.Advance(1);
    }

    /// <summary>Two bytes.</summary>
    public void U16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(2), unchecked((ushort)value));
        _bytes.Advance(2);
    }

    /// <summary>Four bytes.</summary>
    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    /// <summary>A word of the architecture; a wider value is cut.</summary>
    public void Address(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Bytes(bytes[..Word]);
    }

    /// <summary>An unsigned LEB128 (DWARF 5, 7.6).</summary>
    public void Unsigned(ulong value)
    {
        for (; value > 0x7f; value >>= 7) U8((int)(value & 0x7f) | 0x80);
        U8((int)value);
    }

    /// <summary>A signed LEB128.</summary>
    public void Signed(long value)
    {
        for (; value is < -64 or > 63; value >>= 7) U8((int)(value & 0x7f) | 0x80);
        U8((int)(value & 0x7f));
    }

    /// <summary>Bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    /// <summary>UTF-8 and a zero.</summary>
    public void Text(string text)
    {
        Bytes(Encoding.UTF8.GetBytes(text));
        U8(0);
    }

    /// <summary>Zeros.</summary>
    public void Zero(int count)
    {
        for (int i = 0; i < count; i++) U8(0);
    }

    /// <summary>Zeros up to a multiple.</summary>
    public void Align(int to) => Zero((to - Length % to) % to);
}
