using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>A command of mdb that a debugger of dumps cannot have: it says why.</summary>
/// <param name="name">How it is typed.</param>
/// <param name="why">Why it is refused.</param>
/// <param name="aliases">Other ways to type it.</param>
public sealed class RefusedDcmd(string name, string why, params string[] aliases) : Dcmd
{
    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases { get; } = aliases;

    /// <inheritdoc/>
    public override string Summary => $"not here: {why}";

    /// <inheritdoc/>
    public override bool TakesRawWords => true;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) => throw new MdbException($"{call.Spelling}: {why}");
}
