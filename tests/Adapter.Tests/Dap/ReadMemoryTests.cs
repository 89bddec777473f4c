using System.Globalization;
using System.Text;
using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class ReadMemoryTests
{
    [Theory]
    [InlineData("machine:0x1000", "0x1000")]
    [InlineData("machine:4096", "0x1000")]
    [InlineData("MACHINE:0x1000", "0x1000")]
    public async Task Reads_the_space_that_is_named(string reference, string address)
    {
        await using var client = await DapClient.StoppedAsync();
        var body = await ReadAsync(client, reference, 16);
        Assert.Equal(address, body.Text("address"));
        Assert.Equal("0123456789abcdef", Encoding.ASCII.GetString(body.GetProperty("data").GetBytesFromBase64()));
        Assert.False(body.Has("unreadableBytes"));
    }

    [Fact]
    public async Task An_offset_is_added_and_may_be_negative()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal("89", Text(await ReadAsync(client, "machine:0x1000", 2, 8)));
        Assert.Equal("0123", Text(await ReadAsync(client, "machine:0x1010", 4, -16)));
    }

    [Fact]
    public async Task Of_a_count_of_zero_nothing_comes_which_is_no_error()
    {
        await using var client = await DapClient.StoppedAsync();
        foreach (string reference in (string[])["machine:0x1000", "machine:0x9000"])
        {
            var body = await ReadAsync(client, reference, 0);
            Assert.Equal("", body.Text("data"));
            Assert.False(body.Has("unreadableBytes"));
        }
    }

    [Fact]
    public async Task What_is_absent_is_counted_and_not_filled()
    {
        await using var client = await DapClient.StoppedAsync();
        var tail = await ReadAsync(client, "machine:0x1008", 100);
        Assert.Equal("89abcdef", Text(tail));
        Assert.Equal(92, tail.Number("unreadableBytes"));
        var none = await ReadAsync(client, "machine:0x9000", 100);
        Assert.False(none.Has("data"));
        Assert.Equal(100, none.Number("unreadableBytes"));
    }

    [Fact]
    public async Task A_hole_in_the_middle_can_be_skipped_by_what_was_counted()
    {
        var memory = new SparseMemory<Core.Primitives.VirtualAddress>().Put(0xffff830010000000, new byte[4096]).Put(0xffff830010003000, [7, .. new byte[4095]]);
        await using var client = await DapClient.StoppedAsync("x", (_, _, _) => new SyntheticTarget { Xen = memory }.Build());
        var first = await ReadAsync(client, "xen:0xffff830010000000", 0x4000);
        Assert.Equal(4096, first.GetProperty("data").GetBytesFromBase64().Length);
        Assert.Equal(0x2000, first.Number("unreadableBytes"));
        var rest = await ReadAsync(client, "xen:0xffff830010000000", 0x1000, 0x3000);
        Assert.Equal(7, rest.GetProperty("data").GetBytesFromBase64()[0]);
        var hole = await ReadAsync(client, "xen:0xffff830010001800", 0x1900);
        Assert.Equal(0x1800, hole.Number("unreadableBytes"));
        Assert.False(hole.Has("data"));
    }

    [Fact]
    public async Task The_last_byte_of_the_space_is_the_last_and_nothing_wraps_to_the_first()
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var top = await ReadAsync(client, "xen:0xfffffffffffffff0", 16);
        Assert.Equal("#$}*0123456789ab", Text(top));
        Assert.False(top.Has("unreadableBytes"));

        // The synthetic target has a byte at 0.
        var over = await ReadAsync(client, "xen:0xfffffffffffffff0", 48);
        Assert.Equal("#$}*0123456789ab", Text(over));
        Assert.Equal(32, over.Number("unreadableBytes"));
        Assert.Equal("b", Text(await ReadAsync(client, "xen:0xffffffffffffffff", 1)));
    }

    [Fact]
    public async Task A_32_bit_space_ends_at_4_GiB()
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var top = await ReadAsync(client, "dom0:0xfffffffc", 8);
        Assert.Equal([1, 2, 3, 4], top.GetProperty("data").GetBytesFromBase64());
        Assert.Equal(4, top.Number("unreadableBytes"));
        Assert.Equal(2001, (await FailAsync(client, "dom0:0x100000000", 1)).Id);
    }

    [Theory]
    [InlineData("xen:0x10", -17)]
    [InlineData("xen:0x0", long.MinValue)]
    [InlineData("xen:0xffffffffffffffff", 1)]
    [InlineData("xen:0xffffffffffffff00", long.MaxValue)]
    public async Task An_offset_out_of_the_space_is_an_error(string reference, long offset)
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var (id, text) = await FailAsync(client, reference, 1, offset);
        Assert.Equal(2001, id);
        Assert.Contains("64 bits", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4194305)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public async Task A_count_that_cannot_be_served_is_an_error_and_no_shorter_answer(long count)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(1002, (await FailAsync(client, "machine:0x1000", count)).Id);
    }

    [Fact]
    public async Task The_greatest_count_is_served()
    {
        await using var client = await DapClient.StoppedAsync();
        var body = await ReadAsync(client, "machine:0x1000", 4194304);
        Assert.Equal(4194304 - 16, body.Number("unreadableBytes"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("0x")]
    [InlineData("xen:")]
    [InlineData("mars:0x1000")]
    [InlineData("0xfffffffffffffffff")]
    [InlineData("-1")]
    [InlineData("machine_halt")]
    [InlineData("xen:dom0:0x1000")]
    public async Task What_is_no_memory_reference_says_how_one_is_written(string reference)
    {
        await using var client = await DapClient.StoppedAsync();
        var (id, text) = await FailAsync(client, reference, 1);
        Assert.Equal(2001, id);
        Assert.Contains(":0x1000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_reference_that_was_given_out_can_be_read()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().Where(f => f.Has("instructionPointerReference")).ToList();
        Assert.NotEmpty(frames);
        foreach (var frame in frames)
            Assert.Equal(16, (await ReadAsync(client, frame.Text("instructionPointerReference"), 16)).GetProperty("data").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task The_guard_page_is_not_in_the_dump()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var body = await ReadAsync(client, "0xffffffff80103ff0", 32);
        Assert.False(body.Has("data"));
        Assert.Equal(16, body.Number("unreadableBytes"));
    }

    private static Task<JsonElement> ReadAsync(DapClient client, string reference, long count, long offset = 0) => client.AskAsync("readMemory", Arguments(reference, count, offset));

    private static Task<(int Id, string Text)> FailAsync(DapClient client, string reference, long count, long offset = 0) => client.FailAsync("readMemory", Arguments(reference, count, offset));

    private static string Arguments(string reference, long count, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"memoryReference":{{JsonSerializer.Serialize(reference)}},"offset":{{offset}},"count":{{count}}}""");

    private static string Text(JsonElement body) => Encoding.ASCII.GetString(body.GetProperty("data").GetBytesFromBase64());
}
