using System.Globalization;
using System.Text.Json;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>Kernels of the builder as files, through the command line: text and JSON of each carrier.</summary>
public sealed class BuiltKernelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("built-kernel-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(32, false)]
    [InlineData(64, false)]
    [InlineData(32, true)]
    [InlineData(64, true)]
    public async Task Each_carrier_prints_the_same(int wordSize, bool ofHypervisor)
    {
        var scenario = Scenario(wordSize, ofHypervisor);
        string[] files = await WriteAsync(scenario);
        foreach (string[] verb in (string[][])[["stack"], ["stack", "--all"], ["threads", "--all"], ["threads", "--state", "sleep"], ["findings"]])
        {
            var printed = new List<string>();
            foreach (string file in files)
            {
                var run = await RunAsync(verb[0] == "findings" ? ["info", file] : [verb[0], file, .. verb[1..]]);
                string text = verb[0] == "findings" ? run.Out[..run.Out.IndexOf("Dump: ", StringComparison.Ordinal)] : run.Out;
                printed.Add(text.Replace(Path.GetFileName(file), "DUMP", StringComparison.Ordinal));
                Assert.Empty(run.Error);
            }

            Assert.NotEmpty(printed[0]);
            Assert.Equal(printed[0], printed[1]);
            Assert.Equal(printed[0], printed[2]);
        }
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(64, false)]
    [InlineData(32, true)]
    [InlineData(64, true)]
    public async Task Json_holds_against_its_schema_and_has_the_frames(int wordSize, bool ofHypervisor)
    {
        var scenario = Scenario(wordSize, ofHypervisor);
        string file = (await WriteAsync(scenario))[0];
        foreach (string[] line in (string[][])[["info", file], ["stack", file, "--all", "--registers"], ["threads", file, "--all"], ["print", file, "kthread_t", $"0x{scenario.Panicking!.Address:x}"], ["dis", file, "swtch"]])
            Assert.Empty(Schemas.Of(line[0]).Check((await RunAsync([.. line, "--json"])).Json()));

        var stack = (await RunAsync(["stack", file, "--json"])).Json().GetProperty("stacks")[0];
        var frames = stack.GetProperty("frames").EnumerateArray().ToList();
        var expected = scenario.Xen is { } xen ? xen.Guest : scenario.Frames;
        Assert.Equal(
            expected.Select(f => (f.Module, f.Function.Name, f.Offset, f.Fp, Join(f.Arguments))),
            frames.Where(f => Text(f, "kind") == "kernel").Select(f => (Text(f, "module")!, Text(f, "function")!, f.GetProperty("offset").GetUInt64(), Number(Text(f, "fp")!), Join(f))));
        if (ofHypervisor) Assert.Contains(frames, f => f.TryGetProperty("exception", out var record) && record.GetProperty("vector").GetInt32() == 14);
        else Assert.Equal(14, stack.GetProperty("trap").GetProperty("vector").GetInt32());
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public async Task A_process_and_a_thread_can_be_asked_for(int wordSize)
    {
        var scenario = Scenario(wordSize, false);
        string file = (await WriteAsync(scenario))[0];
        var process = scenario.Processes[^1];
        var read = await RunAsync(["read", file, $"0x{process.Memory.Address:x}", "64", "--space", $"{process.Pid}", "--json"]);
        Assert.Contains(Convert.ToHexStringLower(process.Memory.Bytes)[..32], read.Out.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var listed = (await RunAsync(["threads", file, "--process", process.Name, "--json"])).Json().GetProperty("threads");
        Assert.Equal(process.Threads.Select(t => t.Address).Order(), listed.EnumerateArray().Select(t => Number(Text(t.GetProperty("kernel"), "address")!)).Order());

        var thread = scenario.Threads.First(t => t.Frames.Count > 5 && t != scenario.Panicking);
        var stack = (await RunAsync(["stack", file, "--thread", $"0x{thread.Address:x}", "--json"])).Json().GetProperty("stacks")[0].GetProperty("frames").EnumerateArray();
        Assert.Equal(thread.Frames.Select(f => f.Pc), stack.Where(f => Text(f, "kind") == "kernel").Select(f => Number(Text(f, "pc")!)).TakeLast(thread.Frames.Count));

        var printed = await RunAsync(["print", file, $"((kthread_t *)0x{thread.Address:x})->t_procp->p_pidp->pid_id"]);
        Assert.Contains(thread.Process.Pid.ToString(CultureInfo.InvariantCulture), printed.Out, StringComparison.Ordinal);
    }

    private static SolarisKernelScenario Scenario(int wordSize, bool ofHypervisor)
    {
        var options = new SolarisKernelOptions { WordSize = wordSize, Seed = 900 + wordSize, Is2007 = wordSize == 32 };
        return ofHypervisor ? XpvPanics.Overflow(options, wordSize == 32 ? 0 : 4, wordSize == 32 ? 1 : 3) : PlainPanics.NullPointer(options);
    }

    private async Task<string[]> WriteAsync(SolarisKernelScenario scenario)
    {
        (string Name, byte[] Bytes)[] files = [("vmcore.0", scenario.Vmcore()), ("vmdump.1", scenario.Vmdump()), ("swap", scenario.Device())];
        foreach (var (name, bytes) in files) await File.WriteAllBytesAsync(Path.Combine(_folder, name), bytes, Cancel);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "unix.0"), scenario.Unix(), Cancel);
        return [.. files.Select(f => Path.Combine(_folder, f.Name))];
    }

    private static async Task<CliRun> RunAsync(string[] arguments)
    {
        var run = new CliRun { Open = o => DumpOpener.Open(o) };
        int code = await run.RunAsync(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{run.Out}{run.Error}");
        return run;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static ulong Number(string hex) => ulong.Parse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string Join(IReadOnlyList<ulong>? arguments) => string.Join(',', arguments ?? []);

    private static string Join(JsonElement frame) => frame.TryGetProperty("arguments", out var arguments) ? string.Join(',', arguments.EnumerateArray().Select(a => Number(Text(a, "value")!))) : "";
}
