using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>What a client is told when the dump is open and it has sent configurationDone: doubts first, then what crashed, then that everything stands still.</summary>
internal static class Announcement
{
    /// <summary>Announces, once, when both have happened.</summary>
    public static async Task WhenReadyAsync(DapSession session, CancellationToken cancel)
    {
        if (!session.IsOpen || !session.IsConfigured || session.IsAnnounced) return;
        session.IsAnnounced = true;
        foreach (var diagnostic in session.Target.Diagnostics.Items)
            await SayAsync(session, diagnostic.Severity == DiagnosticSeverity.Error ? "important" : "console", diagnostic.Text).ConfigureAwait(false);
        foreach (string line in Lines(session, cancel)) await SayAsync(session, "console", line).ConfigureAwait(false);
        await session.Connection.RaiseAsync("stopped", Stopped(session, cancel), DapJson.Default.StoppedBody).ConfigureAwait(false);
    }

    private static IEnumerable<string> Lines(DapSession session, CancellationToken cancel)
    {
        var target = session.Target;
        yield return $"{target.Name}: {target.Image.FormatName}, {target.Cpus.Count} CPUs{(target.Hypervisor?.Version is { } version ? $", Xen {version}" : "")}";
        foreach (var stage in target.Report.Stages.Where(s => s.State != StageState.Ok)) yield return $"{stage.Stage}: {stage.Text}";
        var findings = session.Findings(cancel);
        foreach (var other in findings.Skip(1)) yield return other.Summary;
        if (findings.Count > 0)
        {
            yield return findings[0].Summary;
            foreach (string evidence in findings[0].Evidence) yield return "    " + evidence;
        }

        yield return "Type an expression (C-like: $rip, hardware_domain->vcpu[0], *(struct vcpu *)0x…) or: info, stack, threads, read, dis, print, help.";
    }

    private static StoppedBody Stopped(DapSession session, CancellationToken cancel)
    {
        var findings = session.Findings(cancel);
        var thread = session.Threads.FirstOrDefault(t => t.IsPanicking) ?? session.Threads.FirstOrDefault();
        string what = findings.Count > 0 ? findings[0].Summary : "crash dump";
        return new StoppedBody("exception", what, thread?.Id, what, AllThreadsStopped: true);
    }

    private static Task SayAsync(DapSession session, string category, string text) =>
        session.Connection.RaiseAsync("output", new OutputBody(category, text + "\n"), DapJson.Default.OutputBody);
}
