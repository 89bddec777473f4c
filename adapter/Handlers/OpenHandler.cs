using System.Globalization;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>launch and attach: open the dump. A dump neither starts nor runs, so both mean the same.</summary>
internal sealed class OpenHandler(string command) : RequestHandler(command)
{
    /// <summary>The progress that a launch or attach shows.</summary>
    public static string ProgressIdOf(IncomingRequest request) => string.Create(CultureInfo.InvariantCulture, $"open-{request.Seq}");

    /// <inheritdoc/>
    public override async Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        var arguments = RequestArguments.Read(request, DapJson.Default.OpenArguments);
        var options = OptionsOf(arguments);
        session.RefuseSecondDump();
        session.AllThreads = ShowsAll(arguments.Threads);
        var reporter = new Reporter(session.Client?.SupportsProgressReporting == true ? session.Connection : null, request);
        await reporter.StartAsync(options.Dump).ConfigureAwait(false);
        try
        {
            await Task.Run(() => session.Open(options, reporter, cancel), cancel).ConfigureAwait(false);
        }
        catch (DumpFormatException e)
        {
            throw new DapException(DapErrors.CannotOpen, DapErrors.Sentence(e.Message), showUser: true);
        }
        finally
        {
            await reporter.EndAsync().ConfigureAwait(false);
        }

        await session.Connection.AcknowledgeAsync(request).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) => Announcement.WhenReadyAsync(session, cancel);

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

    /// <summary>Stages of opening as progress events. They are sent in order, without holding up the opening.</summary>
    private sealed class Reporter(DapConnection? connection, IncomingRequest request) : IProgress<OpenProgress>
    {
        private readonly string _id = ProgressIdOf(request);
        private Task _sending = Task.CompletedTask;

        public void Report(OpenProgress value)
        {
            if (connection is null) return;
            var before = _sending;
            _sending = SendAsync(before, value);
        }

        public Task StartAsync(string dump) => connection is null
            ? Task.CompletedTask
            : connection.RaiseAsync("progressStart", new ProgressStartBody(_id, "Opening the dump", request.Seq, true, dump), DapJson.Default.ProgressStartBody);

        /// <summary>Says that it is over when everything reported so far is out.</summary>
        public async Task EndAsync()
        {
            if (connection is null) return;
            await _sending.ConfigureAwait(false);
            await connection.RaiseAsync("progressEnd", new ProgressEndBody(_id, null), DapJson.Default.ProgressEndBody).ConfigureAwait(false);
        }

        private async Task SendAsync(Task before, OpenProgress value)
        {
            await before.ConfigureAwait(false);
            await connection!.RaiseAsync("progressUpdate", new ProgressUpdateBody(_id, value.Text), DapJson.Default.ProgressUpdateBody).ConfigureAwait(false);
        }
    }
}
