using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Memory;

public class ReadUpToTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 10)]
    [InlineData(65_536, 65_536)]
    [InlineData(200_001, 200_001)]
    [InlineData(300_000, 300_000)]
    [InlineData(300_001, 300_000)]
    [InlineData(int.MaxValue, 300_000)]
    public void Ends_at_the_count_or_where_memory_does(int count, int expected)
    {
        byte[] bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        Assert.Equal(bytes[..expected], new Run(0x1000, bytes).ReadUpTo(new VirtualAddress(0x1000), count));
    }

    [Fact]
    public void Ends_at_the_end_of_the_address_space()
    {
        byte[] bytes = [1, 2, 3, 4];
        Assert.Equal(bytes, new Run(ulong.MaxValue - 3, bytes).ReadUpTo(new VirtualAddress(ulong.MaxValue - 3), 1 << 20));
    }

    [Fact]
    public void A_count_that_lies_costs_no_more_than_twice_what_is_there()
    {
        var memory = new Run(0, new byte[100_000]);
        Assert.InRange(Cost.Allocated(() => memory.ReadUpTo(new VirtualAddress(0), 1 << 30), 400_000), 0, 400_000);
    }

    private sealed class Run(ulong start, byte[] bytes) : IMemory<VirtualAddress>
    {
        public int Read(VirtualAddress address, Span<byte> destination)
        {
            ulong from = unchecked(address.Value - start);
            int count = (int)Math.Min((ulong)destination.Length, from < (ulong)bytes.Length ? (ulong)bytes.Length - from : 0);
            if (count > 0) bytes.AsSpan((int)from, count).CopyTo(destination);
            return count;
        }

        public Fault Explain(VirtualAddress address) => new(FaultKind.NotMapped, "it is outside of the run");
    }
}
