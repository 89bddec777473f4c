using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Samples.Machine;

/// <summary>The RAM of a sample's machine and which of its frames are taken.</summary>
internal sealed class Ram(int bytes)
{
    public const int Page = 4096;

    private int _nextFree = 0x100;

    /// <summary>All of it, from machine address 0.</summary>
    public byte[] Bytes { get; } = new byte[bytes];

    /// <summary>The next frame that nobody has; the first megabyte is left to the firmware.</summary>
    public ulong TakeFrame() => TakeFrames(1, 1);

    /// <summary>Frames in a row, the first one a multiple of <paramref name="alignment"/>.</summary>
    public ulong TakeFrames(int count, int alignment)
    {
        int first = (_nextFree + alignment - 1) / alignment * alignment;
        _nextFree = first + count;
        if (_nextFree * Page > Bytes.Length) throw new InvalidOperationException("the sample's machine has too little RAM");
        return (ulong)first;
    }

    public ulong Read(ulong at, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        Bytes.AsSpan((int)at, size).CopyTo(whole);
        return BinaryPrimitives.ReadUInt64LittleEndian(whole);
    }

    public void Write(ulong at, ulong value, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(whole, value);
        whole[..size].CopyTo(Bytes.AsSpan((int)at, size));
    }

    public void Write(ulong at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Bytes.AsSpan((int)at, bytes.Length));
}
