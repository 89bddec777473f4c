using System.Buffers.Binary;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>Memory of a made-up target: the bytes that were written into it, and nothing else.</summary>
/// <typeparam name="TAddress">The kind of address.</typeparam>
public sealed class SparseMemory<TAddress> : IMemory<TAddress> where TAddress : struct, IAddress<TAddress>
{
    private readonly Dictionary<ulong, byte> _bytes = [];

    /// <summary>Writes bytes; the address wraps at 2^64.</summary>
    public SparseMemory<TAddress> Put(ulong address, params ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++) _bytes[unchecked(address + (ulong)i)] = bytes[i];
        return this;
    }

    /// <summary>Writes a number of 8 bytes.</summary>
    public SparseMemory<TAddress> Put64(ulong address, ulong value)
    {
        Span<byte> b = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(b, value);
        return Put(address, b);
    }

    /// <summary>Writes a number of 4 bytes.</summary>
    public SparseMemory<TAddress> Put32(ulong address, uint value)
    {
        Span<byte> b = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(b, value);
        return Put(address, b);
    }

    /// <inheritdoc/>
    public int Read(TAddress address, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            if (!_bytes.TryGetValue(unchecked(address.Value + (ulong)i), out byte b)) return i;
            destination[i] = b;
        }

        return destination.Length;
    }

    /// <inheritdoc/>
    public Fault Explain(TAddress address) =>
        _bytes.ContainsKey(address.Value) ? Fault.None : new Fault(FaultKind.NotMapped, $"nothing is mapped at {AddressText.Hex(address.Value)}");
}
