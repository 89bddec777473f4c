using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>launch and attach: open the dump. A dump neither starts nor runs, so both mean the same.</summary>
internal sealed class OpenHandler(string command) : RequestHandler(command)
{
    private const string ProgressId = "open";

    /// <inheritdoc/>
    public override async Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        var arguments = Read(request, DapJson.Default.OpenArguments);
        var options = OptionsOf(arguments);
        session.AllThreads = ShowsAll(arguments.Threads);
        bool progress = session.Client?.SupportsProgressReporting == true;
        if (progress) await session.Connection.RaiseAsync("progressStart", new ProgressStartBody(ProgressId, "Opening the dump", request.Seq, true, options.Dump), DapJson.Default.ProgressStartBody).ConfigureAwait(false);
        var reporter = new Reporter(progress ? session.Connection : null);
        try
        {
            await Task.Run(() => session.Open(options, reporter, cancel), cancel).ConfigureAwait(false);
        }
        catch (DumpFormatException e)
        {
            throw new DapException(DapErrors.CannotOpen, Sentence(e.Message), showUser: true);
        }
        finally
        {
            await reporter.SentAsync().ConfigureAwait(false);
            if (progress) await session.Connection.RaiseAsync("progressEnd", new ProgressEndBody(ProgressId, null), DapJson.Default.ProgressEndBody).ConfigureAwait(false);
        }

        await session.Connection.AcknowledgeAsync(request).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, CancellationToken cancel) => Announcement.WhenReadyAsync(session, cancel);

    private OpenOptions OptionsOf(OpenArguments arguments)
    {
        if (string.IsNullOrWhiteSpace(arguments.Dump))
            throw new DapException(DapErrors.BadArguments, $"The {Command} configuration names no \"dump\": the path of a vmcore or machine dump, or \"sample:overflow\".", showUser: true);
        return new OpenOptions { Dump = arguments.Dump, Kernel = NullIfEmpty(arguments.Kernel), XenSyms = NullIfEmpty(arguments.XenSyms) };
    }

    private static bool ShowsAll(string? threads) => threads switch
    {
        null or "" or "cpus" => false,
        "all" => true,
        _ => throw new DapException(DapErrors.BadArguments, $"\"threads\" is \"{threads}\"; it is \"cpus\" or \"all\".", showUser: true),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    /// <summary>Stages of opening as progress events. They are sent in order, without holding up the opening.</summary>
    private sealed class Reporter(DapConnection? connection) : IProgress<OpenProgress>
    {
        private Task _sending = Task.CompletedTask;

        public void Report(OpenProgress value)
        {
            if (connection is null) return;
            var before = _sending;
            _sending = SendAsync(before, value);
        }

        /// <summary>Completes when everything reported so far is out.</summary>
        public Task SentAsync() => _sending;

        private async Task SendAsync(Task before, OpenProgress value)
        {
            await before.ConfigureAwait(false);
            await connection!.RaiseAsync("progressUpdate", new ProgressUpdateBody(ProgressId, value.Text), DapJson.Default.ProgressUpdateBody).ConfigureAwait(false);
        }
    }
}
