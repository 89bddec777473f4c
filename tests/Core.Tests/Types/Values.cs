using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>A space for values: some bytes at an address, nothing elsewhere.</summary>
internal static class Values
{
    public static AddressSpace Space(ulong start = 0, params byte[] bytes) => AddressSpace.Of("test", 64, new Bytes(start, bytes));

    private sealed class Bytes(ulong start, byte[] bytes) : IMemory<VirtualAddress>
    {
        public int Read(VirtualAddress address, Span<byte> destination)
        {
            ulong offset = unchecked(address.Value - start);
            if (offset >= (ulong)bytes.Length) return 0;
            int count = Math.Min(destination.Length, bytes.Length - (int)offset);
            bytes.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public Fault Explain(VirtualAddress address) =>
            unchecked(address.Value - start) < (ulong)bytes.Length ? Fault.None : new Fault(FaultKind.NotMapped, $"nothing is mapped at {address}");
    }
}
