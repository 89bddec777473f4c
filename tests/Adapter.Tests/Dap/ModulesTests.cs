using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class ModulesTests
{
    [Fact]
    public async Task Lists_the_hypervisor_and_the_kernel_with_their_symbols()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var body = await client.AskAsync("modules");
        var modules = body.GetProperty("modules");
        Assert.Equal(2, body.Number("totalModules"));
        Assert.Equal(["xen", "demo-dom0"], modules.Texts("name"));
        Assert.All(modules.EnumerateArray(), m => Assert.Equal("symbols and DWARF", m.Text("symbolStatus")));
        Assert.StartsWith("0xffff82d040200000-", modules[0].Text("addressRange"), StringComparison.Ordinal);
        Assert.StartsWith("4.17.5", modules[0].Text("version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_where_there_is_no_DWARF()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.All((await client.AskAsync("modules")).GetProperty("modules").EnumerateArray(), m => Assert.Equal("symbols and types", m.Text("symbolStatus")));
    }

    [Theory]
    [InlineData("{}", "xen,mini")]
    [InlineData("""{"startModule":0,"moduleCount":1}""", "xen")]
    [InlineData("""{"startModule":1,"moduleCount":1}""", "mini")]
    [InlineData("""{"startModule":1}""", "mini")]
    [InlineData("""{"startModule":2,"moduleCount":5}""", "")]
    [InlineData("""{"moduleCount":0}""", "xen,mini")]
    [InlineData("""{"startModule":-7,"moduleCount":-7}""", "xen,mini")]
    [InlineData("""{"startModule":2147483647,"moduleCount":2147483647}""", "")]
    public async Task Come_in_parts(string arguments, string expected)
    {
        await using var client = await DapClient.StoppedAsync();
        var body = await client.AskAsync("modules", arguments);
        Assert.Equal(expected, string.Join(',', body.GetProperty("modules").Texts("name")));
        Assert.Equal(2, body.Number("totalModules"));
    }

    [Fact]
    public async Task Frames_name_modules_that_are_listed()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var known = (await client.AskAsync("modules")).GetProperty("modules").Texts("id");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().Where(f => f.Has("moduleId"));
        Assert.All(frames, f => Assert.Contains(f.Text("moduleId"), known));
    }
}
