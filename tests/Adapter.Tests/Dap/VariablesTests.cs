using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class VariablesTests
{
    [Fact]
    public async Task A_structure_opens_into_its_members()
    {
        await using var client = await DapClient.StoppedAsync();
        var members = await PartsAsync(client, "**hardware_domain->vcpu");
        Assert.Equal(["vcpu_id", "processor", "domain", "runstate", "is_running", "pause_count", "<anonymous>", "name"], members.Texts("name"));
        Assert.Equal(["7", "-2", "0xffff830003f41000", "RUNSTATE_runnable", "1", "5"], members.Texts("value").Take(6));
        Assert.Equal("\"vcpu0\"", members.Named("name").Text("value"));
        Assert.Equal("int", members.Named("vcpu_id").Text("type"));
        Assert.False(members.Named("vcpu_id").Has("indexedVariables"));
    }

    [Fact]
    public async Task Structures_that_point_at_each_other_are_followed_only_as_far_as_they_are_opened()
    {
        await using var client = await DapClient.StoppedAsync();
        string expression = "hardware_domain";
        var domain = await client.AskAsync("evaluate", """{"expression":"hardware_domain"}""");
        for (int i = 0; i < 40; i++)
        {
            // domain -> its first vcpu -> its domain -> …
            var vcpu = (await OpenAsync(client, (await OpenAsync(client, domain)).Named("vcpu"))).Named("*");
            domain = (await OpenAsync(client, vcpu)).Named("domain");
            expression = domain.Text("evaluateName");
            Assert.Equal("0xffff830003f41000", domain.Text("value"));
            if (i == 0) Assert.Equal("(*hardware_domain->vcpu)->domain", expression);
        }

        Assert.Equal("0xffff830003f41000", (await client.AskAsync("evaluate", $$"""{"expression":"{{expression}}"}""")).Text("result"));
    }

    [Theory]
    [InlineData("made-up", "hardware_domain", 4)]
    [InlineData("made-up", "idle_vcpu", 2)]
    [InlineData("made-up", "$rsp", 2)]
    [InlineData("sample:overflow", "hardware_domain", 3)]
    [InlineData("sample:overflow", "idle_vcpu", 2)]
    public async Task Each_part_is_what_its_expression_evaluates_to(string dump, string expression, int depth)
    {
        await using var client = await DapClient.StoppedAsync(dump);
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames")[1].Number("id");
        int compared = await CompareAsync(client, await client.AskAsync("evaluate", $$"""{"expression":"{{expression}}","frameId":{{frame}}}"""), frame, depth);
        if (expression != "$rsp") Assert.True(compared >= 2, $"{compared} parts");
    }

    [Fact]
    public async Task Members_of_an_anonymous_member_are_its_owners()
    {
        await using var client = await DapClient.StoppedAsync();
        var members = await PartsAsync(client, "**hardware_domain->vcpu");
        var anonymous = members.Named("<anonymous>");
        Assert.False(anonymous.Has("evaluateName"));
        var cookie = (await OpenAsync(client, anonymous)).Named("cookie");
        Assert.Equal("4660", cookie.Text("value"));
        Assert.Equal("4660", (await client.AskAsync("evaluate", $$"""{"expression":{{JsonSerializer.Serialize(cookie.Text("evaluateName"))}}}""")).Text("result"));
    }

    [Fact]
    public async Task Pointers_that_lead_nowhere_do_not_open()
    {
        await using var client = await DapClient.StoppedAsync();
        var elements = await PartsAsync(client, "idle_vcpu");
        Assert.True(elements.Named("[0]").Number("variablesReference") > 0);
        Assert.Equal("<nothing is mapped at 0xffff82d040100010>", elements.Named("[2]").Text("value"));
        Assert.Equal(0, elements.Named("[2]").Number("variablesReference"));
        Assert.Equal(0, (await client.AskAsync("evaluate", """{"expression":"(struct vcpu *)0"}""")).Number("variablesReference"));
    }

    [Theory]
    [InlineData("\"start\":0,\"count\":3", 0, 3)]
    [InlineData("\"start\":8190,\"count\":100", 8190, 2)]
    [InlineData("\"start\":8192,\"count\":100", 0, 0)]
    [InlineData("\"start\":2147483647,\"count\":2147483647", 0, 0)]
    [InlineData("\"start\":5,\"count\":5,\"filter\":\"indexed\"", 5, 5)]
    [InlineData("\"start\":0,\"count\":5,\"filter\":\"named\"", 0, 0)]
    [InlineData("\"start\":8000", 8000, 192)]
    [InlineData("\"count\":0", 0, 8192)]
    [InlineData("\"filter\":\"indexed\"", 0, 8192)]
    public async Task Arrays_are_had_in_parts(string part, int first, int count)
    {
        await using var client = await DapClient.StoppedAsync();
        var array = await client.AskAsync("evaluate", """{"expression":"kstack"}""");
        Assert.Equal(8192, array.Number("indexedVariables"));
        var elements = (await client.AskAsync("variables", $$"""{"variablesReference":{{array.Number("variablesReference")}},{{part}}}""")).GetProperty("variables");
        Assert.Equal(Enumerable.Range(first, count).Select(i => $"[{i}]"), elements.Texts("name"));
    }

    [Fact]
    public async Task Members_are_named_and_not_indexed()
    {
        await using var client = await DapClient.StoppedAsync();
        var domain = await client.AskAsync("evaluate", """{"expression":"*hardware_domain"}""");
        long reference = domain.Number("variablesReference");
        Assert.Equal(3, (await client.AskAsync("variables", $$"""{"variablesReference":{{reference}},"filter":"named"}""")).GetProperty("variables").GetArrayLength());
        Assert.Equal(0, (await client.AskAsync("variables", $$"""{"variablesReference":{{reference}},"filter":"indexed"}""")).GetProperty("variables").GetArrayLength());
    }

    [Fact]
    public async Task What_is_left_out_of_an_enormous_array_is_said()
    {
        await using var client = await DapClient.StoppedAsync();
        var array = await client.AskAsync("evaluate", """{"expression":"*(int (*)[1000000])0xffffffff80104000"}""");
        Assert.Equal(1000000, array.Number("indexedVariables"));
        var elements = (await client.AskAsync("variables", $$"""{"variablesReference":{{array.Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal(10_001, elements.GetArrayLength());
        Assert.Equal("990000 more", elements[10_000].Text("value"));
        var last = (await client.AskAsync("variables", $$"""{"variablesReference":{{array.Number("variablesReference")}},"start":999999,"count":5}""")).GetProperty("variables");
        Assert.Equal(["[999999]"], last.Texts("name"));
    }

    [Fact]
    public async Task Elements_that_are_not_in_the_dump_say_why()
    {
        await using var client = await DapClient.StoppedAsync();
        var array = await client.AskAsync("evaluate", """{"expression":"kstack"}""");
        var elements = (await client.AskAsync("variables", $$"""{"variablesReference":{{array.Number("variablesReference")}},"start":71,"count":2}""")).GetProperty("variables");
        Assert.Equal("0 '\\000'", elements[0].Text("value"));
        Assert.Equal("<nothing is mapped at 0xffffffff80104048>", elements[1].Text("value"));
    }

    [Fact]
    public async Task Integers_are_hexadecimal_where_the_client_wants_them_so()
    {
        await using var client = await DapClient.StoppedAsync();
        var vcpu = await client.AskAsync("evaluate", """{"expression":"**hardware_domain->vcpu"}""");
        var members = (await client.AskAsync("variables", $$$"""{"variablesReference":{{{vcpu.Number("variablesReference")}}},"format":{"hex":true}}""")).GetProperty("variables");
        Assert.Equal("0xfffffffe", members.Named("processor").Text("value"));
        Assert.Equal("0x7", members.Named("vcpu_id").Text("value"));
    }

    [Fact]
    public async Task What_the_compiler_dropped_says_so_and_has_no_parts()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").Named("vfs_open");
        var scopes = (await client.AskAsync("scopes", $$"""{"frameId":{{frame.Number("id")}}}""")).GetProperty("scopes");
        var arguments = (await client.AskAsync("variables", $$"""{"variablesReference":{{scopes.Named("Arguments").Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("<optimized out>", arguments.Named("flags").Text("value"));
        Assert.Equal(0, arguments.Named("flags").Number("variablesReference"));
        Assert.False(arguments.Named("flags").Has("memoryReference"));
        Assert.EndsWith("\"/dev/mapper/vg-guests-disk0\"", arguments.Named("path").Text("value"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opening_the_same_again_and_again_uses_no_new_numbers()
    {
        await using var client = await DapClient.StoppedAsync();
        long? highest = null;
        for (int i = 0; i < 100; i++)
        {
            var members = await PartsAsync(client, "**hardware_domain->vcpu");
            long reference = members.EnumerateArray().Max(m => m.Number("variablesReference"));
            Assert.Equal(highest ?? reference, reference);
            highest = reference;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(12345)]
    [InlineData(2147483647)]
    public async Task An_unknown_reference_is_an_error(int reference)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("variables", $$"""{"variablesReference":{{reference}}}""")).Id);
    }

    [Theory]
    [InlineData("\"start\":-1")]
    [InlineData("\"count\":-1")]
    [InlineData("\"start\":4294967296")]
    public async Task Nonsensical_parts_are_an_error(string part)
    {
        await using var client = await DapClient.StoppedAsync();
        var array = await client.AskAsync("evaluate", """{"expression":"kstack"}""");
        Assert.Equal(1002, (await client.FailAsync("variables", $$"""{"variablesReference":{{array.Number("variablesReference")}},{{part}}}""")).Id);
    }

    private static async Task<int> CompareAsync(DapClient client, JsonElement value, long frame, int depth)
    {
        if (depth == 0 || value.Number("variablesReference") == 0) return 0;
        int compared = 0;
        foreach (var part in (await OpenAsync(client, value)).EnumerateArray())
        {
            if (part.Has("evaluateName"))
            {
                string name = part.Text("evaluateName");
                if (part.Text("value").StartsWith('<')) continue;
                var same = await client.ExchangeAsync("evaluate", $$"""{"expression":{{JsonSerializer.Serialize(name)}},"frameId":{{frame}}}""");
                Assert.True(same.GetProperty("success").GetBoolean(), $"{name}: {same}");
                Assert.Equal(part.Text("value"), same.GetProperty("body").Text("result"));
                Assert.Equal(part.Text("type"), same.GetProperty("body").Text("type"));
                compared++;
            }

            compared += await CompareAsync(client, part, frame, depth - 1);
        }

        return compared;
    }

    private static async Task<JsonElement> PartsAsync(DapClient client, string expression) =>
        await OpenAsync(client, await client.AskAsync("evaluate", $$"""{"expression":"{{expression}}"}"""));

    private static async Task<JsonElement> OpenAsync(DapClient client, JsonElement value) =>
        (await client.AskAsync("variables", $$"""{"variablesReference":{{value.Number("variablesReference")}}}""")).GetProperty("variables");
}
