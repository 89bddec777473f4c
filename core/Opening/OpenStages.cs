using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Opening;

/// <summary>Collects the stages while they happen, and tells who wants to see progress.</summary>
internal sealed class OpenStages(IProgress<OpenProgress>? progress, CancellationToken cancel)
{
    private readonly List<OpenStage> _done = [];

    /// <summary>Says that a stage begins; throws where the user has cancelled.</summary>
    public void Begin(string stage, string text)
    {
        cancel.ThrowIfCancellationRequested();
        progress?.Report(new OpenProgress(stage, text));
    }

    /// <summary>Takes what a long step of a stage tells of itself; null where nobody listens.</summary>
    public IProgress<string>? Within(string stage) => progress is null ? null : new Step(progress, stage);

    /// <summary>Everything is there.</summary>
    public void Ok(string stage, string text) => _done.Add(new OpenStage(stage, StageState.Ok, text));

    /// <summary>Some of it is.</summary>
    public void Partial(string stage, string text) => _done.Add(new OpenStage(stage, StageState.Partial, text));

    /// <summary>It did not work.</summary>
    public void Failed(string stage, string text) => _done.Add(new OpenStage(stage, StageState.Failed, text));

    /// <summary>It was not tried.</summary>
    public void Skipped(string stage, string text) => _done.Add(new OpenStage(stage, StageState.Skipped, text));

    /// <summary>The ladder.</summary>
    public OpenReport Report() => new([.. _done]);

    private sealed class Step(IProgress<OpenProgress> progress, string stage) : IProgress<string>
    {
        public void Report(string value) => progress.Report(new OpenProgress(stage, value));
    }
}
