using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::vars</c>: variables and registers (cmd_vars of mdb_cmds.c); <c>$v</c> leaves out what is zero.</summary>
public sealed class VarsDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::vars";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$v"];

    /// <inheritdoc/>
    public override string Summary => "print variables and registers";

    /// <inheritdoc/>
    public override string Usage => "[-npt]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options =>
        [new('n', null, "only what is not zero"), new('p', null, "as lines that set them again"), new('t', null, "only those with the mark of ::typeset -t")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var session = call.Session;
        bool nonZero = call.Spelling == "$v" || call.Arguments.Has('n');
        foreach (var (name, value) in Known(session))
        {
            if ((nonZero && value == 0) || (call.Arguments.Has('t') && !session.Variables.IsTagged(name))) continue;
            yield return CommandOutput.Line(call.Arguments.Has('p')
                ? $"{MdbNumbers.Prefixed(value, session.Radix)}>{name}" : $"{name} = {MdbNumbers.Plain(value, session.Radix)}");
        }
    }

    private static IEnumerable<(string Name, ulong Value)> Known(MdbSession session)
    {
        yield return (".", session.Dot);
        foreach (var (name, value) in session.Variables.All) yield return (name, value);
        if (session.Registers is not { } registers) yield break;
        foreach (var register in registers.Architecture.Registers)
            if (registers[register] is { } value && session.Variables[register.Name] is null) yield return (register.Name, value);
    }
}
