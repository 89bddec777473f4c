using System.Text.Json;
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
    public virtual Task AfterAsync(DapSession session, CancellationToken cancel) => Task.CompletedTask;

    /// <summary>The arguments as their type.</summary>
    /// <exception cref="DapException">They are not of the request's form.</exception>
    protected T Read<T>(IncomingRequest request, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            var arguments = request.Arguments.ValueKind == JsonValueKind.Undefined ? EmptyObject : request.Arguments;
            return arguments.Deserialize(type) ?? throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            string where = (e as JsonException)?.Path is { Length: > 2 } path ? $" ({path[2..]})" : "";
            throw new DapException(DapErrors.BadArguments, $"The arguments of {Command} are not as the protocol says{where}.");
        }
    }

    private static JsonElement EmptyObject => JsonDocument.Parse("{}").RootElement;
}

/// <summary>A request whose answer has a body.</summary>
/// <typeparam name="TArguments">Its arguments.</typeparam>
/// <typeparam name="TBody">Its answer.</typeparam>
internal abstract class RequestHandler<TArguments, TBody>(string command, JsonTypeInfo<TArguments> arguments, JsonTypeInfo<TBody> body) : RequestHandler(command)
    where TArguments : class
{
    /// <inheritdoc/>
    public sealed override Task HandleAsync(DapSession session, IncomingRequest request, CancellationToken cancel) =>
        session.Connection.RespondAsync(request, Answer(session, Read(request, arguments), cancel), body);

    /// <summary>The answer.</summary>
    protected abstract TBody Answer(DapSession session, TArguments arguments, CancellationToken cancel);
}
