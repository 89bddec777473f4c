using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::mappings</c>, <c>$m</c>: what lies where in an address space (usr/src/cmd/mdb/common/mdb/mdb_cmds.c, cmd_mappings).</summary>
public sealed class MappingsDcmd : Dcmd
{
    private const string Operations = "_ops";

    /// <inheritdoc/>
    public override string Name => "::mappings";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$m"];

    /// <inheritdoc/>
    public override string Summary => "print the mappings of an address space";

    /// <inheritdoc/>
    public override string Usage => "[name | space]";

    /// <inheritdoc/>
    public override string Details => """
        The segments of the kernel's address space; a segment's name is that of its symbol, else of its driver. Where they cannot be read, and of the hypervisor: the runs of
        addresses that are mapped, those that follow each other as one. With an address or a name, that mapping alone; a space before the address is looked at instead. With a space's name (::spaces), those of that space.

        ::mappings    ffbf3fc8::mappings    ::mappings 1234    1234:8048000::mappings
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands;
        if (words.Count > 1 || (words.Count == 1 && call.HasAddress)) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var asked = words.Count == 1 ? call.Target.FindSpace(words[0]) : null;
        var space = call.HasAddress ? call.Space : asked ?? (call.Target.Spaces.Count > 0 ? call.Target.Spaces[0] : throw MdbException.OfDump("this dump has no address space"));
        var table = call.Once(() => new Table(new("BASE", call.Digits), new("LIMIT", call.Digits), new("SIZE", call.Digits), new("NAME", 0, Left: true)));
        if (call.HasAddress || (words.Count == 1 && asked is null))
        {
            var one = All(call, space).FirstOrDefault(m => call.HasAddress ? m.Range.Contains(new VirtualAddress(call.Address)) : m.Name == words[0]);
            if (one.Range.Length == 0 && !call.HasAddress) throw new MdbException($"failed to obtain mapping: no mapping and no space is called {words[0]} (::spaces)");
            if (one.Range.Length == 0) throw MdbException.OfItem("failed to obtain mapping: " + (space.Explain(call.Address) is { Kind: not FaultKind.None } why ? why.Text : "no mapping has the address"));
            foreach (var line in call.Head(table)) yield return line;
            yield return Row(table, one);
            yield break;
        }

        using var mappings = All(call, space).GetEnumerator();
        if (!mappings.MoveNext()) throw MdbException.OfDump($"failed to iterate over mappings: what {space.Name} maps cannot be listed");
        foreach (var line in call.Head(table)) yield return line;
        do
        {
            yield return mappings.Current.Range.Length == 0 ? CommandOutput.Error("stopped: cycle: the page tables lead to themselves and map without end") : Row(table, mappings.Current);
        }
        while (mappings.MoveNext());
    }

    private static CommandOutput Row(Table table, Mapping mapping) =>
        table.Row(mapping.Range.Start.Value, Cell.Hex(mapping.Range.Start.Value), Cell.Hex(mapping.Range.End.Value), Cell.Hex(mapping.Range.Length), Cell.Of(mapping.Name));

    private static IEnumerable<Mapping> All(DcmdCall call, AddressSpace space)
    {
        var kernel = call.Target.Kernel;
        bool hasSegments = false;
        var home = kernel is null ? null : space == kernel.Space ? kernel.Namelist?.Find("kas")?.Address : ProcessOf(kernel, space.Name)?.AddressSpace;
        if (home is { } structAs)
        {
            foreach (var segment in kernel!.Segments(structAs))
            {
                call.Cancel.ThrowIfCancellationRequested();
                hasSegments = true;
                yield return new Mapping(segment.Range, NameOf(call.Session, segment));
            }
        }

        // The hypervisor's pages are in no segment of the kernel.
        var xen = call.Target.Hypervisor is { } hypervisor && (hypervisor.Space == space || call.Target.Domains.Any(d => d.Space == space)) ? hypervisor.Range : null;
        if (hasSegments && xen is null) yield break;
        ulong first = hasSegments ? xen!.Value.Start.Value : 0, last = hasSegments ? unchecked(xen!.Value.End.Value - 1) : ulong.MaxValue;
        foreach (var run in Runs(space, first, last, call.Cancel)) yield return new Mapping(run, NameOf(call.Target.Hypervisor, xen, run.Start));
    }

    private static KernelProcess? ProcessOf(Kernel kernel, string name) => int.TryParse(name, out int pid) ? kernel.Processes.FirstOrDefault(p => p.Pid == pid) : null;

    /// <summary>The mapped runs, joined where one begins at the other's end, whatever is behind them.</summary>
    private static IEnumerable<AddressRange> Runs(AddressSpace space, ulong first, ulong last, CancellationToken cancel)
    {
        AddressRange open = default;
        foreach (var run in space.Runs(first, last, cancel) ?? [])
        {
            if (open.Length > 0 && open.End.Value == run.From && run.Length > 0)
            {
                open = new AddressRange(open.Start, unchecked(open.Length + run.Length));
                continue;
            }

            if (open.Length > 0) yield return open;
            open = new AddressRange(new VirtualAddress(run.From), run.Length);
            if (run.Length == 0) break;
        }

        if (open.Length > 0 || open.Start.Value != 0) yield return open;
    }

    private static string NameOf(Hypervisor? hypervisor, AddressRange? xen, VirtualAddress start) =>
        xen?.Contains(start) != true ? "[ mapped pages ]" : XenRegions.Name(hypervisor!, start.Value) is { } region ? $"[ hypervisor: {region} ]" : "[ hypervisor ]";

    private static string NameOf(MdbSession session, KernelSegment segment)
    {
        if (session.Symbols.At(segment.Address.Value) is var (_, own) && own.Address == segment.Address) return own.Name;
        if (segment.Operations is not { } operations || session.Symbols.At(operations.Value) is not var (_, symbol)) return "[ unknown ]";
        return symbol.Name.EndsWith(Operations, StringComparison.Ordinal) ? symbol.Name[..^Operations.Length] : symbol.Name;
    }

    private readonly record struct Mapping(AddressRange Range, string Name);
}
