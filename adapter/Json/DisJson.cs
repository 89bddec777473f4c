using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump dis --json</c>.</summary>
/// <param name="Space">The address space.</param>
/// <param name="Instructions">The instructions.</param>
internal sealed record DisJson(string Space, IReadOnlyList<InstructionJson> Instructions)
{
    /// <summary>The instructions' shape.</summary>
    public static DisJson Of(AddressSpace space, IEnumerable<PlacedInstruction> instructions) => new(space.Name, [.. instructions.Select(InstructionJson.Of)]);
}

/// <summary>An instruction.</summary>
internal sealed record InstructionJson
{
    /// <summary>Where it is.</summary>
    public required string Address { get; init; }

    /// <summary>Its bytes, two digits each; empty where memory cannot be read.</summary>
    public required string Bytes { get; init; }

    /// <summary>AT&amp;T syntax.</summary>
    public required string Text { get; init; }

    /// <summary>The image, or null.</summary>
    public required string? Module { get; init; }

    /// <summary>The symbol, or null.</summary>
    public required string? Function { get; init; }

    /// <summary>Bytes from the symbol's start, or null.</summary>
    public required ulong? Offset { get; init; }

    /// <summary>The address that it branches to or refers to, where it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>Source line, where known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceJson? Source { get; init; }

    /// <summary>Present and true where a frame of the crash stands.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Current { get; init; }

    /// <summary>The instruction's shape.</summary>
    public static InstructionJson Of(PlacedInstruction i) => new()
    {
        Address = i.Instruction.Address.ToString(),
        Bytes = Convert.ToHexStringLower(i.Instruction.Bytes.Span),
        Text = i.Instruction.Text,
        Module = i.Module,
        Function = i.Symbol,
        Offset = i.Offset,
        Target = Hex.Of(i.Instruction.Target),
        Source = SourceJson.Of(i.Source),
        Current = i.IsCurrent ? true : null,
    };
}
