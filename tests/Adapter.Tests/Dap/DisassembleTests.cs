using System.Globalization;
using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class DisassembleTests
{
    /// <summary>cli; hlt; jmp back; five nops.</summary>
    private const string Halt = "xen:0xffff82d040001000";

    [Fact]
    public async Task Instructions_have_address_bytes_text_and_the_symbol_where_it_begins()
    {
        await using var client = await DapClient.StoppedAsync();
        var lines = await OfAsync(client, Halt, 0, 3);
        Assert.Equal(["0xffff82d040001000", "0xffff82d040001001", "0xffff82d040001002"], lines.Texts("address"));
        Assert.Equal(["fa", "f4", "eb fd"], lines.Texts("instructionBytes"));
        Assert.Equal("cli", lines[0].Text("instruction"));
        Assert.Contains("xen`machine_halt+0x1", lines[2].Text("instruction"), StringComparison.Ordinal);
        Assert.Equal("machine_halt", lines[0].Text("symbol"));
        Assert.False(lines[1].Has("symbol"));
    }

    [Fact]
    public async Task Without_symbols_there_are_none()
    {
        await using var client = await DapClient.StoppedAsync();
        var lines = (await client.AskAsync("disassemble", $$"""{"memoryReference":"{{Halt}}","instructionCount":3,"resolveSymbols":false}""")).GetProperty("instructions");
        Assert.DoesNotContain("machine_halt", lines.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(2, 4)]
    [InlineData(-1, 1)]
    [InlineData(-1, 4)]
    [InlineData(-3, 2)]
    [InlineData(-50, 100)]
    [InlineData(-100, 50)]
    [InlineData(-10000, 10000)]
    [InlineData(10000, 10000)]
    public async Task There_are_exactly_as_many_as_asked_for_in_the_order_of_their_addresses(int offset, int count)
    {
        await using var client = await DapClient.StoppedAsync();
        var addresses = (await OfAsync(client, "xen:0xffff82d040001002", offset, count)).Texts("address").Select(Number).ToList();
        Assert.Equal(count, addresses.Count);
        Assert.Equal(addresses.Distinct().Order(), addresses);
    }

    [Fact]
    public async Task Before_an_address_the_function_is_read_from_its_start()
    {
        await using var client = await DapClient.StoppedAsync();
        var lines = await OfAsync(client, "xen:0xffff82d040001002", -2, 4);
        Assert.Equal(["cli", "hlt"], lines.EnumerateArray().Take(2).Select(l => l.Text("instruction")));
        Assert.Equal("0xffff82d040001002", lines[2].Text("address"));
        Assert.Equal("nop", lines[3].Text("instruction"));
    }

    [Fact]
    public async Task What_is_not_in_the_dump_is_marked_invalid()
    {
        await using var client = await DapClient.StoppedAsync();
        var lines = await OfAsync(client, Halt, -3, 20);
        var marks = lines.EnumerateArray().Select(l => l.Has("presentationHint") ? l.Text("presentationHint") : "").ToList();
        Assert.Equal(["invalid", "invalid", "invalid", "", "", "", "", "", "", "", "invalid"], marks.Take(11));
        Assert.Equal("0xffff82d040000fff", lines[2].Text("address"));
        Assert.Equal("0xffff82d040001007", lines[9].Text("address"));
        Assert.False(lines[10].Has("instructionBytes"));
    }

    [Fact]
    public async Task Bytes_that_are_no_instruction_are_marked_one_by_one()
    {
        var memory = new SparseMemory<VirtualAddress>().Put(0xffff830010000000, 0x90, 0x06, 0x0e, 0x90);
        await using var client = await DapClient.StoppedAsync("x", (_, _, _) => new SyntheticTarget { Xen = memory }.Build());
        var lines = await OfAsync(client, "xen:0xffff830010000000", 0, 4);
        Assert.Equal(["nop", "(bad)", "(bad)", "nop"], lines.Texts("instruction"));
        Assert.Equal(["90", "06", "0e", "90"], lines.Texts("instructionBytes"));
        Assert.Equal("invalid", lines[1].Text("presentationHint"));
    }

    [Theory]
    [InlineData("xen:0x0", -4, 6)]
    [InlineData("xen:0x2", -4, 6)]
    [InlineData("xen:0xfffffffffffffffe", 0, 8)]
    [InlineData("xen:0xfffffffffffffffe", -40, 60)]
    [InlineData("dom0:0x0", -4, 6)]
    [InlineData("dom0:0xfffffffe", 0, 8)]
    public async Task Nothing_beyond_the_ends_of_a_space_is_taken_for_code(string reference, int offset, int count)
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var lines = (await OfAsync(client, reference, offset, count)).EnumerateArray().ToList();
        Assert.Equal(count, lines.Count);
        ulong at = Number(reference.Split(':')[1]);
        Assert.All(lines.Take(-offset).Where(l => Number(l.Text("address")) > at), l => Assert.Equal("invalid", l.Text("presentationHint")));
        Assert.All(lines.Skip(Math.Max(0, -offset)).Where(l => Number(l.Text("address")) < at || (reference.StartsWith("dom0", StringComparison.Ordinal) && Number(l.Text("address")) > uint.MaxValue)),
            l => Assert.Equal("invalid", l.Text("presentationHint")));
    }

    [Fact]
    public async Task Code_of_a_32_bit_guest_is_read_as_such()
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var lines = await OfAsync(client, "dom0:0xc0100000", 0, 4);
        Assert.Equal("push    %ebp", lines[0].Text("instruction"));
        Assert.Equal("sub     $0x18,%esp", lines[2].Text("instruction"));
    }

    [Fact]
    public async Task Lines_of_the_source_come_with_a_text_that_can_be_asked_for()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").Named("blk_open_device");
        var line = (await OfAsync(client, frame.Text("instructionPointerReference"), -1, 1))[0];
        Assert.Equal("blkback.c", line.GetProperty("location").Text("name"));
        Assert.Equal(frame.GetProperty("source").Number("sourceReference"), line.GetProperty("location").Number("sourceReference"));
        Assert.Equal(frame.Number("line"), line.Number("line"));
    }

    [Fact]
    public async Task An_absent_region_costs_no_time()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        long before = Environment.TickCount64;
        Assert.Equal(10_000, (await OfAsync(client, "xen:0x100000000", -10_000, 10_000)).GetArrayLength());
        Assert.InRange(Environment.TickCount64 - before, 0, 10_000);
    }

    [Fact]
    public async Task Bytes_that_are_never_code_cost_little_time()
    {
        var memory = new SparseMemory<VirtualAddress>().Put(0xffff830010000000, [.. Enumerable.Repeat((byte)0x06, 8192)]);
        await using var client = await DapClient.StoppedAsync("x", (_, _, _) => new SyntheticTarget { Xen = memory }.Build());
        long before = Environment.TickCount64;
        var lines = await OfAsync(client, "xen:0xffff830010002000", -500, 500);
        Assert.All(lines.EnumerateArray(), l => Assert.Equal("(bad)", l.Text("instruction")));
        Assert.InRange(Environment.TickCount64 - before, 0, 20_000);
    }

    [Theory]
    [InlineData("\"instructionCount\":-1")]
    [InlineData("\"instructionCount\":10001")]
    [InlineData("\"instructionCount\":1,\"instructionOffset\":-10001")]
    [InlineData("\"instructionCount\":1,\"instructionOffset\":9223372036854775807")]
    [InlineData("\"instructionCount\":9223372036854775807")]
    public async Task More_than_can_be_shown_is_an_error(string arguments)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(1002, (await client.FailAsync("disassemble", $$"""{"memoryReference":"{{Halt}}",{{arguments}}}""")).Id);
    }

    [Theory]
    [InlineData("mars:0x0", 0)]
    [InlineData("main", 0)]
    [InlineData("xen:0x0", -1)]
    public async Task An_unknown_place_is_an_error(string reference, long offset)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("disassemble", $$"""{"memoryReference":"{{reference}}","offset":{{offset}},"instructionCount":1}""")).Id);
    }

    private static async Task<JsonElement> OfAsync(DapClient client, string reference, int offset, int count) =>
        (await client.AskAsync("disassemble", $$"""{"memoryReference":"{{reference}}","instructionOffset":{{offset}},"instructionCount":{{count}}}""")).GetProperty("instructions");

    private static ulong Number(string hex) => ulong.Parse(hex.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
