using System.Buffers.Binary;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>What a list of formats reads: memory, or a value itself.</summary>
internal abstract class FormatSource
{
    /// <summary>How instructions are decoded.</summary>
    public required InstructionSet Instructions { get; init; }

    /// <summary>The memory; null for a value.</summary>
    public virtual AddressSpace? Space => null;

    /// <summary>Copies what is there; returns how many bytes came.</summary>
    public abstract int TryRead(ulong address, Span<byte> destination);

    /// <summary>The error for a byte that is not there.</summary>
    public abstract Exception Absent(ulong address);

    /// <summary>A number of 1 to 8 bytes.</summary>
    public ulong Number(ulong address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        int got = TryRead(address, bytes[..size]);
        return got == size ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : throw Absent(unchecked(address + (ulong)Math.Max(0, got)));
    }

    /// <summary>The bits of an address that count.</summary>
    public ulong Normal(ulong address) => Space is { Kind: AddressSpaceKind.Virtual, AddressBits: 32 } ? (uint)address : address;
}

/// <summary>Memory, for <c>/ ? \ @</c>.</summary>
internal sealed class MemorySource(AddressSpace space) : FormatSource
{
    public override AddressSpace? Space => space;

    public override int TryRead(ulong address, Span<byte> destination) => space.Read(Normal(address), destination);

    public override Exception Absent(ulong address) => MdbMemory.Absent(space, Normal(address));
}

/// <summary>A value, for <c>=</c>: whatever address is asked for, its bytes are what is read (usr/src/cmd/mdb/common/mdb/mdb_value.c).</summary>
internal sealed class ValueSource(ulong value) : FormatSource
{
    public override int TryRead(ulong address, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        int count = Math.Min(bytes.Length, destination.Length);
        bytes[..count].CopyTo(destination);
        return count;
    }

    public override Exception Absent(ulong address) => Language.MdbException.OfItem("a value has no more than 8 bytes");
}
