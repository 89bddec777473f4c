using System.Text.Json;
using System.Text.RegularExpressions;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>Stock gdb on a Solaris dump, with nothing but the dump: names and the whole stack.</summary>
public sealed partial class GdbOnSolarisTests
{
    [Fact]
    public async Task Prints_the_frames_that_xendump_prints()
    {
        var gdb = DebuggerProgram.Gdb();
        string said = await gdb.CommandsAsync(Server(""), "bt", "info symbol page_create_va", "frame 6", "x/i $pc");
        Assert.Equal(Frames().Select(f => f.GetProperty("kind").GetString() == "exception" ? "signal" : f.GetProperty("function").GetString()!), Calls(said));
        Assert.Contains("page_create_va in section genunix.text", said, StringComparison.Ordinal);
        Assert.Contains("=> 0xf4c76e9d <page_ctr_sub_internal+9>:", said, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)corrupt|cannot access|backtrace stopped|cannot find|<error", said);
    }

    [Fact]
    public async Task Shows_dom0_by_itself()
    {
        var gdb = DebuggerProgram.Gdb();
        string said = await gdb.CommandsAsync(Server(" --guest"), "info threads", "bt");
        Assert.Matches(@"\* 1 +Thread 2\.1 ""d0v0 ", said);
        string[] kernel = [.. Frames().Where(f => f.GetProperty("kind").GetString() == "kernel").Select(f => f.GetProperty("function").GetString()!)];
        Assert.Equal(kernel, Calls(said));
    }

    [Fact]
    public async Task Lists_the_kernel_s_other_threads_on_request()
    {
        var gdb = DebuggerProgram.Gdb();
        Assert.DoesNotContain("pageout", await gdb.CommandsAsync(Server(""), "info threads"), StringComparison.Ordinal);
        string said = await gdb.CommandsAsync(Server(" --threads all"), "info threads");
        var listed = Regex.Match(said, @"\n +(\d+) +Thread 1\.\d+ ""pageout 0x[0-9a-f]+ \(sleep\)"" +0x[0-9a-f]+ in resume_return");
        Assert.True(listed.Success, said);
        string bt = await gdb.CommandsAsync(Server(" --threads all"), $"thread {listed.Groups[1].Value}", "bt");
        Assert.EndsWith("#4 thread_start", string.Join('\n', Calls(bt).Select((c, i) => $"#{i} {c}")), StringComparison.Ordinal);
    }

    /// <summary>What the talk types into mdb, typed into gdb: the same text as on the command line.</summary>
    [Fact]
    public async Task Takes_mdbs_language_as_monitor_commands()
    {
        var gdb = DebuggerProgram.Gdb();
        string said = await gdb.MonitorAsync([Server(""), .. TalkLines.All.Select(line => $"monitor {line}")]);
        int at = 0;
        foreach (string line in TalkLines.All)
        {
            string expected = Tool.Run(Xendump.Path, ["mdb", "sample:goldcloth", "-e", line])!.TrimEnd('\n');
            int found = said.IndexOf(expected, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{line}: {expected}\n--- is not in ---\n{said[at..]}");
            at = found + expected.Length;
        }
    }

    private static string Server(string more) => $"target remote | {Xendump.Path} gdb sample:goldcloth --stdio{more}";

    private static JsonElement[] Frames()
    {
        string json = Tool.Run(Xendump.Path, "stack", "sample:goldcloth", "--json")!;
        return [.. JsonDocument.Parse(json).RootElement.GetProperty("stacks")[0].GetProperty("frames").EnumerateArray()];
    }

    /// <summary>Functions of the last backtrace: it starts at the frame 0 that comes last.</summary>
    private static List<string> Calls(string text)
    {
        var found = new List<string>();
        foreach (Match m in Call().Matches(text[Math.Max(0, text.LastIndexOf("\n#0 ", StringComparison.Ordinal))..]))
        {
            if (int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) == found.Count) found.Add(m.Groups[2].Value);
        }

        return found;
    }

    [GeneratedRegex(@"^#(\d+) +(?:0x[0-9a-f]+ in |<)?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Call();
}
