using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.GdbStub;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump gdb</c>.</summary>
internal sealed class GdbVerb : Verb
{
    private const string DefaultAddress = "127.0.0.1:1234";

    private readonly Argument<string> _dump = new("DUMP") { Description = "the dump: a file, or sample:NAME" };
    private readonly Option<string?> _listen = new("--listen") { Description = $"address and port to listen on, many clients at once [default: {DefaultAddress}]", HelpName = "ADDRESS" };
    private readonly Option<bool> _stdio = new("--stdio") { Description = "speak on standard input and output, for 'target remote | …'" };
    private readonly Option<bool> _guest = new("--guest") { Description = "show the guest that crashed first, not the machine" };
    private readonly Option<string?> _threads = new("--threads") { Description = "'all': the kernel's sleeping and waiting threads, too", HelpName = "all" };
    private readonly SymbolOptions _symbols;

    /// <summary>The verb.</summary>
    public GdbVerb(VerbHost host) : base(host, "gdb", "Serves the dump to gdb or lldb. Of a Solaris dump gdb is given the symbols and unwind information, too.",
        "gdb -ex 'target remote | xendump gdb vmcore --stdio'", "gdb -ex 'target remote | xendump gdb vmcore.0 --stdio --threads all' -ex bt", "xendump gdb vmcore --listen 127.0.0.1:1234", "lldb -o 'gdb-remote 127.0.0.1:1234'")
    {
        Command.Arguments.Add(_dump);
        _symbols = new SymbolOptions(Command);
        Command.Options.Add(_listen);
        Command.Options.Add(_stdio);
        Command.Options.Add(_guest);
        Command.Options.Add(_threads);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        bool stdio = arguments.GetValue(_stdio);
        string? listen = arguments.GetValue(_listen);
        if (stdio && listen is not null) throw new UsageException("--listen and --stdio exclude each other.");
        string? threads = arguments.GetValue(_threads);
        if (threads is not (null or "all")) throw new UsageException($"--threads takes \"all\", not \"{threads}\".");
        string address = listen ?? DefaultAddress;
        var endPoint = GdbListener.ParseEndPoint(address) ?? throw new UsageException($"\"{address}\" is no address to listen on; write 127.0.0.1:1234.");
        if (stdio) Host.Terminal.IgnoreInterrupts();
        using var target = DumpVerb.Open(Host, _symbols.For(arguments.GetRequiredValue(_dump), arguments), cancel);
        foreach (var warning in Core.Commands.Reports.InfoReport.Warnings(target)) await Host.Terminal.Error.WriteLineAsync(warning.Text).ConfigureAwait(false);
        var options = new GdbServerOptions
        {
            View = arguments.GetValue(_guest) ? GdbView.Guest : GdbView.Machine,
            AllThreads = threads is not null,
            Monitor = () => Console(new ConsoleSession(target)),
            ServeFiles = !stdio && !IPAddress.IsLoopback(endPoint.Address),
        };
        if (stdio) await GdbServer.RunAsync(target, Host.Terminal.Input, Host.Terminal.Output, options, CancellationToken.None).ConfigureAwait(false);
        else await ListenAsync(target, endPoint, options, cancel).ConfigureAwait(false);
        return cancel.IsCancellationRequested && !stdio ? ExitCode.Interrupted : ExitCode.Ok;
    }

    // gdb has C expressions of its own: what is neither a word of the command line nor of the mdb language is told so.
    private static MonitorCommand Console(ConsoleSession console) => (command, cancel) =>
        console.Run(command, console.LanguageOf(command, null) is ConsoleLanguage.Mdb ? ConsoleLanguage.Mdb : ConsoleLanguage.Words, cancel: cancel).Select(l => l.Text);

    private async Task ListenAsync(DumpTarget target, IPEndPoint endPoint, GdbServerOptions options, CancellationToken cancel)
    {
        using var listener = Start(target, endPoint, options);
        await Host.Terminal.Out.WriteLineAsync($"Listening on {listener.EndPoint}; in gdb: target remote {listener.EndPoint}").ConfigureAwait(false);
        await Host.Terminal.Out.FlushAsync(cancel).ConfigureAwait(false);
        await listener.RunAsync(cancel).ConfigureAwait(false);
    }

    private static GdbListener Start(DumpTarget target, IPEndPoint endPoint, GdbServerOptions options)
    {
        try
        {
            return GdbListener.Start(target, endPoint, options);
        }
        catch (SocketException e)
        {
            throw new UsageException($"Cannot listen on {endPoint}: {e.Message}.");
        }
    }
}
