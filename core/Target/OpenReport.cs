namespace XenDumpAdapter.Core.Target;

/// <summary>How a stage of opening went.</summary>
public enum StageState
{
    /// <summary>Everything is there.</summary>
    Ok,

    /// <summary>Some of it is.</summary>
    Partial,

    /// <summary>It was tried and did not work.</summary>
    Failed,

    /// <summary>It was not tried, because something before it is missing or it does not apply.</summary>
    Skipped,
}

/// <summary>One stage of opening.</summary>
/// <param name="Stage">Name: <c>format</c>, <c>memory</c>, <c>translation</c>, <c>xen symbols</c>, ….</param>
/// <param name="State">How it went.</param>
/// <param name="Text">One sentence: what was found, or why not and what to do.</param>
public sealed record OpenStage(string Stage, StageState State, string Text);

/// <summary>The ladder of stages, in order.</summary>
/// <param name="Stages">Each stage once.</param>
public sealed record OpenReport(IReadOnlyList<OpenStage> Stages);
