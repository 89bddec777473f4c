using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>evaluate: C-like expressions everywhere; in the debug console also the mdb language and the words of the command line (<see cref="ConsoleSession"/>).</summary>
internal sealed class EvaluateHandler()
    : RequestHandler<EvaluateArguments, EvaluateBody>("evaluate", DapJson.Default.EvaluateArguments, DapJson.Default.EvaluateBody)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities)
    {
        capabilities.SupportsEvaluateForHovers = true;
        capabilities.SupportsClipboardContext = true;
    }

    /// <inheritdoc/>
    protected override EvaluateBody Answer(DapSession session, EvaluateArguments arguments, CancellationToken cancel)
    {
        var frame = session.FrameOf(arguments.FrameId, cancel);
        string text = arguments.Expression.Trim();
        if (arguments.Context == "repl" && session.Typed.LanguageOf(text, frame) is var language and not ConsoleLanguage.C) return RunCommand(session, arguments, text, language, frame, cancel);
        if (frame is not null && RegisterShape.Evaluation(session, CpuOf(session, arguments.FrameId, cancel), frame, text) is { } register) return register;
        var result = CExpression.Evaluate(text, new ExpressionScope(session.Target, frame));
        var value = result.Value ?? throw new DapException(DapErrors.BadExpression, result.Error ?? "The expression has no value.");
        var shape = ValueShape.Evaluation(session, value, text, Formats.Of(session, arguments.Format));

        // What is copied is the whole value; elsewhere one line is shown, and the rest opens.
        return arguments.Context != "clipboard" ? shape : shape with
        {
            Result = string.Join('\n', ValueFormatter.FormatTree(value, format: Formats.Whole(session, arguments.Format))),
        };
    }

    private static EvaluateBody RunCommand(DapSession session, EvaluateArguments arguments, string text, ConsoleLanguage language, Frame? frame, CancellationToken cancel)
    {
        var thread = arguments.FrameId is { } id ? session.Row(id, cancel).Thread : null;
        string result = ConsoleSession.Whole(session.Typed.Run(text, language, thread, arguments.FrameId is null ? null : frame, cancel), out var reference, out bool failed);
        if (failed) throw new DapException(DapErrors.BadExpression, result);
        return new EvaluateBody { Result = result, VariablesReference = 0, MemoryReference = reference is { } at && session.ShowsMemory ? session.Memory.Of(at.Space, at.Address) : null };
    }

    private static PhysicalCpu? CpuOf(DapSession session, int? frameId, CancellationToken cancel) =>
        (frameId is { } id ? session.Row(id, cancel).Thread : session.Threads.FirstOrDefault())?.Cpu;
}
