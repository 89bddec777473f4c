namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>What a line is, for front ends that can show it: colours on a terminal, nothing elsewhere.</summary>
public enum LineStyle
{
    /// <summary>Text.</summary>
    Plain,

    /// <summary>The head of a section.</summary>
    Heading,

    /// <summary>What crashed; what must not be overlooked.</summary>
    Alert,

    /// <summary>Something doubtful: a warning, a frame that is a guess.</summary>
    Doubt,

    /// <summary>A boundary between two contexts in a stack.</summary>
    Boundary,

    /// <summary>Detail that may be skipped.</summary>
    Detail,
}

/// <summary>A line of a report.</summary>
/// <param name="Text">Its text, without a line end.</param>
/// <param name="Style">What it is.</param>
public readonly record struct ReportLine(string Text, LineStyle Style = LineStyle.Plain)
{
    /// <summary>The text alone.</summary>
    public override string ToString() => Text;
}
