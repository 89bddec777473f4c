using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Commands.Whatis;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>
/// <c>::whatis</c>: what an address is in. Lines of symbols are those of the genunix module of 2007, <c>ADDR is NAME+OFFSET in MODULE's data segment</c>; others those of
/// usr/src/cmd/mdb/common/mdb/mdb_whatis.c: <c>ADDR is </c> or <c>ADDR is START+OFFSET, </c> and what it is.
/// </summary>
public sealed class WhatisDcmd : Dcmd
{
    /// <summary>How far below a stack an address is still told by it: the guard page.</summary>
    private const ulong Guard = 0x1000;

    /// <inheritdoc/>
    public override string Name => "::whatis";

    /// <inheritdoc/>
    public override string Summary => "tell what an address is in: a module, a thread, a stack, a domain, a mapping";

    /// <inheritdoc/>
    public override string Usage => "[-abikqv]";

    /// <inheritdoc/>
    public override string Details => """
        Looks at the modules' segments, then at threads, stacks, CPUs, processes, module structures, domains and vcpus, then at what is mapped. Lines of symbols are in the form of 2007:
        always with +OFFSET, and no comma (later versions print "NAME, in MODULE's data segment").
        Buffers of kmem and vmem are not looked for: their caches are not walked, so -b and -i find nothing more. Output keeps the order of the input (-k).

        ff1e0440::whatis    ::walk thread | ::whatis    1234:8048000::whatis    ffbf3fc8::whatis -a
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('a', null, "everything that is known, not the first thing only"),
        new('b', null, "with bufctls (kmem: none are known)"),
        new('i', null, "the number is an identifier, not an address (none are known)"),
        new('k', null, "keep the order of the input (always so)"),
        new('q', null, "no reports of several lines (there are none)"),
        new('v', null, "say what is searched, and why an unknown address cannot be read"),
    ];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.FeedsPipe) throw new MdbException("whatis: cannot be output into a pipe");
        if (call.Arguments.Operands.Count > 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        bool verbose = call.Arguments.Has('v'), all = call.Arguments.Has('a');
        string at = MdbNumbers.Plain(call.Address);
        bool found = false;
        if (!call.Arguments.Has('i'))
        {
            foreach (var (kind, lines) in Searches(call))
            {
                call.Cancel.ThrowIfCancellationRequested();
                if (verbose) yield return CommandOutput.Line($"Searching {kind}...", style: LineStyle.Detail);
                foreach (string line in lines)
                {
                    found = true;
                    yield return CommandOutput.Line($"{at} is {line}", call.Address, reference: new Location(call.Space, call.Address));
                    if (!all) yield break;
                }
            }
        }

        if (!found) yield return CommandOutput.Line($"{at} is unknown{Near(call)}{(verbose ? Why(call) : "")}");
    }

    private static IEnumerable<(string Kind, IEnumerable<string> Lines)> Searches(DcmdCall call)
    {
        var target = call.Target;
        var space = call.Space;
        bool isSystem = space == target.Kernel?.Space || space == target.Hypervisor?.Space || target.Domains.Any(d => d.Space == space);
        if (isSystem)
        {
            yield return ("modules", InModule(call));
            foreach (var kind in Sources(call).Kinds) yield return (kind.Kind, kind.At(call.Address).Select(t => InThing(t, call.Address)));
        }

        yield return ("mappings", Mapped(call, space));
    }

    private static WhatisSources Sources(DcmdCall call) => call.Once(() => new WhatisSources(call.Session));

    private static IEnumerable<string> InModule(DcmdCall call)
    {
        var address = new VirtualAddress(call.Address);
        var symbols = call.Session.Symbols;
        if (symbols.ModuleAt(call.Address) is not { } module) yield break;
        var symbol = symbols.At(call.Address)?.Symbol;
        string where = module.SegmentAt(address) switch
        {
            "bss" => $"{module.Name}'s bss",
            { } segment => $"{module.Name}'s {segment} segment",
            null => Guess(module, symbol),
        };
        yield return symbol is null ? $"in {where}"
            : $"{symbols.Name(module, symbol)}+{MdbNumbers.Plain(unchecked(call.Address - symbol.Address.Value))} in {where}";
    }

    /// <summary>Of an image whose parts are not told apart: by what the symbol names.</summary>
    private static string Guess(Module module, Symbol? symbol) => symbol?.Kind switch
    {
        SymbolKind.Function => $"{module.Name}'s text segment",
        SymbolKind.Object => $"{module.Name}'s data segment",
        _ => $"{module.Name}",
    };

    private static string InThing(KnownThing thing, ulong address)
    {
        if (!thing.IsObject || address == thing.Start) return thing.Name;
        return $"{MdbNumbers.Plain(thing.Start)}+{MdbNumbers.Plain(address - thing.Start)}, {thing.Name}";
    }

    private static IEnumerable<string> Mapped(DcmdCall call, AddressSpace space)
    {
        if (space.Machine(call.Address) is not { } machine)
        {
            if (space.Explain(call.Address).Kind == FaultKind.None) yield return $"mapped in {space.Name}";
            yield break;
        }

        string kind = space.Kind == AddressSpaceKind.Machine ? "machine memory" : $"mapped in {space.Name}{InHypervisor(call, space)}";
        string behind = call.Target.Image.Solaris is not { } dump ? space.Kind == AddressSpaceKind.Machine ? "" : $", at machine {MdbNumbers.Plain(machine.Value)}"
            : dump.FrameNumber(machine.Value >> dump.Header.PageShift) is { } frame ? $", at PFN {MdbNumbers.Plain(frame)}" : "";
        string saved = space.Explain(call.Address) is { Kind: not FaultKind.None } fault ? $"; not in the dump: {fault.Text}" : "";
        if (saved.Length == 0 || space.Kind != AddressSpaceKind.Machine) yield return kind + behind + TablesOf(call.Target, machine) + saved;
    }

    private static string InHypervisor(DcmdCall call, AddressSpace space)
    {
        if (call.Target.Hypervisor is not { Range: { } range } xen || !range.Contains(new VirtualAddress(call.Address))) return "";
        if (xen.Space != space && call.Target.Domains.All(d => d.Space != space)) return "";
        return $", in the hypervisor's {XenRegions.Name(xen, call.Address) ?? "range"}";
    }

    /// <summary>Whose top page table the page is.</summary>
    private static string TablesOf(DumpTarget target, MachineAddress machine)
    {
        if (target.Image.Solaris is not null) return "";
        var vcpu = target.Domains.SelectMany(d => d.Vcpus).FirstOrDefault(v => v.PageTables is { } tables && tables.Value >> 12 == machine.Value >> 12);
        return vcpu is null ? "" : $", the top page table of {vcpu.Name}";
    }

    /// <summary>An address just below a stack is where one that overflowed went.</summary>
    private static string Near(DcmdCall call)
    {
        if (call.Target.Kernel?.Space != call.Space) return "";
        return Sources(call).ThreadStacks.Behind(call.Address) is { } stack && stack.Start - call.Address <= Guard
            ? $": {MdbNumbers.Plain(stack.Start - call.Address)} bytes below {stack.Name["in ".Length..]}" : "";
    }

    private static string Why(DcmdCall call) => call.Space.Explain(call.Address) is { Kind: not FaultKind.None } fault ? $": {fault.Text}" : "";
}
