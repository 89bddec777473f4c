using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Memory;

public class PagedMemoryTests
{
    [Fact]
    public void Reads_across_pages_and_stops_where_they_stop()
    {
        var memory = new PagedMemory(new FakePages { [1] = 4096, [2] = 4096, [3] = 0x123 });
        byte[] bytes = new byte[0x3000];
        Assert.Equal(0x2000 - 8 + 0x123, memory.Read(new MachineAddress(0x1008), bytes));
        for (int i = 0; i < 0x2000 - 8 + 0x123; i++) Assert.Equal(FakePages.ByteAt(0x1008 + (ulong)i), bytes[i]);
        Assert.Equal(0, memory.Read(new MachineAddress(0xfff), bytes));
        Assert.Equal(0, memory.Read(new MachineAddress(0x3123), bytes));
        Assert.Equal(1, memory.Read(new MachineAddress(0x3122), bytes));
    }

    [Fact]
    public void Asks_for_a_page_once_whether_it_is_there_or_not()
    {
        var pages = new FakePages { [1] = 4096 };
        var memory = new PagedMemory(pages);
        for (int i = 0; i < 10; i++)
        {
            Assert.True(memory.TryReadU64(new MachineAddress(0x1ff8), out _));
            Assert.False(memory.TryReadU64(new MachineAddress(0x5000), out _));
        }

        Assert.Equal(2, pages.Asked);
    }

    [Fact]
    public void Keeps_no_more_than_its_capacity()
    {
        var pages = new FakePages { Everything = true };
        var memory = new PagedMemory(pages, 16 * 4096);
        byte[] one = new byte[1];
        for (ulong frame = 0; frame < 1000; frame++) Assert.Equal(1, memory.Read(new MachineAddress(frame << 12), one));
        Assert.Equal(1000, pages.Asked);
        for (ulong frame = 0; frame < 1000; frame++)
        {
            memory.Read(new MachineAddress((frame << 12) + 5), one);
            Assert.Equal(FakePages.ByteAt((frame << 12) + 5), one[0]);
        }

        Assert.InRange(pages.Asked, 1900, 2000);
    }

    [Fact]
    public void A_large_read_does_not_push_out_the_rest()
    {
        var pages = new FakePages { Everything = true };
        var memory = new PagedMemory(pages, 16 * 4096);
        for (ulong frame = 0; frame < 16; frame++) memory.TryReadU64(new MachineAddress(frame << 12), out _);
        int before = pages.Asked;
        byte[] big = new byte[1 << 20];
        Assert.Equal(big.Length, memory.Read(new MachineAddress(0x10_0000), big));
        for (int i = 0; i < big.Length; i += 777) Assert.Equal(FakePages.ByteAt(0x10_0000 + (ulong)i), big[i]);
        int between = pages.Asked;
        for (ulong frame = 0; frame < 16; frame++) memory.TryReadU64(new MachineAddress(frame << 12), out _);
        Assert.Equal((256, between), (between - before, pages.Asked));
    }

    [Fact]
    public void Does_not_wrap_at_the_top_of_the_space()
    {
        var memory = new PagedMemory(new FakePages { Everything = true });
        byte[] bytes = new byte[64];
        Assert.Equal(16, memory.Read(new MachineAddress(ulong.MaxValue - 15), bytes));
        Assert.Equal(0, new PagedMemory(new FakePages()).Read(new MachineAddress(ulong.MaxValue), bytes));
    }

    [Fact]
    public void Reads_ranges_that_start_inside_a_page()
    {
        byte[] file = new byte[0x3000];
        for (int i = 0; i < file.Length; i++) file[i] = (byte)(i % 251);
        var pages = new LoadPages(
            new BytesByteSource(file, "test"),
            [new FileExtent(0x9_f000, 0xc00, 0), new FileExtent(0x9_fe00, 0x100, 0x1000), new FileExtent(0xa_0800, 0x1800, 0x1800)],
            []);
        var memory = new PagedMemory(pages);
        byte[] bytes = new byte[0x2000];
        Assert.Equal(0xc00, memory.Read(new MachineAddress(0x9_f000), bytes));
        Assert.Equal(0, memory.Read(new MachineAddress(0x9_fc00), bytes));
        Assert.Equal(0x100, memory.Read(new MachineAddress(0x9_fe00), bytes));
        Assert.Equal(file[0x1000..0x1100], bytes[..0x100]);
        Assert.Equal(0, memory.Read(new MachineAddress(0x9_ff00), bytes));
        Assert.Equal(0, memory.Read(new MachineAddress(0xa_0000), bytes));
        Assert.Equal(0x1800, memory.Read(new MachineAddress(0xa_0800), bytes));
        Assert.Equal(file[0x1800..0x3000], bytes[..0x1800]);
        Assert.Equal(FaultKind.NotSaved, memory.Explain(new MachineAddress(0x9_fc00)).Kind);
        Assert.Equal(FaultKind.None, memory.Explain(new MachineAddress(0x9_fe10)).Kind);
    }

    [Fact]
    public void Is_safe_from_many_threads()
    {
        var memory = new PagedMemory(new FakePages { Everything = true }, 8 * 4096);
        int wrong = 0;
        Parallel.For(0, 8, worker =>
        {
            byte[] bytes = new byte[24];
            var random = new Random(worker);
            for (int i = 0; i < 20_000; i++)
            {
                ulong at = (ulong)random.Next(0, 100 * 4096);
                if (memory.Read(new MachineAddress(at), bytes) != 24 || bytes[0] != FakePages.ByteAt(at) || bytes[23] != FakePages.ByteAt(at + 23)) Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_cached_read_allocates_nothing_and_is_quick()
    {
        var memory = new PagedMemory(new FakePages { Everything = true });
        ulong sum = 0;
        void ReadMany()
        {
            for (int i = 0; i < 100_000; i++) sum += memory.TryReadU64(new MachineAddress((ulong)(i & 0xff) << 12), out ulong v) ? v & 1 : 0;
        }

        Assert.Equal(0, Cost.Allocated(ReadMany));

        // A read that went through the page source each time would cost a hundred times as much.
        double each = Cost.Time(ReadMany, TimeSpan.FromMilliseconds(200)).TotalNanoseconds / 100_000;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each:f0} ns a read ({sum})");
        Assert.True(each < 2000, $"{each} ns");
    }

    /// <summary>Pages whose bytes follow from their address.</summary>
    private sealed class FakePages : Dictionary<ulong, int>, IPageSource
    {
        private int _asked;

        public bool Everything { get; init; }

        public int Asked => _asked;

        public int PageSize => 4096;

        public ulong FrameLimit => ulong.MaxValue;

        public IEnumerable<MachineRange> Ranges => [];

        public static byte ByteAt(ulong address) => unchecked((byte)((address * 2654435761) >> 13));

        public int ReadPage(ulong frame, Span<byte> page)
        {
            Interlocked.Increment(ref _asked);
            int there = Everything ? 4096 : this.GetValueOrDefault(frame);
            for (int i = 0; i < there; i++) page[i] = ByteAt((frame << 12) + (ulong)i);
            return there;
        }

        public Fault Explain(ulong frame, int offset) => new(FaultKind.NotSaved, "not there");
    }
}
