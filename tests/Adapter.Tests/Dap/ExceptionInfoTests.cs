using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class ExceptionInfoTests
{
    [Fact]
    public async Task The_exception_is_the_first_finding_with_its_evidence_and_the_stack()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var info = await client.AskAsync("exceptionInfo", """{"threadId":1}""");
        Assert.Equal("stack-overflow", info.Text("exceptionId"));
        Assert.StartsWith("dom0 crashed: kernel stack overflow: 0xffffffff80103ff0", info.Text("description"), StringComparison.Ordinal);
        Assert.Equal("always", info.Text("breakMode"));
        var details = info.GetProperty("details");
        Assert.Contains("largest: blk_open_device: 1072 bytes", details.Text("message"), StringComparison.Ordinal);
        Assert.Contains("page_count_sub", details.Text("stackTrace"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_what_the_stop_was_said_to_be()
    {
        await using var client = new DapClient();
        await client.AskAsync("launch", """{"dump":"sample:nmi"}""");
        await client.AskAsync("configurationDone");
        var stop = await client.EventAsync("stopped");
        var info = await client.AskAsync("exceptionInfo", $$"""{"threadId":{{stop.Number("threadId")}}}""");
        Assert.Equal(stop.Text("description"), info.Text("description"));
        Assert.Contains("NMI", info.Text("description"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_cpu_was_only_stopped()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var info = await client.AskAsync("exceptionInfo", """{"threadId":2}""");
        Assert.Equal("stopped", info.Text("exceptionId"));
        Assert.Contains("CPU 1", info.Text("description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-7)]
    [InlineData(2147483647)]
    public async Task An_unknown_thread_is_an_error(int thread)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("exceptionInfo", $$"""{"threadId":{{thread}}}""")).Id);
    }
}
