namespace XenDumpAdapter.Core.Commands.Printing;

/// <summary>How <c>::print</c> shows a value: its options (usr/src/cmd/mdb/common/mdb/mdb_print.c).</summary>
public sealed record PrintOptions
{
    /// <summary><c>-a</c>: the address before each line.</summary>
    public bool Addresses { get; init; }

    /// <summary><c>-t</c>: the type before each name.</summary>
    public bool Types { get; init; }

    /// <summary><c>-T</c>: behind the type the one that it stands for.</summary>
    public bool BaseTypes { get; init; }

    /// <summary><c>-h</c>: holes between members.</summary>
    public bool Holes { get; init; }

    /// <summary><c>-d</c>: integers in decimal.</summary>
    public bool Decimal { get; init; }

    /// <summary><c>-x</c>: all integers in hexadecimal, dates and enumerations too.</summary>
    public bool Hex { get; init; }

    /// <summary><c>-n</c>: pointers as numbers.</summary>
    public bool NoSymbols { get; init; }

    /// <summary>Whether values are shown; without an address only the layout is.</summary>
    public bool Values { get; init; } = true;

    /// <summary><c>-l</c>, <c>-L</c>: elements of an array that are shown.</summary>
    public ulong MaxElements { get; init; } = 32;

    /// <summary><c>-c</c>, <c>-C</c>: the longest array of characters that is shown as text.</summary>
    public ulong MaxText { get; init; } = 1024;

    /// <summary><c>-s</c>: levels of structures that are opened.</summary>
    public ulong MaxDepth { get; init; } = ulong.MaxValue;
}
