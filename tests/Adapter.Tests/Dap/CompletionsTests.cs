using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class CompletionsTests
{
    [Theory]
    [InlineData("hardware_domain->", 18, 18, 0, "domain_id,tot_pages,vcpu")]
    [InlineData("hardware_domain->t", 19, 18, 1, "tot_pages")]
    [InlineData("(*hardware_domain).do", 22, 20, 2, "domain_id")]
    [InlineData("1+(*hardware_domain->vcpu)->co", 31, 29, 2, "cookie")]
    [InlineData("idle_vcpu[0]->vcpu", 19, 15, 4, "vcpu_id")]
    [InlineData("nr_cpus+hard", 13, 9, 4, "hardware_domain")]
    [InlineData("hard+nr_cpus", 5, 1, 4, "hardware_domain")]
    [InlineData("hardware_domain->nothing.x", 27, 26, 1, "")]
    [InlineData("zzz", 4, 1, 3, "")]
    public async Task Completes_what_stands_before_the_column(string text, int column, int start, int length, string expected)
    {
        await using var client = await DapClient.StoppedAsync();
        var targets = await OfAsync(client, text, column);
        Assert.Equal(expected, string.Join(',', targets.Texts("label")));
        Assert.All(targets.EnumerateArray(), t => Assert.Equal((start, length), (t.Number("start"), t.Number("length"))));
    }

    [Fact]
    public async Task Registers_come_after_a_dollar()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(["$rip"], (await OfAsync(client, "1+$ri", 6)).Texts("label"));
        var all = await OfAsync(client, "$", 2);
        Assert.Contains("$rsp", all.Texts("label"));
        Assert.All(all.EnumerateArray(), t => Assert.Equal(1, t.Number("length")));
    }

    [Fact]
    public async Task Variables_are_those_of_the_frame_and_come_before_symbols()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").Named("blk_open_device");
        var targets = await OfAsync(client, "p", 2, frame.Number("id"));
        Assert.Equal("path", targets[0].Text("label"));
        Assert.Equal("variable", targets[0].Text("type"));
        Assert.Contains("pages_reclaim", targets.Texts("label"));
        var members = await OfAsync(client, "device->", 9, frame.Number("id"));
        Assert.All(members.EnumerateArray(), m => Assert.Equal("field", m.Text("type")));
        Assert.NotEqual(0, members.GetArrayLength());
    }

    [Theory]
    [InlineData("nr", 0)]
    [InlineData("nr", -5)]
    [InlineData("nr", 1)]
    [InlineData("", 1)]
    [InlineData("", 2147483647)]
    [InlineData("", -2147483648)]
    public async Task Nothing_stands_before_the_first_column(string text, int column)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(0, (await OfAsync(client, text, column)).GetArrayLength());
    }

    [Theory]
    [InlineData("nr", 99)]
    [InlineData("nr", 2147483647)]
    public async Task A_column_behind_the_end_is_the_end(string text, int column)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(["nr_cpus"], (await OfAsync(client, text, column)).Texts("label"));
    }

    [Fact]
    public async Task Columns_count_utf_16_units()
    {
        await using var client = await DapClient.StoppedAsync();
        var targets = await OfAsync(client, "\U0001F600+nr_", 7);
        Assert.Equal("nr_cpus", targets[0].Text("label"));
        Assert.Equal(4, targets[0].Number("start"));
    }

    [Fact]
    public async Task The_line_is_the_one_that_is_named()
    {
        await using var client = await DapClient.StoppedAsync();
        var body = await client.AskAsync("completions", """{"text":"1+\nhard\nnr_","line":2,"column":5}""");
        Assert.Equal(["hardware_domain"], body.GetProperty("targets").Texts("label"));
    }

    [Theory]
    [InlineData("((((((((->")]
    [InlineData("->")]
    [InlineData("...")]
    [InlineData("]]]].")]
    [InlineData("a->b->c->")]
    public async Task Half_written_expressions_have_no_completions_and_no_errors(string text)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(0, (await OfAsync(client, text, text.Length + 1)).GetArrayLength());
    }

    [Fact]
    public async Task At_most_two_hundred_come_at_once()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        Assert.InRange((await OfAsync(client, "_", 2)).GetArrayLength(), 1, 200);
    }

    [Fact]
    public async Task An_unknown_frame_is_an_error()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("completions", """{"text":"a","column":2,"frameId":3}""")).Id);
    }

    private static async Task<JsonElement> OfAsync(DapClient client, string text, int column, long? frame = null)
    {
        string inFrame = frame is null ? "" : $",\"frameId\":{frame}";
        return (await client.AskAsync("completions", $$"""{"text":{{JsonSerializer.Serialize(text)}},"column":{{column}}{{inFrame}}}""")).GetProperty("targets");
    }
}
