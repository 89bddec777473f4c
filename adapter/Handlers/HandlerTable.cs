using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>Every request that is answered. What the client may rely on is the union of what these say.</summary>
internal sealed class HandlerTable
{
    private static readonly string[] Breakpoints =
        ["setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints", "setInstructionBreakpoints", "setDataBreakpoints"];

    private static readonly string[] Running = ["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue", "pause", "goto", "restartFrame"];

    private readonly Dictionary<string, RequestHandler> _handlers;

    /// <summary>The table.</summary>
    public HandlerTable()
    {
        RequestHandler[] all =
        [
            new InitializeHandler(Capabilities), new OpenHandler("launch"), new OpenHandler("attach"), new ConfigurationDoneHandler(),
            new ThreadsHandler(), new StackTraceHandler(), new ScopesHandler(), new VariablesHandler(), new EvaluateHandler(), new CompletionsHandler(),
            new ReadMemoryHandler(), new DisassembleHandler(), new ModulesHandler(), new LoadedSourcesHandler(), new SourceHandler(), new ExceptionInfoHandler(),
            .. Breakpoints.Select(c => new BreakpointsHandler(c)),
            .. Running.Select(c => new PostMortemHandler(c)),
            new EndHandler("terminate"), new EndHandler("disconnect"),
        ];
        _handlers = all.ToDictionary(h => h.Command, StringComparer.Ordinal);
    }

    /// <summary>The handler of a request, or null.</summary>
    public RequestHandler? Find(string command) => _handlers.GetValueOrDefault(command);

    private CapabilitiesBody Capabilities()
    {
        // The dispatcher itself takes cancel: it must get past the request that is being handled.
        var capabilities = new CapabilitiesBody { SupportsCancelRequest = true };
        foreach (var handler in _handlers.Values) handler.Advertise(capabilities);
        return capabilities;
    }
}
