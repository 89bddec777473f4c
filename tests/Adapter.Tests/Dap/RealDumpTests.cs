using System.Globalization;
using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>What a session says of a real dump agrees with itself: counts, values, addresses and lines.</summary>
public sealed class RealDumpTests
{
    public static TheoryData<string, string, string> Hosts => Cli.LabTests.Hosts;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Every_frame_of_every_thread_has_what_it_says(string dump, string xenSyms, string kernel)
    {
        await using var client = await OpenAsync(dump, xenSyms, kernel);
        var threads = (await client.AskAsync("threads")).GetProperty("threads").EnumerateArray().ToList();
        Assert.Contains("panicking", threads[0].Text("name"), StringComparison.Ordinal);
        foreach (var thread in threads)
        {
            var stack = await client.AskAsync("stackTrace", $$"""{"threadId":{{thread.Number("id")}}}""");
            var frames = stack.GetProperty("stackFrames").EnumerateArray().ToList();
            Assert.Equal(stack.Number("totalFrames"), frames.Count);
            foreach (var frame in frames)
            {
                await ScopesAsync(client, frame);
                Assert.Equal(!frame.Has("instructionPointerReference"), frame.Has("presentationHint"));
                if (!frame.Has("instructionPointerReference")) continue;
                await CodeAsync(client, frame);
                if (frame.Has("source")) await SourceAsync(client, frame);
            }

            await client.AskAsync("exceptionInfo", $$"""{"threadId":{{thread.Number("id")}}}""");
        }
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_stack_goes_from_the_hypervisor_through_a_record_to_its_end(string dump, string xenSyms, string kernel)
    {
        await using var client = await OpenAsync(dump, xenSyms, kernel);
        var names = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray()
            .Select(f => (Name: f.Text("name"), Label: f.Has("presentationHint"))).ToList();
        Assert.Equal("— Xen hypervisor, CPU 0 —", names[0].Name);
        int record = names.FindIndex(n => n.Label && (n.Name.Contains("#PF", StringComparison.Ordinal) || n.Name.Contains("NMI", StringComparison.Ordinal)));
        Assert.True(record > 1);
        bool guest = !dump.StartsWith("h-", StringComparison.Ordinal);
        Assert.Equal((guest ? "— dom0 kernel, d0v0 —" : "— Xen hypervisor, CPU 0 —", true), names[record + 1]);
        Assert.Equal((guest ? "_start" : "context_switch", false), names[^1]);

        // The one stack has no frame whose function nobody knows.
        Assert.All(names.Where(n => !n.Label), n => Assert.DoesNotMatch("^0x|guess", n.Name));
    }

    [Fact]
    public async Task Structures_of_the_hypervisor_open_as_far_as_the_dump_has_them()
    {
        await using var client = await OpenAsync("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf");
        var domain = await client.AskAsync("evaluate", """{"expression":"hardware_domain","context":"watch"}""");
        Assert.Equal("struct domain *", domain.Text("type"));
        var members = (await VariablesAsync(client, domain.Number("variablesReference"))).ToList();
        Assert.Contains(members, m => m.Text("name") == "domain_id" && m.Text("value").StartsWith('0'));
        Assert.True(members.Count > 50);
        foreach (var member in members.Where(m => m.Number("variablesReference") > 0))
            foreach (var part in (await VariablesAsync(client, member.Number("variablesReference"), 20)).Where(p => p.Has("evaluateName")))
                await SameValueAsync(client, part, "");
    }

    [Fact]
    public async Task A_hypervisor_without_types_has_registers_memory_and_a_listing()
    {
        await using var client = await OpenAsync("k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf");
        var frame = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames")[1];
        Assert.Contains("(disassembly)", frame.GetProperty("source").Text("name"), StringComparison.Ordinal);
        Assert.Equal(frame.Text("instructionPointerReference"), (await client.AskAsync("evaluate", $$"""{"expression":"$rip","frameId":{{frame.Number("id")}}}""")).Text("result"));
        Assert.Equal(2002, (await client.FailAsync("evaluate", """{"expression":"*(struct domain *)0"}""")).Id);
    }

    [Fact]
    public async Task A_symbol_file_of_another_xen_is_said_first()
    {
        string dump = Here("dumps/m64-dbg/elf.core"), wrong = Here("symbols/xen-syms-4.20");
        await using var client = new DapClient();
        await client.AskAsync("launch", $$"""{"dump":{{JsonSerializer.Serialize(dump)}},"xenSyms":{{JsonSerializer.Serialize(wrong)}}}""");
        await client.AskAsync("configurationDone");
        string first = (await client.EventAsync("output")).Text("output");
        Assert.Contains("xen-syms-4.20", first, StringComparison.Ordinal);
        await client.EventAsync("stopped");
    }

    private static async Task ScopesAsync(DapClient client, JsonElement frame)
    {
        foreach (var scope in (await client.AskAsync("scopes", $$"""{"frameId":{{frame.Number("id")}}}""")).GetProperty("scopes").EnumerateArray())
        {
            var variables = (await VariablesAsync(client, scope.Number("variablesReference"))).ToList();
            Assert.Equal(scope.Number("namedVariables"), variables.Count);
            foreach (var variable in variables)
            {
                if (variable.Has("evaluateName")) await SameValueAsync(client, variable, $$""","frameId":{{frame.Number("id")}}""");
                if (variable.Has("memoryReference")) await client.AskAsync("readMemory", $$"""{"memoryReference":"{{variable.Text("memoryReference")}}","count":64}""");
                if (variable.Number("variablesReference") is not 0 and var parts)
                    foreach (var part in (await VariablesAsync(client, parts, 10)).Where(p => p.Has("evaluateName")))
                        await SameValueAsync(client, part, $$""","frameId":{{frame.Number("id")}}""");
            }
        }
    }

    private static async Task SameValueAsync(DapClient client, JsonElement variable, string frame)
    {
        var value = await client.AskAsync("evaluate", $$"""{"expression":{{JsonSerializer.Serialize(variable.Text("evaluateName"))}},"context":"watch"{{frame}}}""");
        Assert.Equal((variable.Text("evaluateName"), variable.Text("value")), (variable.Text("evaluateName"), value.Text("result")));
    }

    private static async Task<IEnumerable<JsonElement>> VariablesAsync(DapClient client, long reference, int count = 0) =>
        (await client.AskAsync("variables", $$"""{"variablesReference":{{reference}},"start":0,"count":{{count}}}""")).GetProperty("variables").EnumerateArray();

    /// <summary>The frame's instruction stands where it was asked for, between as many others as were asked for, each at its own address.</summary>
    private static async Task CodeAsync(DapClient client, JsonElement frame)
    {
        string reference = frame.Text("instructionPointerReference");
        var lines = (await client.AskAsync("disassemble", $$"""{"memoryReference":"{{reference}}","instructionOffset":-20,"instructionCount":50,"resolveSymbols":true}""")).GetProperty("instructions");
        Assert.Equal(50, lines.GetArrayLength());
        Assert.Equal(reference, lines[20].Text("address"));
        var addresses = lines.Texts("address").Select(a => ulong.Parse(a.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(addresses.Distinct().Order(), addresses);
    }

    private static async Task SourceAsync(DapClient client, JsonElement frame)
    {
        var source = frame.GetProperty("source");
        string[] lines = (await client.AskAsync("source", $$"""{"sourceReference":{{source.Number("sourceReference")}},"source":{{source}}}""")).Text("content").Split('\n');
        Assert.True(frame.Number("line") >= 1 && frame.Number("line") <= lines.Length, $"{frame.Text("name")}: line {frame.Number("line")} of {lines.Length}");
        Assert.Contains("0x", lines[frame.Number("line") - 1], StringComparison.Ordinal);
    }

    private static async Task<DapClient> OpenAsync(string dump, string xenSyms, string kernel)
    {
        string folder = Path.GetDirectoryName(dump)!;
        string[] files = [Here($"dumps/{dump}"), Here($"symbols/{xenSyms}"), Here($"dumps/{folder}/{kernel}")];
        var client = new DapClient();
        await client.AskAsync("initialize", DapClient.LikeVsCode);
        await client.AskAsync("launch", $$"""{"dump":{{JsonSerializer.Serialize(files[0])}},"xenSyms":{{JsonSerializer.Serialize(files[1])}},"kernel":{{JsonSerializer.Serialize(files[2])}}}""");
        await client.AskAsync("configurationDone");
        await client.EventAsync("stopped");
        return client;
    }

    private static string Here(string relative)
    {
        string? path = Lab.Find(relative);
        Assert.SkipUnless(path is not null, Lab.Absent);
        return path!;
    }
}
