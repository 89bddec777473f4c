using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class ThreadsTests
{
    [Fact]
    public async Task Lists_physical_cpus_the_panicking_one_first()
    {
        await using var client = await DapClient.StoppedAsync();
        var threads = (await client.AskAsync("threads")).GetProperty("threads");
        Assert.Equal(["CPU 0: d0v0 (panicking)", "CPU 1: idle"], threads.Texts("name"));
        Assert.Equal([1, 2], threads.EnumerateArray().Select(t => t.Number("id")));
    }

    [Fact]
    public async Task Lists_vcpus_that_run_on_no_cpu_where_all_are_asked_for()
    {
        await using var client = new DapClient();
        await client.AskAsync("launch", """{"dump":"made-up","threads":"all"}""");
        Assert.Equal(["CPU 0: d0v0 (panicking)", "CPU 1: idle", "d0v1 (offline)"], (await client.AskAsync("threads")).GetProperty("threads").Texts("name"));
    }
}
