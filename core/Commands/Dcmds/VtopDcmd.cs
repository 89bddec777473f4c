using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::vtop</c>: the physical address behind a virtual one (usr/src/cmd/mdb/common/mdb/mdb_cmds.c, cmd_vtop).</summary>
public sealed class VtopDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::vtop";

    /// <inheritdoc/>
    public override string Summary => "print the physical address behind a virtual one";

    /// <inheritdoc/>
    public override string Usage => "[-a as]";

    /// <inheritdoc/>
    public override string Details => """
        Of a Solaris dump: the physical address as the kernel numbers its pages (phys:). Pages of the hypervisor have no such number: theirs is invented, with a high bit
        set (PFN_IS_FOREIGN_MFN). Of a machine dump: the machine address (machine:), through the page tables of the space that the address is in.
        -a: in the address space whose struct as is there; a space can also be named before the address. In a pipe the physical address alone.

        ffbf3fc8::vtop    1234:8048000::vtop    8048000::vtop -a d3a4c010
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('a', "as", "address of the struct as to look in")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Arguments.Operands.Count > 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        ulong physical = Translate(call);
        yield return call.FeedsPipe ? CommandOutput.Number(physical)
            : CommandOutput.Line($"virtual {MdbNumbers.Plain(call.Address, call.Session.Radix)} mapped to physical {MdbNumbers.Plain(physical, call.Session.Radix)}", physical);
    }

    private static ulong Translate(DcmdCall call)
    {
        var dump = call.Target.Image.Solaris;
        if (AsOf(call) is { } space)
        {
            if (dump is null) throw MdbException.OfDump("-a names the struct as of a Solaris kernel, and this dump has none; name the space before the address (::spaces)");
            var map = dump.Map(space);
            return map.TryTranslate(new VirtualAddress(call.Address), out var inAs, out _) ? Physical(call, inAs) : throw Missing(call, map.Explain(new VirtualAddress(call.Address)));
        }

        var named = call.Space;
        if (named.Kind == AddressSpaceKind.Machine) throw MdbException.OfItem($"{named.Name}:{MdbNumbers.Plain(call.Address)} is a machine address already");
        return named.Machine(call.Address) is { } machine ? Physical(call, machine) : throw Missing(call, named.Explain(call.Address));
    }

    private static VirtualAddress? AsOf(DcmdCall call) => call.Arguments.Text('a') is { } text ? new VirtualAddress(call.Session.Evaluate(text)) : null;

    /// <summary>From a page of the dump to the kernel's number for it; of other dumps the machine address is the answer.</summary>
    private static ulong Physical(DcmdCall call, MachineAddress machine)
    {
        if (call.Target.Image.Solaris is not { } dump) return machine.Value;
        int shift = dump.Header.PageShift;
        ulong within = machine.Value & ((1UL << shift) - 1);
        return dump.FrameNumber(machine.Value >> shift) is { } frame ? unchecked(frame << shift) | within
            : throw MdbException.OfItem($"failed to get physical mapping: the dump has the page of {MdbNumbers.Prefixed(call.Address)}, but not its page frame number");
    }

    private static MdbException Missing(DcmdCall call, Fault why) => MdbException.OfItem($"failed to get physical mapping: no mapping for address {MdbNumbers.Prefixed(call.Address)}: {why.Text}");
}
