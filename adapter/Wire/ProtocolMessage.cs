using System.Text.Json;

namespace XenDumpAdapter.Adapter.Wire;

/// <summary>A request as it came in.</summary>
/// <param name="Seq">Its number, which the response repeats.</param>
/// <param name="Command">What is asked for.</param>
/// <param name="Arguments">Arguments as JSON; an undefined element where there are none.</param>
internal sealed record IncomingRequest(int Seq, string Command, JsonElement Arguments);

/// <summary>A response.</summary>
internal sealed record ResponseMessage
{
    /// <summary>Number of this message.</summary>
    public int Seq { get; init; }

    /// <summary>Always <c>response</c>.</summary>
    public string Type { get; } = "response";

    /// <summary>Number of the request.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("request_seq")]
    public required int RequestSeq { get; init; }

    /// <summary>Whether it worked.</summary>
    public required bool Success { get; init; }

    /// <summary>What was asked for.</summary>
    public required string Command { get; init; }

    /// <summary>For an error: a short form; <c>cancelled</c> has a meaning of its own.</summary>
    public string? Message { get; init; }

    /// <summary>The answer.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>An event.</summary>
internal sealed record EventMessage
{
    /// <summary>Number of this message.</summary>
    public int Seq { get; init; }

    /// <summary>Always <c>event</c>.</summary>
    public string Type { get; } = "event";

    /// <summary>Which event.</summary>
    public required string Event { get; init; }

    /// <summary>Its contents.</summary>
    public JsonElement? Body { get; init; }
}

/// <summary>The body of an error response.</summary>
internal sealed record ErrorBody(ErrorMessage Error);

/// <summary>An error for the user.</summary>
/// <param name="Id">Number from <see cref="Session.DapErrors"/>.</param>
/// <param name="Format">The sentence.</param>
/// <param name="ShowUser">Whether the client should show it.</param>
internal sealed record ErrorMessage(int Id, string Format, bool ShowUser);
