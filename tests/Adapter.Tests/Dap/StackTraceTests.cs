using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class StackTraceTests
{
    private static readonly string[] Rows =
    [
        "— Xen hypervisor, CPU 0 —", "machine_halt", "common_interrupt [guess]",
        "— #PF: write to a page that is not present, in kernel mode, address 0xffffffff80103f98 —", "— dom0 kernel, d0v0 —", "walk_tree", "_start",
    ];

    [Fact]
    public async Task Labels_stand_where_the_stack_changes_its_context()
    {
        await using var client = await DapClient.StoppedAsync();
        var body = await client.AskAsync("stackTrace", """{"threadId":1}""");
        var frames = body.GetProperty("stackFrames");
        Assert.Equal(Rows, frames.Texts("name"));
        Assert.Equal(7, body.Number("totalFrames"));
        Assert.Equal([true, false, false, true, true, false, false], frames.EnumerateArray().Select(f => f.Has("presentationHint") && f.Text("presentationHint") == "label"));
    }

    [Fact]
    public async Task A_frame_says_where_its_code_is()
    {
        await using var client = await DapClient.StoppedAsync();
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").Named("walk_tree");
        Assert.Equal("0xffffffff8010212b", frame.Text("instructionPointerReference"));
        Assert.Equal("mini", frame.Text("moduleId"));
        Assert.Equal(51, frame.Number("line"));
        Assert.Equal("/build/mini/mini.c", frame.GetProperty("source").Text("path"));
        Assert.True(frame.GetProperty("source").Number("sourceReference") > 0);
    }

    [Fact]
    public async Task A_stack_that_ends_early_says_why()
    {
        await using var client = await DapClient.StoppedAsync();
        var frames = (await client.AskAsync("stackTrace", """{"threadId":2}""")).GetProperty("stackFrames");
        Assert.Equal("— stopped: return address 0x0 is not code —", frames.EnumerateArray().Last().Text("name"));
    }

    [Theory]
    [InlineData("\"startFrame\":0,\"levels\":3", 0, 3)]
    [InlineData("\"startFrame\":3,\"levels\":2", 3, 2)]
    [InlineData("\"startFrame\":5", 5, 2)]
    [InlineData("\"startFrame\":5,\"levels\":0", 5, 2)]
    [InlineData("\"startFrame\":6,\"levels\":2147483647", 6, 1)]
    [InlineData("\"startFrame\":7,\"levels\":20", 7, 0)]
    [InlineData("\"startFrame\":2147483647,\"levels\":20", 7, 0)]
    [InlineData("\"startFrame\":-1,\"levels\":1", 0, 1)]
    [InlineData("\"levels\":-1", 0, 7)]
    public async Task Parts_are_those_of_the_whole_with_the_same_ids(string part, int first, int count)
    {
        await using var client = await DapClient.StoppedAsync();
        var partly = await client.AskAsync("stackTrace", $$"""{"threadId":1,{{part}}}""");
        var whole = await client.AskAsync("stackTrace", """{"threadId":1}""");
        Assert.Equal(7, partly.Number("totalFrames"));
        var expected = whole.GetProperty("stackFrames").EnumerateArray().Skip(first).Take(count).Select(f => f.GetRawText());
        Assert.Equal(expected, partly.GetProperty("stackFrames").EnumerateArray().Select(f => f.GetRawText()));
    }

    [Fact]
    public async Task Ids_of_different_threads_differ()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var ids = new List<long>();
        foreach (int thread in (int[])[1, 2])
        {
            var frames = (await client.AskAsync("stackTrace", $$"""{"threadId":{{thread}}}""")).GetProperty("stackFrames");
            ids.AddRange(frames.EnumerateArray().Select(f => f.Number("id")));
        }

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("{}", "blk_open_device", "page_count_sub")]
    [InlineData("""{"module":true}""", "demo-dom0`blk_open_device", "demo-dom0`page_count_sub")]
    [InlineData("""{"parameters":true}""", "blk_open_device(device=0xffffffff80102000, node=0xffffffff80105a90 \"/local/domain/7/device/vbd/51712\")", "page_count_sub(page=0xffffffff80102020, by=1)")]
    [InlineData("""{"parameters":true,"hex":true}""", null, "page_count_sub(page=0xffffffff80102020, by=0x1)")]
    [InlineData("""{"parameters":true,"parameterValues":false}""", "blk_open_device(device, node)", "page_count_sub(page, by)")]
    [InlineData("""{"parameters":true,"parameterNames":false}""", null, "page_count_sub(0xffffffff80102020, 1)")]
    public async Task Frames_are_named_as_the_client_wants_them(string format, string? one, string another)
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var names = (await client.AskAsync("stackTrace", $$"""{"threadId":1,"format":{{format}}}""")).GetProperty("stackFrames").Texts("name");
        if (one is not null) Assert.Contains(one, names);
        Assert.Contains(another, names);
    }

    [Fact]
    public async Task The_one_stack_of_the_sample_goes_from_the_hypervisor_through_the_fault_to_the_start_of_the_guest()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var names = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").Texts("name").ToList();
        Assert.Equal("— Xen hypervisor, CPU 0 —", names[0]);
        Assert.Contains("maybe_reboot [inlined]", names);
        int fault = names.FindIndex(n => n.StartsWith("— #PF", StringComparison.Ordinal));
        Assert.Equal("asm_domain_crash_synchronous", names[fault - 1]);
        Assert.Equal("page_count_sub", names[fault + 2]);
        Assert.Equal("_start", names[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(-1)]
    [InlineData(2147483647)]
    public async Task An_unknown_thread_is_an_error(int thread)
    {
        await using var client = await DapClient.StoppedAsync();
        var (id, text) = await client.FailAsync("stackTrace", $$"""{"threadId":{{thread}}}""");
        Assert.Equal(2001, id);
        Assert.Contains($"{thread}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_row_with_code_can_be_disassembled_at_its_instruction()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().Where(f => f.Has("instructionPointerReference")).ToList();
        Assert.True(frames.Count > 20);
        foreach (var frame in frames)
        {
            string pc = frame.Text("instructionPointerReference");
            var lines = (await client.AskAsync("disassemble", $$"""{"memoryReference":"{{pc}}","instructionOffset":-3,"instructionCount":6}""")).GetProperty("instructions");
            Assert.Equal(6, lines.GetArrayLength());
            Assert.Equal(pc, lines[3].Text("address"));
            Assert.DoesNotContain("(bad)", lines[3].GetRawText(), StringComparison.Ordinal);
        }
    }
}
