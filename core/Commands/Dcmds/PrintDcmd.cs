using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Printing;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::print</c>: an object, or members of it, by its type (usr/src/cmd/mdb/common/mdb/mdb_print.c, cmd_print).</summary>
public sealed class PrintDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::print";

    /// <inheritdoc/>
    public override string Summary => "print the object at an address by its type";

    /// <inheritdoc/>
    public override string Usage => "[-aCdhiLnptTx] [-c limit] [-l limit] [-s depth] [type] [member ...]";

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.TypeAndMembers;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('a', null, "show addresses"),
        new('C', null, "show arrays of characters of any length as text"),
        new('c', "limit", "show arrays of at most so many characters as text"),
        new('d', null, "integers in decimal"),
        new('h', null, "show holes in structures"),
        new('i', null, "the address is the value itself"),
        new('L', null, "show all elements of arrays"),
        new('l', "limit", "show so many elements of arrays"),
        new('n', null, "pointers as numbers, not as symbols"),
        new('p', null, "the address is a physical one"),
        new('s', "depth", "open so many levels of structures"),
        new('t', null, "show types"),
        new('T', null, "show types and what they stand for"),
        new('x', null, "integers in hexadecimal"),
    ];

    /// <inheritdoc/>
    public override string Details => """
        The type may be left out where the address is that of a symbol, or comes from a walker. Without an address the layout is shown.
        Members are written as in C: a.b, a->b, a[3]; indices are of the current radix.
        In a pipe it gives the value of a pointer, a number or an enumeration, and the address of anything else; with -a always the address.

        ffbe1100::print struct vcpu arch.guest_context.user_regs
        utsname::print
        ::walk thread | ::print -a kthread_t t_procp->p_user.u_comm t_stkbase
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var plan = call.Once(() => Prepare(call));
        var space = plan.Physical ? Physical(call) : call.HasAddress ? call.Space : null;
        var whole = Whole(call, plan, space);
        call.Session.Increment = plan.Type.Size;
        foreach (var member in plan.Members)
        {
            var value = whole is null ? null : member.Of(whole);
            if (call.FeedsPipe && value is not null) yield return CommandOutput.Number(Number(value, plan.Options));
            else foreach (var line in Lines(call, plan, member, value)) yield return line;
        }
    }

    /// <summary>What is the same for all calls of a pipe.</summary>
    private sealed record Plan(CType Type, IReadOnlyList<MemberPath> Members, PrintOptions Options, bool Physical, bool Immediate);

    private Plan Prepare(DcmdCall call)
    {
        var arguments = call.Arguments;
        if (arguments.Has('p') && arguments.Has('i')) throw new MdbException("-p and -i options are incompatible");
        var words = arguments.Operands.ToList();
        var type = Type(call, words);
        IReadOnlyList<MemberPath> members = words.Count == 0 ? [MemberPath.Whole(type)] : [.. words.Select(w => MemberPath.Parse(type, w, call.Session.Radix))];
        return new Plan(type, members, OptionsOf(call), arguments.Has('p'), arguments.Has('i'));
    }

    private static PrintOptions OptionsOf(DcmdCall call)
    {
        var given = call.Arguments;
        var standard = new PrintOptions();
        return standard with
        {
            Addresses = given.Has('a'),
            Types = given.Has('t') || given.Has('T'),
            BaseTypes = given.Has('T'),
            Holes = given.Has('h'),
            Hex = given.Has('x'),
            Decimal = given.Has('d') && !given.Has('x'),
            NoSymbols = given.Has('n'),
            Values = call.HasAddress || given.Has('i'),
            MaxText = given.Has('C') ? ulong.MaxValue : given.Number('c') ?? standard.MaxText,
            MaxElements = given.Has('L') ? ulong.MaxValue : given.Number('l') ?? standard.MaxElements,
            MaxDepth = given.Number('s') ?? ulong.MaxValue,
        };
    }

    /// <summary>The type that the first words name, which are taken away; else that of the symbol or the walker.</summary>
    private CType Type(DcmdCall call, List<string> words)
    {
        var types = call.Session.Types;
        if (words.Count > 0 && TypeWords.Take(types, words) is { } named) return named;
        if (call.HasAddress && types.OfSymbolAt(call.Address) is { } ofSymbol) return ofSymbol;
        if (call.SourceType is { } source && types.Find(source) is { } ofSource) return ofSource;
        if (words.Count > 0) return TypeWords.Require(types, words);
        throw new MdbException(call.HasAddress ? $"no symbol information for {call.Session.Symbols.Text(call.Address)}: name a type, {DcmdHelp.Usage(this)}" : $"usage: {DcmdHelp.Usage(this)}");
    }

    private static TypedValue? Whole(DcmdCall call, Plan plan, AddressSpace? space)
    {
        if (plan.Immediate) return TypedValue.OfBytes(plan.Type, call.Space, BitConverter.GetBytes(call.Address));
        return space is null ? null : TypedValue.At(plan.Type, space, call.Address);
    }

    private static AddressSpace Physical(DcmdCall call) =>
        call.Target.FindSpace("phys") ?? call.Target.FindSpace("machine") ?? throw MdbException.OfDump("this dump has no physical addresses");

    private static IEnumerable<CommandOutput> Lines(DcmdCall call, Plan plan, MemberPath member, TypedValue? value)
    {
        if (value is null)
        {
            // No object: the layout, at address 0.
            var space = call.Target.HomeOf(0) ?? throw MdbException.OfDump("this dump has no address space");
            value = member.Of(space, 0);
        }
        else if (value.Type.Size > 0 && value.Address is { } address)
        {
            Span<byte> first = stackalloc byte[1];
            if (value.Space.Read(address, first) == 0) throw MdbMemory.Absent(value.Space, address);
        }

        string? name = member.Text.Length == 0 ? null : member.Text;
        string joint = value.Type.Strip() is AggregateType ? "." : "";
        if (name is not null && joint.Length > 0 && member.EndsInFirstElement) (name, joint) = (name[..name.LastIndexOf('[')], "->");
        var printer = new ValuePrinter(call.Session, plan.Options);
        var reference = value.Address is { } at ? new Location(value.Space, at) : (Location?)null;
        foreach (string line in printer.Lines(value, name, joint))
        {
            call.Cancel.ThrowIfCancellationRequested();
            yield return CommandOutput.Line(line, reference: reference);
            reference = null;
        }
    }

    private static ulong Number(TypedValue value, PrintOptions options)
    {
        if (!options.Addresses && value.Type.Strip() is PointerType or EnumType or BaseType { Encoding: not BaseEncoding.Float })
            return value.TryGetUnsigned(out ulong number) ? number : throw MdbException.OfItem($"failed to read {value.Type.DisplayName}: {value.WhyUnreadable() ?? "it has no number"}");
        return value.Address ?? throw MdbException.OfItem($"{value.Type.DisplayName} has no address");
    }
}
