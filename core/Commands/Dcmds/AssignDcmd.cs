using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>&gt;</c>: sets a variable to the address before it, cut to a size with <c>&gt;/c/</c> and its kin (cmd_assign_variable of mdb_cmds.c).</summary>
public sealed class AssignDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => ">";

    /// <inheritdoc/>
    public override string Summary => "set a variable";

    /// <inheritdoc/>
    public override string Usage => "variable, or /c/variable, /s/, /i/, /l/";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override string Details => """
        ffbe4100>d            <d is then the domain
        *dom0_nrpages>/i/n    cut to 1, 2, 4 bytes or a pointer's
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Arguments.Operands is not [var name]) throw new MdbException("expected single variable name following '>'");
        ulong value = call.Address;
        if (name is ['/', var size, '/', ..])
        {
            value &= Mask(size, call.Session.PointerSize);
            name = name[3..];
        }

        if (MdbVariables.Wrong(name) is { } wrong) throw new MdbException(wrong);
        RefuseRegister(call.Session, name);
        call.Session.Variables.Set(name, value);
        call.Session.Increment = 0;
        return [];
    }

    /// <summary>Registers are the dump's.</summary>
    /// <exception cref="MdbException">The name is that of one.</exception>
    internal static void RefuseRegister(MdbSession session, string name)
    {
        if (session.Registers?.Architecture.Find(name) is not null) throw new MdbException($"{name} is a register, and a dump is only read");
    }

    private static ulong Mask(char size, int pointerSize) => size switch
    {
        'c' or '1' => byte.MaxValue,
        's' or '2' => ushort.MaxValue,
        'i' or '4' => uint.MaxValue,
        'l' => pointerSize == 4 ? uint.MaxValue : ulong.MaxValue,
        '8' => ulong.MaxValue,
        _ => throw new MdbException($"{size} is not a valid // modifier"),
    };
}
