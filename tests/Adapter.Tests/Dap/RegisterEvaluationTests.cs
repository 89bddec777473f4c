using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Registers by their names: hover, watch, and what a scope says of itself.</summary>
public sealed class RegisterEvaluationTests
{
    [Theory]
    [InlineData("sample:overflow")]
    [InlineData("sample:overflow32")]
    [InlineData("sample:nmi")]
    public async Task Every_variable_of_every_frame_is_what_its_expression_evaluates_to(string dump)
    {
        await using var client = await DapClient.StoppedAsync(dump);
        int looked = 0, controls = 0;
        foreach (var frame in (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray())
        {
            var scopes = (await client.AskAsync("scopes", $$"""{"frameId":{{frame.Number("id")}}}""")).GetProperty("scopes");
            foreach (var scope in scopes.EnumerateArray())
            {
                var variables = (await client.AskAsync("variables", $$"""{"variablesReference":{{scope.Number("variablesReference")}}}""")).GetProperty("variables");
                foreach (var variable in variables.EnumerateArray().Where(v => v.Has("evaluateName")))
                {
                    var value = await client.AskAsync("evaluate", $$"""{"expression":"{{variable.Text("evaluateName")}}","frameId":{{frame.Number("id")}},"context":"watch"}""");
                    Assert.Equal((frame.Text("name"), variable.Text("name"), variable.Text("value")), (frame.Text("name"), variable.Text("name"), value.Text("result")));
                    Assert.Equal(variable.Number("variablesReference") > 0, value.Number("variablesReference") > 0);
                    looked++;
                    if (variable.Text("name") == "cr0") controls++;
                }
            }
        }

        Assert.True(looked > 100);
        Assert.True(controls > 5);
    }

    [Fact]
    public async Task Flags_open_into_their_bits()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var cr0 = await client.AskAsync("evaluate", """{"expression":" $cr0 ","context":"hover"}""");
        Assert.Matches(@"^0x[0-9a-f]+ \[ PE .*PG \]$", cr0.Text("result"));
        var bits = (await client.AskAsync("variables", $$"""{"variablesReference":{{cr0.Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("1", bits.Named("PG").Text("value"));
        Assert.Equal("0", bits.Named("CD").Text("value"));
    }

    [Fact]
    public async Task The_error_code_of_a_page_fault_opens_into_its_bits()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var fault = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().First(f => f.Text("name").Contains("#PF", StringComparison.Ordinal));
        var scopes = (await client.AskAsync("scopes", $$"""{"frameId":{{fault.Number("id")}}}""")).GetProperty("scopes");
        string fields = $$"""{"variablesReference":{{scopes.Named("Exception").Number("variablesReference")}}}""";
        var code = (await client.AskAsync("variables", fields)).GetProperty("variables").Named("error code");
        var bits = (await client.AskAsync("variables", $$"""{"variablesReference":{{code.Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal(["P=0", "W/R=1", "U/S=1"], bits.EnumerateArray().Take(3).Select(b => $"{b.Text("name")}={b.Text("value")}"));
        Assert.Equal(code.Number("variablesReference"), (await client.AskAsync("variables", fields)).GetProperty("variables").Named("error code").Number("variablesReference"));
    }

    [Theory]
    [InlineData("$nothing", 2002)]
    [InlineData("$", 2002)]
    [InlineData("$cr9", 2002)]
    public async Task What_is_no_register_is_an_error(string expression, int id)
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        Assert.Equal(id, (await client.FailAsync("evaluate", $$"""{"expression":"{{expression}}"}""")).Id);
    }

    [Fact]
    public async Task A_register_in_a_longer_expression_is_a_number()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        Assert.Equal("1", (await client.AskAsync("evaluate", """{"expression":"$rax == $rax + 0"}""")).Text("result"));
    }
}
