using System.CommandLine;
using System.Net.Sockets;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.GdbStub;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump dap</c>.</summary>
internal sealed class DapVerb : Verb
{
    private readonly Option<string?> _listen = new("--listen") { Description = "serve many clients on this address and port instead of one on standard input and output", HelpName = "ADDRESS" };
    private readonly SymbolOptions _symbols;

    /// <summary>The verb.</summary>
    public DapVerb(VerbHost host) : base(host, "dap", "Serves the Debug Adapter Protocol, for VS Code and other clients.",
        "xendump dap", "xendump dap --listen 127.0.0.1:4711")
    {
        Command.Options.Add(_listen);
        _symbols = new SymbolOptions(Command);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancel)
    {
        // A client's configuration names symbol files; what it leaves out is taken from the command line.
        var otherwise = _symbols.For("", arguments);
        Core.Target.DumpTarget Open(OpenOptions options, IProgress<OpenProgress>? progress, CancellationToken token) =>
            Host.Open(options with { XenSyms = options.XenSyms ?? otherwise.XenSyms, Kernel = options.Kernel ?? otherwise.Kernel }, progress, token);

        if (arguments.GetValue(_listen) is { } listen)
        {
            await ListenAsync(listen, Open, cancel).ConfigureAwait(false);
            return cancel.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Ok;
        }

        Host.Terminal.IgnoreInterrupts();
        await DapServer.RunAsync(Host.Terminal.Input, Host.Terminal.Output, Open, CancellationToken.None).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private void Announce(System.Net.IPEndPoint at)
    {
        Host.Terminal.Out.WriteLine($"Listening on {at}");
        Host.Terminal.Out.Flush();
    }

    private async Task ListenAsync(string listen, Func<OpenOptions, IProgress<OpenProgress>?, CancellationToken, Core.Target.DumpTarget> open, CancellationToken cancel)
    {
        var endPoint = GdbListener.ParseEndPoint(listen) ?? throw new UsageException($"\"{listen}\" is no address to listen on; write 127.0.0.1:4711.");
        try
        {
            await DapListener.RunAsync(endPoint, open, Announce, cancel).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new UsageException($"Cannot listen on {endPoint}: {e.Message}.");
        }
    }
}
