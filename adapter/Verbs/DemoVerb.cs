using System.CommandLine;
using System.Text.Json;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Diagnosis;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump demo</c>: what the program is for, on a machine that has no dump.</summary>
internal sealed class DemoVerb : Verb
{
    private const string Sample = "sample:goldcloth";

    private readonly Option<bool> _json = new("--json") { Description = "print JSON instead of text" };

    /// <summary>The verb.</summary>
    public DemoVerb(VerbHost host) : base(host, "demo", "Opens the built-in sample: what crashed, and the one stack.", "xendump demo")
    {
        // Named as on every verb; the sample carries its own symbols, so they change nothing unless given.
        Symbols = new SymbolOptions(Command);
        Command.Options.Add(_json);
    }

    private SymbolOptions Symbols { get; }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        var terminal = Host.Terminal;
        using var target = DumpVerb.Open(Host, Symbols.For(Sample, arguments), cancel);
        var threads = new ThreadChoice().Of(target, out string? error);
        if (error is not null) throw new UsageException($"{error}.");
        var options = new StackReportOptions { Width = terminal.Width };
        if (arguments.GetValue(_json))
        {
            StackJson[] stacks = [.. threads.Select(t => StackJson.Of(t, options, cancel))];
            terminal.Out.WriteLine(JsonSerializer.Serialize(new DemoJson(Sample, InfoJson.Of(target, cancel), stacks), JsonOutput.Shapes.DemoJson));
        }
        else
        {
            terminal.Write([new ReportLine($"{Sample} is the dump of the talk 'Xen Crash Dumps on Solaris' (2007), rebuilt from its slides. What was found:", LineStyle.Heading), new ReportLine("")]);
            terminal.Write(InfoReport.Conclusions(target, Findings.Of(target, cancel)));
            terminal.Write([new ReportLine(""), new ReportLine("The one stack, from the hypervisor into the guest:", LineStyle.Heading), new ReportLine("")]);
            foreach (var thread in threads) terminal.Write(StackReport.Lines(thread, options, cancel));
            terminal.Write(HowToGoOn());
        }

        terminal.Out.Flush();
        return Task.FromResult(ExitCode.Ok);
    }

    private static IEnumerable<ReportLine> HowToGoOn()
    {
        yield return new ReportLine("");
        yield return new ReportLine("The same dump elsewhere", LineStyle.Heading);
        yield return new ReportLine($"  terminal  xendump info {Sample};  xendump stack {Sample} --all;  xendump print {Sample} 'EXPRESSION'");
        yield return new ReportLine($"            such as '((struct vcpu *)0xffbe1100)->vcpu_id' or '((kthread_t *)0xc5a0ade0)->t_stkbase', the talk's own questions");
        yield return new ReportLine($"  gdb       gdb -ex 'target remote | xendump gdb {Sample} --stdio'");
        yield return new ReportLine("  VS Code   install the XenDumpAdapter extension, and in launch.json:");
        yield return new ReportLine($"            {{ \"type\": \"xendump\", \"request\": \"launch\", \"name\": \"demo\", \"dump\": \"{Sample}\" }}");
        yield return new ReportLine("Your own dump: put its symbols beside it (unix.N; or xen-syms and dom0's kernel ELF) or name them with --kernel and --xen-syms, then  xendump stack DUMP");
    }
}
