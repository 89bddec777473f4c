using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>What a command does with the address before it.</summary>
public enum AddressUse
{
    /// <summary>It does without.</summary>
    Optional,

    /// <summary>It wants one: <c>addr::print</c>.</summary>
    Required,

    /// <summary>It refuses one.</summary>
    None,
}

/// <summary>What the words behind a command are, for completion.</summary>
public enum OperandKind
{
    /// <summary>Nothing that could be completed.</summary>
    None,

    /// <summary>Types, then members of the type.</summary>
    TypeAndMembers,

    /// <summary>A type.</summary>
    Type,

    /// <summary>Symbols, expressions.</summary>
    Symbol,

    /// <summary>A walker.</summary>
    Walker,

    /// <summary>A command.</summary>
    Command,

    /// <summary>A module.</summary>
    Module,
}

/// <summary>An option of a command.</summary>
/// <param name="Letter">The letter behind <c>-</c>.</param>
/// <param name="Value">What its value is called in the help; null for an option without one.</param>
/// <param name="Summary">What it does, in a few words.</param>
public sealed record DcmdOption(char Letter, string? Value, string Summary);

/// <summary>A debugger command (mdb: dcmd). Each has a file of its own; it keeps nothing between calls.</summary>
public abstract class Dcmd
{
    /// <summary>As it is typed: <c>::print</c>, <c>$C</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Other ways to type it: <c>$c</c> of <c>::stack</c>.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>One line for the list of commands, without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>What follows the name: <c>[-v] [type]</c>.</summary>
    public virtual string Usage => "";

    /// <summary>More about it, for <c>::help</c>: lines of text with examples; empty for nothing.</summary>
    public virtual string Details => "";

    /// <summary>Its options.</summary>
    public virtual IReadOnlyList<DcmdOption> Options => [];

    /// <summary>What it does with the address before it.</summary>
    public virtual AddressUse Address => AddressUse.Optional;

    /// <summary>What its words are.</summary>
    public virtual OperandKind Operands => OperandKind.None;

    /// <summary>Whether a count before it is its own business (<see cref="DcmdCall.Count"/>); else it is run that often, dot advancing by what it consumed.</summary>
    public virtual bool TakesCount => false;

    /// <summary>Whether all words behind it are its operands, also those that look like options.</summary>
    public virtual bool TakesRawWords => false;

    /// <summary>Whether it takes all that comes through a pipe at once (<see cref="DcmdCall.Piped"/>); else it is called for each.</summary>
    public virtual bool TakesPipe => false;

    /// <summary>The type of the things whose addresses it gives to a pipe; null where unknown.</summary>
    public virtual string? TypeOfResults(DcmdArguments arguments) => null;

    /// <summary>Whether numbers of <c>$[…]</c> among its words are written without a prefix: they are printed, not read.</summary>
    public virtual bool WritesNumbersPlain => false;

    /// <summary>Runs it. Lines come when they are asked for, so a long list can be stopped.</summary>
    /// <exception cref="MdbException">What it cannot do.</exception>
    public abstract IEnumerable<CommandOutput> Run(DcmdCall call);

    /// <summary>What is left to say when the last call of a loop or a pipe is done. <paramref name="call"/> is that call.</summary>
    public virtual IEnumerable<CommandOutput> End(DcmdCall call) => [];
}
