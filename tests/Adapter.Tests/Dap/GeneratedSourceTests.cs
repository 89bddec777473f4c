using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Texts that stand for sources that are not in the dump.</summary>
public sealed class GeneratedSourceTests
{
    [Theory]
    [InlineData("sample:overflow")]
    [InlineData("sample:overflow32")]
    [InlineData("sample:nmi")]
    public async Task The_line_of_every_frame_has_instructions_also_where_it_calls_an_inlined_function(string dump)
    {
        await using var client = await DapClient.StoppedAsync(dump);
        int inlined = 0;
        foreach (var thread in (await client.AskAsync("threads")).GetProperty("threads").EnumerateArray())
        {
            foreach (var frame in (await client.AskAsync("stackTrace", $$"""{"threadId":{{thread.Number("id")}}}""")).GetProperty("stackFrames").EnumerateArray().Where(f => f.Has("source")))
            {
                string text = (await client.AskAsync("source", $$"""{"sourceReference":{{frame.GetProperty("source").Number("sourceReference")}}}""")).Text("content");
                string[] lines = text.Split('\n');
                Assert.True(frame.Number("line") <= lines.Length, $"{frame.Text("name")}: line {frame.Number("line")} of {lines.Length}");
                Assert.Contains("0x", lines[frame.Number("line") - 1], StringComparison.Ordinal);
                if (frame.Text("name").Contains("[inlined]", StringComparison.Ordinal)) inlined++;
            }
        }

        Assert.True(inlined > 0);
    }

    [Fact]
    public async Task Every_loaded_source_has_a_text()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var sources = (await client.AskAsync("loadedSources")).GetProperty("sources").EnumerateArray().ToList();
        foreach (var source in sources)
        {
            string text = (await client.AskAsync("source", $$"""{"source":{{source}},"sourceReference":{{source.Number("sourceReference")}}}""")).Text("content");
            Assert.StartsWith("// The source is not in the dump", text, StringComparison.Ordinal);
        }

        Assert.Equal(sources.Count, sources.Select(s => s.Number("sourceReference")).Distinct().Count());
        Assert.Equal(sources.Select(s => s.Number("sourceReference")), (await client.AskAsync("loadedSources")).GetProperty("sources").EnumerateArray().Select(s => s.Number("sourceReference")));
    }

    [Fact]
    public async Task The_text_of_a_file_has_all_its_functions()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().First(f => f.Has("source") && f.Text("name") == "domain_shutdown");
        string path = frame.GetProperty("source").Text("path");
        var file = (await client.AskAsync("loadedSources")).GetProperty("sources").EnumerateArray().Single(s => s.Text("path") == path);
        Assert.NotEqual(frame.GetProperty("source").Number("sourceReference"), file.Number("sourceReference"));
        string whole = (await client.AskAsync("source", $$"""{"sourceReference":{{file.Number("sourceReference")}}}""")).Text("content");
        string part = (await client.AskAsync("source", $$"""{"sourceReference":{{frame.GetProperty("source").Number("sourceReference")}}}""")).Text("content");
        Assert.Contains(part.Split('\n')[frame.Number("line") - 1], whole.Split('\n')[frame.Number("line") - 1], StringComparison.Ordinal);
        Assert.True(Lines(whole) > Lines(part));

        static int Lines(string text) => text.Split('\n').Count(l => l.StartsWith("0x", StringComparison.Ordinal));
    }
}
