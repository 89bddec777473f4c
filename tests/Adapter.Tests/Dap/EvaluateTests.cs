using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class EvaluateTests
{
    [Theory]
    [InlineData("1+2*3", "7")]
    [InlineData("nr_cpus", "2")]
    [InlineData("  nr_cpus ", "2")]
    [InlineData("hardware_domain->domain_id", "0")]
    [InlineData("(*hardware_domain->vcpu)->runstate", "RUNSTATE_runnable")]
    [InlineData("sizeof(struct vcpu)", "40")]
    [InlineData("&nr_cpus", "0xffff82d040100100")]
    [InlineData("(char)65", "65 'A'")]
    public async Task C_like_expressions_have_values(string expression, string result)
    {
        await using var client = await DapClient.StoppedAsync();
        foreach (string context in (string[])["watch", "repl", "hover", "variables", "clipboard", "something new"])
            Assert.Equal(result, (await client.AskAsync("evaluate", $$"""{"expression":"{{expression}}","context":"{{context}}"}""")).Text("result"));
    }

    [Fact]
    public async Task Registers_and_variables_are_those_of_the_frame()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames");
        foreach (var frame in frames.EnumerateArray().Where(f => f.Has("instructionPointerReference") && !f.Text("name").Contains("[inlined]", StringComparison.Ordinal)))
        {
            var value = await client.AskAsync("evaluate", $$"""{"expression":"$rip","frameId":{{frame.Number("id")}}}""");
            Assert.Equal(frame.Text("instructionPointerReference"), value.Text("result"));
        }

        long reclaim = frames.Named("pages_reclaim").Number("id"), submit = frames.Named("request_submit").Number("id");
        Assert.Equal("32", (await client.AskAsync("evaluate", $$"""{"expression":"wanted","frameId":{{reclaim}}}""")).Text("result"));
        Assert.Equal(2002, (await client.FailAsync("evaluate", $$"""{"expression":"wanted","frameId":{{submit}}}""")).Id);
    }

    [Fact]
    public async Task On_a_label_it_is_the_frame_below()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().ToList();
        int fault = frames.FindIndex(f => f.Text("name").StartsWith("— #PF", StringComparison.Ordinal));
        Assert.Equal("1", (await client.AskAsync("evaluate", $$"""{"expression":"by","frameId":{{frames[fault].Number("id")}}}""")).Text("result"));
    }

    [Theory]
    [InlineData("info", "dom0 crashed")]
    [InlineData("stack", "walk_tree")]
    [InlineData("threads", "d0v1")]
    [InlineData("help", "print EXPRESSION")]
    [InlineData("read machine:0x1000 16", "0123456789abcdef")]
    [InlineData("dis machine_halt 2", "hlt")]
    [InlineData("print nr_cpus", "2")]
    [InlineData("console", "last")]
    public async Task The_debug_console_knows_commands(string command, string said)
    {
        await using var client = await DapClient.StoppedAsync();
        var answer = await client.AskAsync("evaluate", $$"""{"expression":"{{command}}","context":"repl"}""");
        Assert.Contains(said, answer.Text("result"), StringComparison.Ordinal);
        Assert.Equal(0, answer.Number("variablesReference"));
        Assert.Equal(2002, (await client.FailAsync("evaluate", $$"""{"expression":"{{command}}","context":"watch"}""")).Id);
    }

    [Fact]
    public async Task What_is_copied_is_whole()
    {
        await using var client = await DapClient.StoppedAsync();
        const string vcpu = "**hardware_domain->vcpu";
        string shown = (await client.AskAsync("evaluate", $$"""{"expression":"{{vcpu}}","context":"watch"}""")).Text("result");
        string copied = (await client.AskAsync("evaluate", $$"""{"expression":"{{vcpu}}","context":"clipboard"}""")).Text("result");
        Assert.DoesNotContain('\n', shown);
        Assert.Contains("\n    name = \"vcpu0\"\n", copied, StringComparison.Ordinal);
        Assert.Contains("cookie = 4660", copied, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pointer_is_where_it_points_and_a_variable_where_it_lies()
    {
        // The made-up host does not say which addresses are Xen's, so they carry their space; the sample does.
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal("xen:0xffff830003f41000", (await client.AskAsync("evaluate", """{"expression":"hardware_domain"}""")).Text("memoryReference"));
        Assert.Equal("xen:0xffff82d040100100", (await client.AskAsync("evaluate", """{"expression":"nr_cpus"}""")).Text("memoryReference"));
        Assert.False((await client.AskAsync("evaluate", """{"expression":"7"}""")).Has("memoryReference"));
        await using var sample = await DapClient.StoppedAsync("sample:overflow");
        var domain = await sample.AskAsync("evaluate", """{"expression":"hardware_domain"}""");
        Assert.Equal(domain.Text("result"), domain.Text("memoryReference"));
    }

    [Fact]
    public async Task What_is_not_in_the_dump_is_a_value_that_says_so()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal("<nothing is mapped at 0x10>", (await client.AskAsync("evaluate", """{"expression":"*(int *)0x10"}""")).Text("result"));
    }

    [Theory]
    [InlineData("no_such_thing", "no_such_thing")]
    [InlineData("1+", "")]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("nr_cpus = 3", "")]
    [InlineData("1/0", "")]
    [InlineData("\u0000\u0001", "")]
    [InlineData("hardware_domain->nothing", "nothing")]
    public async Task What_has_no_value_says_why(string expression, string said)
    {
        await using var client = await DapClient.StoppedAsync();
        var (id, text) = await client.FailAsync("evaluate", $$"""{"expression":{{JsonSerializer.Serialize(expression)}}}""");
        Assert.Equal(2002, id);
        Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enormous_expressions_are_refused()
    {
        await using var client = await DapClient.StoppedAsync();
        foreach (string expression in (string[])[new string('(', 1_000_000), new string('*', 100_000) + "nr_cpus", "1" + new string('+', 4000) + "1", string.Concat(Enumerable.Repeat("nr_cpus[", 400))])
            Assert.Equal(2002, (await client.FailAsync("evaluate", $$"""{"expression":"{{expression}}","context":"repl"}""")).Id);
    }

    [Fact]
    public async Task An_unknown_frame_is_an_error()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("evaluate", """{"expression":"1","frameId":7}""")).Id);
    }
}
