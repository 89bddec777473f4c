using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::spaces</c>: the address spaces of the dump and how to name an address in one. Not in mdb, which has one space at a time.</summary>
public sealed class SpacesDcmd : Dcmd
{
    private const int NameWidth = 8;

    /// <inheritdoc/>
    public override string Name => "::spaces";

    /// <inheritdoc/>
    public override string Summary => "list the address spaces and how to name an address in one";

    /// <inheritdoc/>
    public override string Usage => "[-p]";

    /// <inheritdoc/>
    public override string Details => """
        space:address before a command is an address in that space; without a space it is one of the hypervisor where such addresses are its, else of the kernel.
        A process's space is named by its process id, in decimal. -p lists the processes whose pages are in the dump: it reads the dump's whole map.

        phys:1000/X    machine:0/X    xen:ff1e0440/X    1234:8048000/X
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('p', null, "with the processes whose pages are in the dump")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var target = call.Target;
        var table = new Table(new("NAME", NameWidth, Left: true), new("KIND", 8, Left: true), new("BITS", 4), new("WHAT", 0, Left: true));
        foreach (var line in call.Head(table)) yield return line;
        for (int i = 0; i < target.Spaces.Count; i++) yield return Row(table, target.Spaces[i], target.Spaces[i].Name, Describe(target, target.Spaces[i]) + (i == 0 ? "; the default" : ""));
        foreach (string alias in (string[])["xen", "dom0"])
        {
            if (target.Spaces.All(s => s.Name != alias) && target.FindSpace(alias) is { } same) yield return Row(table, same, alias, $"the same as {same.Name}: one address space holds both");
        }

        if (!target.FindsOtherSpaces) yield break;
        if (!call.Arguments.Has('p'))
        {
            yield return CommandOutput.Line($"{"PID",-NameWidth} virtual  {target.Kernel?.Space.AddressBits,4} a process, by its id in decimal; ::spaces -p lists those whose pages are in the dump", style: Reports.LineStyle.Detail);
            yield break;
        }

        foreach (var line in Processes(call, table)) yield return line;
    }

    private static IEnumerable<CommandOutput> Processes(DcmdCall call, Table table)
    {
        if (call.Target.Kernel is not { } kernel || call.Target.Image.Solaris is not { } dump) yield break;
        var mapped = dump.AddressSpaces().Select(a => a.Value).ToHashSet();
        foreach (var process in kernel.Processes)
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (process is not { Pid: { } pid, AddressSpace: { Value: not 0 } space } || !mapped.Contains(space.Value)) continue;
            yield return table.Row(space.Value, Cell.Decimal(pid), Cell.Of("virtual"), Cell.Decimal(kernel.Space.AddressBits), Cell.Of(DumpText.Line($"process {process.Name ?? "?"}, struct as at {space}")));
        }
    }

    private static CommandOutput Row(Table table, AddressSpace space, string name, string what) =>
        table.Row(null, Cell.Of(name), Cell.Of(Kind(space.Kind)), Cell.Decimal(space.AddressBits), Cell.Of(what));

    private static string Kind(AddressSpaceKind kind) => kind switch
    {
        AddressSpaceKind.Virtual => "virtual",
        AddressSpaceKind.Physical => "physical",
        _ => "machine",
    };

    private static string Describe(DumpTarget target, AddressSpace space)
    {
        if (space == target.Kernel?.Space) return target.Hypervisor?.Space == space ? "the kernel and, above it, the hypervisor" : "the kernel";
        if (space == target.Hypervisor?.Space) return "the hypervisor";
        if (target.Domains.FirstOrDefault(d => d.Space == space) is { } domain) return $"domain {domain.Id}'s kernel";
        return space.Kind switch
        {
            AddressSpaceKind.Machine => "memory as the machine numbers it",
            AddressSpaceKind.Physical when target.Kernel is not null => "physical memory as the kernel numbers it",
            AddressSpaceKind.Physical => "physical memory as the domain numbers it",
            _ => "virtual addresses",
        };
    }
}
