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
        try
        {
            foreach (var diagnostic in session.Target.Diagnostics.Items)
                await SayAsync(session, diagnostic.Severity == DiagnosticSeverity.Error ? "important" : "console", diagnostic.Text).ConfigureAwait(false);
            foreach (string line in Lines(session, cancel)) await SayAsync(session, "console", line).ConfigureAwait(false);
            if (session.Findings(cancel) is { Count: > 0 } findings) session.StopReason = findings[0].Summary;
        }
        finally
        {
            // Whatever could not be said: without this event a client waits for ever.
            await StoppedAsync(session, Shown(session), "exception", session.StopReason, null).ConfigureAwait(false);
        }
    }

    /// <summary>The dump in a few lines, the first finding last: a console shows its end.</summary>
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

    /// <summary>Says again that a thread stands still, for clients that take it as running from the moment they ask for that.</summary>
    public static Task StillStoppedAsync(DapSession session, int? threadId)
    {
        var thread = (threadId is { } id ? session.Target.FindThread(id) : null) ?? Shown(session);
        return thread == Shown(session)
            ? StoppedAsync(session, thread, "exception", session.StopReason, true)
            : StoppedAsync(session, thread, "pause", "stopped when the dump was taken", true);
    }

    private static TargetThread? Shown(DapSession session) => session.Threads.FirstOrDefault(t => t.IsPanicking) ?? session.Threads.FirstOrDefault();

    private static Task StoppedAsync(DapSession session, TargetThread? thread, string reason, string what, bool? preserveFocus) =>
        session.Connection.RaiseAsync("stopped", new StoppedBody(reason, what, thread?.Id, what, AllThreadsStopped: true, preserveFocus), DapJson.Default.StoppedBody);

    private static Task SayAsync(DapSession session, string category, string text) =>
        session.Connection.RaiseAsync("output", new OutputBody(category, text + "\n"), DapJson.Default.OutputBody);
}
