namespace XenDumpAdapter.Core.Types;

/// <summary>How values are written.</summary>
public sealed record ValueFormat
{
    /// <summary>Integers in hexadecimal.</summary>
    public bool Hex { get; init; }

    /// <summary>Characters of a string that are shown.</summary>
    public int MaxString { get; init; } = 200;

    /// <summary>Members or elements of an aggregate that are shown on one line.</summary>
    public int MaxInline { get; init; } = 8;

    /// <summary>Names an address (<c>do_sched_op+0x10</c>), for pointers to functions and code; null for none, or where it gives null.</summary>
    public Func<ulong, string?>? Symbolize { get; init; }

    /// <summary>The default.</summary>
    public static ValueFormat Default { get; } = new();
}

/// <summary>Writes values as C programmers expect them: <c>10</c>, <c>0x2a</c>, <c>0xffff830003c3b000</c>, <c>"rootfs"</c>, <c>{id = 42, depth = 0, …}</c>.</summary>
public static class ValueFormatter
{
    /// <summary>One line. Absent values are <c>&lt;optimized out&gt;</c> or <c>&lt;why&gt;</c>.</summary>
    public static string Format(TypedValue value, ValueFormat? format = null) => throw new NotImplementedException();

    /// <summary>
    /// The whole value over several lines, members indented, aggregates opened down to <paramref name="maxDepth"/>; for <c>xendump print</c>.
    /// </summary>
    public static IEnumerable<string> FormatTree(TypedValue value, int maxDepth = 20, ValueFormat? format = null) => throw new NotImplementedException();
}
