using System.Text.RegularExpressions;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

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

    [Fact]
    public void A_text_costs_no_more_reads_of_code_than_it_has_instructions()
    {
        var (target, module, space) = Xen();
        foreach (string? path in (string?[])[null, "/build/xen-4.17/xen/common/domain.c"])
        {
            var function = module.Symbols.Find("domain_shutdown")!;
            string text = new GeneratedSource(target, space, module, function, path).Text(TestContext.Current.CancellationToken);
            int instructions = Regex.Count(text, @"0x[0-9a-f]{16}  ?[a-z(]");
            Assert.InRange(space.Reads, instructions, instructions + 20);
            space.Reads = 0;
        }

        Assert.True(new GeneratedSource(target, space, module, module.Symbols.Find("domain_shutdown")!, null).LineOf(module.Symbols.Find("domain_shutdown")!.Address) == 2);
        Assert.InRange(space.Reads, 1, 3);
    }

    [Theory]
    [InlineData("domain_shutdown", null)]
    [InlineData("domain_shutdown", "/build/xen-4.17/xen/common/domain.c")]
    [InlineData(null, "/build/xen-4.17/xen/common/domain.c")]
    public void A_text_that_is_being_made_can_be_left(string? function, string? path)
    {
        var (target, module, space) = Xen();
        using var cancel = new CancellationTokenSource();
        space.OnRead = cancel.Cancel;
        var source = new GeneratedSource(target, space, module, function is null ? null : module.Symbols.Find(function), path);
        Assert.Throws<OperationCanceledException>(() => source.Text(cancel.Token));
        Assert.Equal(1, space.Reads);
    }

    [Fact]
    public void Of_a_whole_file_each_function_that_begins_in_it_is_there_once()
    {
        var (target, module, space) = Xen();
        const string Path = "/build/xen-4.17/xen/common/domain.c";
        string text = new GeneratedSource(target, space, module, null, Path).Text(TestContext.Current.CancellationToken);
        var functions = module.Symbols.All.Where(s => s.Kind == SymbolKind.Function && module.FindLine(s.Address)?.Path == Path).DistinctBy(s => s.Address).ToList();
        Assert.True(functions.Count > 1);
        foreach (var function in functions)
        {
            int line = module.FindLine(function.Address)!.Line;
            Assert.Single(Regex.Matches(text.Split('\n')[line - 1], $"{function.Address} "));
        }
    }

    private static (DumpTarget Target, Module Module, CountedSpace Space) Xen()
    {
        var target = DumpOpener.Open(new OpenOptions { Dump = "sample:overflow" }, null, TestContext.Current.CancellationToken);
        return (target, target.Hypervisor!.Module!, new CountedSpace(target.Hypervisor.Space));
    }

    /// <summary>Counts how often code is read.</summary>
    private sealed class CountedSpace(AddressSpace space) : AddressSpace(space.Name, space.Kind, space.AddressBits)
    {
        public int Reads { get; set; }

        public Action? OnRead { get; set; }

        public override int Read(ulong address, Span<byte> destination)
        {
            Reads++;
            OnRead?.Invoke();
            return space.Read(address, destination);
        }

        public override Fault Explain(ulong address) => space.Explain(address);
    }
}
