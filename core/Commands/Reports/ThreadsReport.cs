using System.Globalization;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>The threads of the target, a row each: id, CPU, vcpu, its state, where it is.</summary>
public static class ThreadsReport
{
    /// <summary>The rows under a heading.</summary>
    public static IEnumerable<ReportLine> Lines(DumpTarget target)
    {
        yield return new ReportLine("   id  cpu  vcpu         state     at", LineStyle.Heading);
        foreach (var thread in target.Threads)
        {
            string cpu = thread.Cpu is { } c ? c.Id.ToString(CultureInfo.InvariantCulture) : "-";
            var vcpu = thread.Vcpu ?? thread.Cpu?.Current;
            string state = FrameText.State(vcpu?.State) ?? "-";
            string row = string.Create(CultureInfo.InvariantCulture, $" {(thread.IsPanicking ? '>' : ' ')} {thread.Id,-3} {cpu,-4} {vcpu?.Name ?? "-",-12} {state,-9} {Place(target, thread)}");
            yield return new ReportLine(row, thread.IsPanicking ? LineStyle.Alert : LineStyle.Plain);
        }

        if (target.Threads.Count == 0) yield return new ReportLine("  none: xendump info says what is missing", LineStyle.Doubt);
    }

    // From the registers alone: no stack is walked for a list.
    private static string Place(DumpTarget target, TargetThread thread)
    {
        if (thread.Registers?.Pc is not { } pc) return "no registers";
        return SymbolText.Describe(target, null, pc) is { } symbol ? $"{pc}  {symbol}" : pc.ToString();
    }
}
