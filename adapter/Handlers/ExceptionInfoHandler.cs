using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Commands.Reports;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>exceptionInfo: the findings. The first is the exception; the others and the evidence are its details.</summary>
internal sealed class ExceptionInfoHandler()
    : RequestHandler<ExceptionInfoArguments, ExceptionInfoBody>("exceptionInfo", DapJson.Default.ExceptionInfoArguments, DapJson.Default.ExceptionInfoBody)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsExceptionInfoRequest = true;

    /// <inheritdoc/>
    protected override ExceptionInfoBody Answer(DapSession session, ExceptionInfoArguments arguments, CancellationToken cancel)
    {
        var thread = session.Target.FindThread(arguments.ThreadId)
            ?? throw new DapException(DapErrors.UnknownReference, $"There is no thread {arguments.ThreadId}.");
        if (!thread.IsPanicking) return new ExceptionInfoBody { ExceptionId = "stopped", Description = $"{thread.Name} was stopped when the dump was taken.", BreakMode = "always" };
        var findings = session.Findings(cancel);
        return new ExceptionInfoBody
        {
            ExceptionId = findings.Count > 0 ? findings[0].Id : "crash",
            Description = findings.Count > 0 ? findings[0].Summary : "The dump says nothing of a crash.",
            BreakMode = "always",
            Details = new ExceptionDetailsBody
            {
                Message = string.Join('\n', findings.SelectMany(f => new[] { f.Summary }.Concat(f.Evidence.Select(e => "    " + e)))),
                TypeName = findings.Count > 0 ? findings[0].Id : null,
                StackTrace = string.Join('\n', StackReport.Lines(thread, null, cancel).Select(l => l.Text)),
            },
        };
    }
}
