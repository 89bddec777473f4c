using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>source and loadedSources.</summary>
public sealed class SourceTests
{
    [Fact]
    public async Task The_line_of_a_frame_holds_its_instruction()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().ToList();
        int looked = 0;
        foreach (var (above, frame) in frames.Zip(frames.Skip(1)))
        {
            // What is compiled from an inlined call is on the lines of what was called.
            if (!frame.Has("source") || above.Text("name").Contains("[inlined]", StringComparison.Ordinal)) continue;
            long reference = frame.GetProperty("source").Number("sourceReference");
            var body = await client.AskAsync("source", $$"""{"sourceReference":{{reference}},"source":{{frame.GetProperty("source")}}}""");
            Assert.Equal("text/x-asm", body.Text("mimeType"));
            string line = body.Text("content").Split('\n')[frame.Number("line") - 1];

            // A return address may be the first instruction of the next line: then the call is on this one.
            Assert.Matches(@"0x[0-9a-f]{16} ", line);
            if (!line.Contains(frame.Text("instructionPointerReference"), StringComparison.Ordinal)) Assert.Contains("call", line, StringComparison.Ordinal);
            looked++;
        }

        Assert.True(looked > 15);
    }

    [Fact]
    public async Task Without_line_numbers_there_is_a_listing()
    {
        await using var client = await DapClient.StoppedAsync();
        var frame = (await client.AskAsync("stackTrace", """{"threadId":2}""")).GetProperty("stackFrames").Named("machine_halt");
        Assert.Equal("machine_halt (disassembly)", frame.GetProperty("source").Text("name"));
        Assert.False(frame.GetProperty("source").Has("path"));
        var body = await client.AskAsync("source", $$"""{"sourceReference":{{frame.GetProperty("source").Number("sourceReference")}}}""");
        string[] lines = body.Text("content").Split('\n');
        Assert.Equal("xen`machine_halt:", lines[0]);
        Assert.StartsWith("0xffff82d040001001  hlt", lines[frame.Number("line") - 1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sourceReference":0}""")]
    [InlineData("""{"sourceReference":99}""")]
    [InlineData("""{"sourceReference":-1}""")]
    [InlineData("""{"source":{"path":"/etc/passwd"},"sourceReference":0}""")]
    [InlineData("""{"source":{"path":"/etc/passwd"}}""")]
    public async Task Nothing_else_has_a_text_and_no_file_is_read(string arguments)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("source", arguments)).Id);
    }

    [Fact]
    public async Task The_sources_are_those_that_debug_information_names_once_each()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var sources = (await client.AskAsync("loadedSources")).GetProperty("sources");
        var paths = sources.Texts("path");
        Assert.Contains("/build/demo-dom0/mm/pages.c", paths);
        Assert.Contains("/build/xen-4.17/xen/common/domain.c", paths);
        Assert.Equal(paths.Count, paths.Distinct().Count());
        Assert.All(sources.EnumerateArray(), s => Assert.EndsWith("/" + s.Text("name"), s.Text("path"), StringComparison.Ordinal));
        Assert.All(paths, p => Assert.DoesNotContain("/./", p, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_debug_information_there_are_no_sources()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(0, (await client.AskAsync("loadedSources")).GetProperty("sources").GetArrayLength());
    }
}
