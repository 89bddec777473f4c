using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Printing;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::sizeof</c>: bytes of a type (usr/src/cmd/mdb/common/mdb/mdb_print.c, cmd_sizeof).</summary>
public sealed class SizeofDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::sizeof";

    /// <inheritdoc/>
    public override string Summary => "print the size of a type";

    /// <inheritdoc/>
    public override string Usage => "type";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Type;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands.ToList();
        if (words.Count == 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var type = TypeWords.Require(call.Session.Types, words);
        if (words.Count > 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        return [CommandOutput.Line($"sizeof ({type.DisplayName}) = {MdbNumbers.Hexadecimal(type.Size)}", type.Size)];
    }
}

/// <summary><c>::offsetof</c>: where a member is in a type (mdb_print.c, cmd_offsetof).</summary>
public sealed class OffsetofDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::offsetof";

    /// <inheritdoc/>
    public override string Summary => "print the offset of a member of a type";

    /// <inheritdoc/>
    public override string Usage => "type member";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.TypeAndMembers;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands.ToList();
        if (words.Count < 2) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var type = TypeWords.Require(call.Session.Types, words);
        if (words.Count != 1) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var path = MemberPath.Parse(type, words[0], call.Session.Radix);
        ulong offset = path.Offset ?? throw new MdbException($"{words[0]} goes through a pointer: its place is not in {type.DisplayName}");
        string bits = path.BitSize is { } size ? $"{MdbNumbers.Hexadecimal(size)} bits" : MdbNumbers.Hexadecimal(path.Type.Size);
        string at = path.BitSize is not null && path.BitShift != 0 ? $"{MdbNumbers.Hexadecimal(offset)}.{MdbNumbers.Plain((ulong)path.BitShift)}" : MdbNumbers.Hexadecimal(offset);
        return [CommandOutput.Line($"offsetof ({type.DisplayName}, {words[0]}) = {at}, sizeof (...->{words[0]}) = {bits}", offset)];
    }
}
