using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Benchmarks;

/// <summary>Pipes of the mdb language. The peer does the same reads by the type's layout, without a language around them.</summary>
internal static class MdbPipes
{
    private const int Items = 100_000;

    /// <summary>The wanted rate: 100,000 items a second.</summary>
    private const double Most = 1.0 / 100_000;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        if (!SampleCatalog.TryOpen("goldcloth", out var files)) yield break;
        using var target = DumpOpener.OpenFiles(files);
        var session = new MdbSession(target);
        ulong vcpu = session.Target.Domains[0].Vcpus[0].Address.Value;

        // One address again and again: what is measured is the pipe, not the memory behind it.
        string line = $"{vcpu:x},{Items:x}=K | ::print struct vcpu arch.guest_context.user_regs.eip";
        var layout = new StructLayout((AggregateType)session.Types.Require("struct vcpu").Strip());
        var (ours, theirs) = Timing.Compare(() => Run(session, line), () => ReadMembers(session.SpaceOf(vcpu), layout, vcpu));
        yield return new Row { What = "pipe into ::print, an item", Ours = ours / Items, Peer = "the member's bytes alone", Theirs = theirs / Items, Note = "100,000 a second wanted", Max = Most };
    }

    private static void Run(MdbSession session, string line)
    {
        int lines = 0;
        foreach (var output in session.Run(line)) lines += output.Text.Length > 0 ? 1 : 0;
        if (lines != Items) throw new InvalidOperationException($"{lines} lines came");
    }

    private static void ReadMembers(AddressSpace space, StructLayout layout, ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < Items; i++) space.Read(address + layout.OffsetOf("arch.guest_context.user_regs.eip")!.Value, bytes);
    }
}
