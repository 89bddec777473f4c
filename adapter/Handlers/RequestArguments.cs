using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>From a request's JSON to its arguments.</summary>
internal static class RequestArguments
{
    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    /// <summary>The arguments as their type; those of a request without any are all absent.</summary>
    /// <exception cref="DapException">They are not of the request's form.</exception>
    public static T Read<T>(IncomingRequest request, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            var arguments = request.Arguments.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? Empty : request.Arguments;
            return arguments.Deserialize(type) ?? throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            string where = (e as JsonException)?.Path is { Length: > 2 } path ? $" ({path[2..]})" : "";
            throw new DapException(DapErrors.BadArguments, $"The arguments of {request.Command} are not as the protocol says{where}.");
        }
    }
}
