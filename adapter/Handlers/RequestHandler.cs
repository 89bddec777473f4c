using System.Text.Json.Serialization.Metadata;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>One request of the protocol: reads its arguments, asks the engine, shapes the answer.</summary>
internal abstract class RequestHandler(string command)
{
    /// <summary>The request's name.</summary>
    public string Command { get; } = command;

    /// <summary>Says what the client may rely on because this handler exists.</summary>
    public virtual void Advertise(CapabilitiesBody capabilities)
    {
    }

    /// <summary>Answers the request.</summary>
    public abstract Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel);

    /// <summary>What happens after the answer is out: events that must follow it.</summary>
    public virtual Task AfterAsync(DapSession session, IncomingRequest request, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>A request whose answer has a body.</summary>
/// <typeparam name="TArguments">Its arguments.</typeparam>
/// <typeparam name="TBody">Its answer.</typeparam>
internal abstract class RequestHandler<TArguments, TBody>(string command, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TBody> body) : RequestHandler(command)
    where TArguments : class
{
    /// <inheritdoc/>
    public sealed override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel)
    {
        if (NeedsDump) session.DemandDump();
        return session.Connection.RespondAsync(request, Answer(session, RequestArguments.Read(request, arguments), cancel), body);
    }

    /// <summary>Whether it can be answered only when a dump is open.</summary>
    protected virtual bool NeedsDump => true;

    /// <summary>The answer.</summary>
    protected abstract TBody Answer(DapSession session, TArguments arguments, CancellationToken cancel);
}
