namespace XenDumpAdapter.Core.Commands.Language;

/// <summary>
/// What a command or an expression cannot do, as mdb words it behind <c>mdb: </c>. Caught where a statement is run; it never leaves <see cref="MdbSession"/>.
/// </summary>
/// <param name="message">The words, without prefix and full stop.</param>
/// <param name="at">The place in the line, where there is one to point at.</param>
/// <param name="stops">
/// Whether the rest of a pipe or a loop would fail alike: a name that is unknown, a wrong option. False for what is wrong with one item only, such as memory that
/// is not in the dump.
/// </param>
public sealed class MdbException(string message, TextSpan? at = null, bool stops = true) : Exception(message)
{
    /// <summary>The place in the line; null for none.</summary>
    public TextSpan? At { get; } = at;

    /// <summary>Whether the rest of a pipe or a loop would fail alike.</summary>
    public bool Stops { get; } = stops;

    /// <summary>Whether what was typed is wrong, and not only what the dump has.</summary>
    public bool IsMistake { get; private init; } = stops;

    /// <summary>Something that the dump does not have: the next item would fail alike, but what was typed is right.</summary>
    public static MdbException OfDump(string message) => new(message) { IsMistake = false };

    /// <summary>Something wrong with one item: the next may be well.</summary>
    public static MdbException OfItem(string message) => new(message, stops: false);
}
