using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Printing;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::list</c>: the addresses along a list (mdb_print.c, cmd_list).</summary>
public sealed class ListDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::list";

    /// <inheritdoc/>
    public override string Summary => "walk a list by the member that points to the next";

    /// <inheritdoc/>
    public override string Usage => "type member [variable]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.TypeAndMembers;

    /// <inheritdoc/>
    public override string Details => """
        Ends at NULL, or where the list comes back to its start.

        c7000000::list proc_t p_next | ::print proc_t p_user.u_comm
        """;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) =>
        arguments.Operands is ["struct" or "union", var tag, ..] ? $"{arguments.Operands[0]} {tag}" : arguments.Operands.Count > 0 ? arguments.Operands[0] : null;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands.ToList();
        if (words.Count < 2) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var type = TypeWords.Require(call.Session.Types, words);
        if (words.Count is 0 or > 2) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var next = MemberPath.Parse(type, words[0], call.Session.Radix);
        if (next.Type.Strip() is not PointerType) throw new MdbException($"{words[0]} is not a pointer type");
        return Walk(call, next, words.Count == 2 ? words[1] : null);
    }

    private static IEnumerable<CommandOutput> Walk(DcmdCall call, MemberPath next, string? variable)
    {
        var seen = new HashSet<ulong>();
        for (ulong at = call.Address; at != 0;)
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (!seen.Add(at))
            {
                if (at != call.Address) yield return CommandOutput.Error($"the list runs into itself at {MdbNumbers.Plain(at)}: stopped: cycle");
                yield break;
            }

            if (seen.Count > DumpLimits.ListItems) throw MdbException.OfItem($"stopped after {DumpLimits.ListItems} items");
            if (variable is not null) call.Session.Variables.Set(variable, at);
            yield return CommandOutput.Line(MdbNumbers.Plain(at, call.Session.Radix), at);
            var link = next.Of(call.Session.SpaceOf(at), at);
            if (!link.TryGetUnsigned(out at)) throw MdbException.OfItem($"failed to read the next item: {link.WhyUnreadable()}");
        }
    }
}

/// <summary><c>::array</c>: the addresses of an array's elements (mdb_print.c, cmd_array).</summary>
public sealed class ArrayDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::array";

    /// <inheritdoc/>
    public override string Summary => "print the addresses of the elements of an array";

    /// <inheritdoc/>
    public override string Usage => "[type count] [variable]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Type;

    /// <inheritdoc/>
    public override string Details => """
        Type and count may be left out where the address is that of an array with a type. The count is of the current radix.

        ffbe43b0::array uintptr_t 4 | ::print uintptr_t
        """;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) =>
        arguments.Operands is ["struct" or "union" or "enum", var tag, ..] ? $"{arguments.Operands[0]} {tag}" : arguments.Operands.Count > 1 ? arguments.Operands[0] : null;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands.ToList();
        var (size, count) = words.Count >= 2 ? Named(call, words) : OfSymbol(call);
        if (words.Count > 1) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        if (size == 0) throw new MdbException("the elements have no size");
        return Walk(call, size, count, words.Count == 1 ? words[0] : null);
    }

    private static (ulong Size, ulong Count) Named(DcmdCall call, List<string> words)
    {
        var type = TypeWords.Require(call.Session.Types, words);
        if (words.Count == 0) throw new MdbException("a count is wanted behind the type");
        ulong count = call.Session.Evaluate(words[0]);
        words.RemoveAt(0);
        return (type.Size, count);
    }

    private static (ulong Size, ulong Count) OfSymbol(DcmdCall call) => call.Session.Types.OfSymbolAt(call.Address)?.Strip() is ArrayType array
        ? (array.Element.Size, array.Count ?? 0) : throw new MdbException($"no symbol information for {call.Session.Symbols.Text(call.Address)}: name a type and a count");

    private static IEnumerable<CommandOutput> Walk(DcmdCall call, ulong size, ulong count, string? variable)
    {
        ulong at = call.Address;
        for (ulong i = 0; i < count; i++, at = unchecked(at + size))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (variable is not null) call.Session.Variables.Set(variable, at);
            yield return CommandOutput.Line(MdbNumbers.Plain(at, call.Session.Radix), at);
        }

        call.Session.Dot = at;
    }
}
