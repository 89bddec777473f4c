using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>The threads of the target, a row each: id, CPU, vcpu, its state, where it is; of a kernel's threads also address, priority and process.</summary>
public static class ThreadsReport
{
    /// <summary>The rows under a heading.</summary>
    /// <param name="target">The dump.</param>
    /// <param name="filter">Which threads; null for those of the CPUs and vcpus.</param>
    /// <param name="cancel">Stops it.</param>
    public static IEnumerable<ReportLine> Lines(DumpTarget target, ThreadFilter? filter = null, CancellationToken cancel = default)
    {
        int width = target.Kernel is { Space.AddressBits: 32 } ? 10 : 18;
        yield return new ReportLine(target.Kernel is null
            ? "   id  cpu  vcpu         state     at"
            : $"   id    cpu  vcpu   {"thread".PadRight(width)}  state    pri  {"process",-16}  at", LineStyle.Heading);
        bool any = false;
        foreach (var thread in (filter ?? new ThreadFilter()).Of(target, cancel))
        {
            any = true;
            yield return new ReportLine(target.Kernel is null ? Row(target, thread) : KernelRow(target, thread, width), thread.IsPanicking ? LineStyle.Alert : LineStyle.Plain);
        }

        if (!any) yield return new ReportLine(target.Threads.Count == 0 ? "  none: xendump info says what is missing" : "  none that this asks for", LineStyle.Doubt);
        else if (filter is null or { All: false, Process: null, State: null, Function: null } && target.ReadsMoreThreads)
            yield return new ReportLine("  and those that no CPU runs: threads --all", LineStyle.Detail);
    }

    private static string Row(DumpTarget target, TargetThread thread)
    {
        var vcpu = thread.Vcpu ?? thread.Cpu?.Current;
        string state = FrameText.State(vcpu?.State) ?? "-";
        return string.Create(CultureInfo.InvariantCulture, $" {Mark(thread)} {thread.Id,-3} {Cpu(thread),-4} {vcpu?.Name ?? "-",-12} {state,-9} {Place(target, thread)}");
    }

    private static string KernelRow(DumpTarget target, TargetThread thread, int width)
    {
        var kernel = thread.KernelThread;
        string address = (kernel?.Address.ToString() ?? "-").PadRight(width);
        string process = kernel?.Name is { } name ? kernel.Pid is { } pid ? string.Create(CultureInfo.InvariantCulture, $"{name}[{pid}]") : name : "-";
        string priority = kernel?.Priority?.ToString(CultureInfo.InvariantCulture) ?? "-";
        return string.Create(CultureInfo.InvariantCulture,
            $" {Mark(thread)} {thread.Id,-5} {Cpu(thread),-4} {thread.Vcpu?.Name ?? "-",-6} {address}  {State(kernel),-8} {priority,3}  {process,-16}  {Place(target, thread)}{Waits(target, kernel)}");
    }

    private static char Mark(TargetThread thread) => thread.IsPanicking ? '>' : ' ';

    private static string Cpu(TargetThread thread) => thread.Cpu is { } cpu ? cpu.Id.ToString(CultureInfo.InvariantCulture) : "-";

    private static string State(KernelThread? thread) =>
        thread?.State is { } state ? state.ToString().ToLowerInvariant() : thread?.RawState is { } raw ? AddressText.Hex(raw) : "-";

    private static string Waits(DumpTarget target, KernelThread? thread)
    {
        if (thread is not { State: KernelThreadState.Sleep, WaitChannel: { Value: not 0 } channel }) return "";
        return $"  waits for {(thread.WaitsFor is { } what ? $"{what} " : "")}{channel}{(SymbolText.Describe(target, null, channel) is { } symbol ? $" {symbol}" : "")}";
    }

    // From the registers alone: no stack is walked for a list.
    private static string Place(DumpTarget target, TargetThread thread)
    {
        if (thread.Registers?.Pc is not { } pc) return "no registers";
        return SymbolText.Describe(target, null, pc) is { } symbol ? $"{pc}  {symbol}" : pc.ToString();
    }
}
