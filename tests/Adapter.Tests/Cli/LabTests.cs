using System.Text.Json;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>The verbs on real dumps, against what gdb and crash say of the same.</summary>
public sealed partial class LabTests
{
    public static TheoryData<string, string, string> Hosts => new()
    {
        { "m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf" },
        { "m64-420/elf.core", "xen-syms-4.20", "mini64-nofp.elf" },
        { "m64-420/zlib.core", "xen-syms-4.20", "mini64-nofp.elf" },
        { "m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf" },
        { "k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf" },
        { "k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf" },
        { "h-nmi-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-fp.elf" },
        { "h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", "mini64-fp.elf" },
    };

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task The_guests_frames_are_those_that_gdb_finds(string dump, string xenSyms, string kernel)
    {
        var stack = (await JsonAsync(dump, xenSyms, kernel, "stack")).GetProperty("stacks")[0];
        string? oracle = Lab.Find($"oracle/{dump.Split('/')[0]}.gdb-guest");
        Assert.Equal("end of stack", stack.GetProperty("ended").GetString());
        if (oracle is null) return;
        var expected = GdbFrame().Matches(await File.ReadAllTextAsync(oracle, TestContext.Current.CancellationToken))
            .Select(m => ($"0x{m.Groups["pc"].Value.TrimStart('0')}", m.Groups["name"].Value, int.Parse(m.Groups["line"].Value, null))).Distinct();
        var actual = stack.GetProperty("frames").EnumerateArray().Where(f => f.GetProperty("kind").GetString() == "kernel" && !f.TryGetProperty("inline", out _))
            .Select(f => (f.GetProperty("pc").GetString()!, f.GetProperty("function").GetString()!, f.GetProperty("source").GetProperty("line").GetInt32())).Distinct();
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Every_verb_holds_against_its_schema(string dump, string xenSyms, string kernel)
    {
        foreach (string verb in (string[])["info", "stack --all --registers --locals", "threads", "dis", "read $sp 256", "print $sp"])
        {
            var json = await JsonAsync(dump, xenSyms, kernel, verb);
            Assert.Empty(Schemas.Of(verb.Split(' ')[0]).Check(json));
        }
    }

    [Fact]
    public async Task Domains_and_vcpus_are_those_that_crash_lists()
    {
        string oracle = Here("oracle/k64-rel.crash806");
        var info = await JsonAsync("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf", "info");
        string text = await File.ReadAllTextAsync(oracle, TestContext.Current.CancellationToken);
        var expected = CrashDomain().Matches(text)
            .Select(m => (int.Parse(m.Groups["id"].Value, null), $"0x{m.Groups["address"].Value}", Convert.ToInt64(m.Groups["pages"].Value, 16)));
        var domains = info.GetProperty("domains").EnumerateArray().ToList();
        Assert.Equal(expected.Order(), domains.Select(d => (d.GetProperty("id").GetInt32(), d.GetProperty("address").GetString()!, d.GetProperty("totalPages").GetInt64())).Order());
        var vcpus = CrashVcpu().Matches(text)
            .Select(m => (int.Parse(m.Groups["domain"].Value, null), int.Parse(m.Groups["id"].Value, null), int.Parse(m.Groups["cpu"].Value, null), $"0x{m.Groups["address"].Value}"));
        Assert.Equal(vcpus.Order(), domains.SelectMany(d => d.GetProperty("vcpus").EnumerateArray()
            .Select(v => (d.GetProperty("id").GetInt32(), v.GetProperty("id").GetInt32(), v.GetProperty("processor").GetInt32(), v.GetProperty("address").GetString()!))).Order());
    }

    [Fact]
    public async Task Another_builds_symbols_are_named_as_wrong_and_not_used()
    {
        var run = Run("m64-dbg/elf.core", "xen-syms-4.20", "mini64-nofp.elf");
        Assert.Equal(0, await run.RunAsync("stack", "m64-dbg/elf.core"));
        Assert.StartsWith("WARNING: ", run.Out, StringComparison.Ordinal);
        Assert.Contains("xen-syms-4.20", run.Out.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("xen`", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_give_way_to_the_terminals_width()
    {
        var run = Run("m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf", width: 70);
        Assert.Equal(0, await run.RunAsync("stack", "m32-dbg/elf.core"));
        string frame = run.Out.Split('\n').Single(l => l.Contains("walk_tree+0x58", StringComparison.Ordinal));
        Assert.Contains("walk_tree+0x58(", frame, StringComparison.Ordinal);
        Assert.Contains("…)", frame, StringComparison.Ordinal);
        Assert.Contains("mini.c:53", frame, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> JsonAsync(string dump, string xenSyms, string kernel, string verb)
    {
        var run = Run(dump, xenSyms, kernel);
        string[] words = verb.Split(' ');
        Assert.Equal(0, await run.RunAsync([words[0], dump, .. words[1..], "--json"]));
        Assert.Empty(run.Error);
        return run.Json();
    }

    private static CliRun Run(string dump, string xenSyms, string kernel, int width = 0)
    {
        string folder = dump.Split('/')[0];
        var options = new OpenOptions { Dump = Here($"dumps/{dump}"), XenSyms = Here($"symbols/{xenSyms}"), Kernel = Here($"dumps/{folder}/{kernel}") };
        return new CliRun { Open = _ => DumpOpener.Open(options), Width = width };
    }

    private static string Here(string file)
    {
        string? path = Lab.Find(file);
        Assert.SkipWhen(path is null, Lab.Absent);
        return path!;
    }

    [GeneratedRegex(@"^#\d+\s+0x(?<pc>[0-9a-f]+) in (?<name>\w+) \(.*?\) at \S+:(?<line>\d+)", RegexOptions.Multiline)]
    private static partial Regex GdbFrame();

    // "> 32767 ffff830003dfb000 RU I  0  0  2 …": id, address, state, type, maximum, pages.
    [GeneratedRegex(@"^[>* ]+(?<id>\d+) (?<address>[0-9a-f]{16}) \w\w \S +[0-9a-f]+ +(?<pages>[0-9a-f]+) +\d+ +[0-9a-f]+ +\S+\s*$", RegexOptions.Multiline)]
    private static partial Regex CrashDomain();

    [GeneratedRegex(@"^[>* ]+(?<id>\d+) +(?<cpu>\d+) (?<address>[0-9a-f]{16}) \w\w \S +(?<domain>\d+) [0-9a-f]{16}", RegexOptions.Multiline)]
    private static partial Regex CrashVcpu();
}
