using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Everything that a client can ask of real dumps, each message held against the protocol's schema.</summary>
public sealed class LabTests
{
    public static TheoryData<string, string, string?> Dumps => new()
    {
        { "sample:overflow", "", null },
        { "sample:overflow32", "", null },
        { "sample:nmi", "", null },
        { "m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf" },
        { "m64-420/zlib.core", "xen-syms-4.20", "mini64-nofp.elf" },
        { "m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf" },
        { "k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf" },
        { "k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf" },
        { "h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", null },
    };

    [Theory]
    [MemberData(nameof(Dumps))]
    public async Task All_that_can_be_asked_is_answered_as_the_protocol_says(string dump, string xenSyms, string? kernel)
    {
        await using var client = new DapClient();
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        await client.AskAsync("launch", Launch(dump, xenSyms, kernel));
        await client.AskAsync("configurationDone");
        await client.EventAsync("stopped");
        await client.AskAsync("modules");
        await client.AskAsync("loadedSources");
        foreach (var thread in (await client.AskAsync("threads")).GetProperty("threads").EnumerateArray())
        {
            await client.AskAsync("exceptionInfo", $$"""{"threadId":{{thread.Number("id")}}}""");
            var frames = (await client.AskAsync("stackTrace", $$$"""{"threadId":{{{thread.Number("id")}}},"format":{"module":true,"parameters":true}}""")).GetProperty("stackFrames");
            foreach (var frame in frames.EnumerateArray()) await FrameAsync(client, frame);
        }

        await client.AskAsync("disconnect");
    }

    private static async Task FrameAsync(DapClient client, JsonElement frame)
    {
        foreach (var scope in (await client.AskAsync("scopes", $$"""{"frameId":{{frame.Number("id")}}}""")).GetProperty("scopes").EnumerateArray())
            await OpenAsync(client, scope.Number("variablesReference"), 3);
        if (!frame.Has("instructionPointerReference")) return;
        string pc = frame.Text("instructionPointerReference");
        await client.AskAsync("disassemble", $$"""{"memoryReference":"{{pc}}","instructionOffset":-20,"instructionCount":40}""");
        Assert.True((await client.AskAsync("readMemory", $$"""{"memoryReference":"{{pc}}","count":16}""")).Has("data"));
        if (frame.Has("source")) await client.AskAsync("source", $$"""{"sourceReference":{{frame.GetProperty("source").Number("sourceReference")}}}""");
        await client.AskAsync("evaluate", $$"""{"expression":"registers","context":"repl","frameId":{{frame.Number("id")}}}""");
    }

    private static async Task OpenAsync(DapClient client, long reference, int depth)
    {
        var variables = (await client.AskAsync("variables", $$"""{"variablesReference":{{reference}},"start":0,"count":30}""")).GetProperty("variables");
        if (depth == 0) return;
        foreach (var variable in variables.EnumerateArray().Where(v => v.Number("variablesReference") > 0).Take(4)) await OpenAsync(client, variable.Number("variablesReference"), depth - 1);
    }

    private static string Launch(string dump, string xenSyms, string? kernel)
    {
        if (dump.StartsWith("sample:", StringComparison.Ordinal)) return $$"""{"dump":"{{dump}}","threads":"all"}""";
        string dom0 = kernel is null ? "" : $",\"kernel\":{JsonSerializer.Serialize(Here($"dumps/{dump.Split('/')[0]}/{kernel}"))}";
        return $$"""{"dump":{{JsonSerializer.Serialize(Here($"dumps/{dump}"))}},"threads":"all","xenSyms":{{JsonSerializer.Serialize(Here($"symbols/{xenSyms}"))}}{{dom0}}}""";
    }

    private static string Here(string relative)
    {
        if (Lab.Find(relative) is { } path) return path;
        Assert.Skip(Lab.IsHere ? $"the lab has no {relative}" : Lab.Absent);
        return "";
    }
}
