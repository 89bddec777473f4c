using System.Globalization;

namespace XenDumpAdapter.Benchmarks;

/// <summary>What a number counts. Less is better for each.</summary>
internal enum Unit
{
    Seconds,
    Bytes,
}

/// <summary>One line of the table.</summary>
internal sealed record Row
{
    /// <summary>What was measured.</summary>
    public required string What { get; init; }

    /// <summary>What the numbers count.</summary>
    public Unit Unit { get; init; }

    /// <summary>Ours.</summary>
    public double? Ours { get; init; }

    /// <summary>Who did the same in the same run.</summary>
    public string Peer { get; init; } = "";

    /// <summary>Theirs; null where there is nobody to compare with.</summary>
    public double? Theirs { get; init; }

    /// <summary>What ours divided by theirs may be at most.</summary>
    public double? MaxRatio { get; init; }

    /// <summary>What ours may be at most.</summary>
    public double? Max { get; init; }

    /// <summary>Something to know about it.</summary>
    public string Note { get; init; } = "";

    /// <summary>Why it was not measured.</summary>
    public string? Skipped { get; init; }

    /// <summary>Ours divided by theirs.</summary>
    public double? Ratio => Ours / Theirs;

    /// <summary>Whether there is a target and it was missed.</summary>
    public bool Missed => Skipped is null && (Ratio > MaxRatio || Ours > Max);

    /// <summary>What is not measured here, and why.</summary>
    public static Row Skip(string what, string reason) => new() { What = what, Skipped = reason };

    /// <summary>The cells: what, ours, peer, theirs, ratio, target, verdict and note.</summary>
    public string[] Cells() => Skipped is not null
        ? [What, "-", "-", "-", "-", "-", $"skipped: {Skipped}"]
        : [What, Text(Ours), Peer.Length == 0 ? "-" : Peer, Text(Theirs), Ratio is { } ratio ? ratio.ToString("0.000", CultureInfo.InvariantCulture) : "-", Target(), Verdict()];

    private string Target()
    {
        var parts = new List<string>();
        if (MaxRatio is { } ratio) parts.Add(string.Create(CultureInfo.InvariantCulture, $"ratio <= {ratio}"));
        if (Max is not null) parts.Add($"< {Text(Max)}");
        return parts.Count == 0 ? "-" : string.Join(", ", parts);
    }

    private string Verdict()
    {
        string verdict = MaxRatio is null && Max is null ? "" : Missed ? "MISSED" : "met";
        return Note.Length == 0 ? verdict : verdict.Length == 0 ? Note : $"{verdict}; {Note}";
    }

    private string Text(double? value) => value is not { } number ? "-" : Unit == Unit.Bytes ? Scaled(number, ["B", "KB", "MB", "GB"], 1e3) : Scaled(number * 1e9, ["ns", "us", "ms", "s"], 1e3);

    private static string Scaled(double value, string[] units, double step)
    {
        int unit = 0;
        while (value >= step && unit < units.Length - 1)
        {
            value /= step;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {units[unit]}");
    }
}
