using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::typeset</c>: makes variables, sets them to the address, marks them (cmd_typeset of mdb_cmds.c).</summary>
public sealed class TypesetDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::typeset";

    /// <inheritdoc/>
    public override string Summary => "make variables, and mark them";

    /// <inheritdoc/>
    public override string Usage => "[-t | +t] [variable ...]";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        Without names, as ::vars. A new variable is 0, or the address before the command. -t marks variables for ::vars -t, +t takes the mark away.
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands;
        if (words.Count == 0) return new VarsDcmd().Run(call);
        bool? tag = words is ["-t", ..] ? true : words is ["+t", ..] ? false : null;
        var names = tag is null ? words : words.Skip(1).ToList();
        if (names.Count == 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var variables = call.Session.Variables;
        foreach (string name in names)
        {
            if (MdbVariables.Wrong(name) is { } wrong) throw new MdbException(wrong);
            AssignDcmd.RefuseRegister(call.Session, name);
            if (call.HasAddress || variables[name] is null) variables.Set(name, call.HasAddress ? call.Address : 0);
            if (tag is { } marked) variables.Tag(name, marked);
        }

        return [];
    }
}
