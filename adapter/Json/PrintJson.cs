using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump print --json</c>.</summary>
/// <param name="Expression">What was asked for.</param>
/// <param name="Value">The value.</param>
internal sealed record PrintJson(string Expression, ValueJson Value)
{
    /// <summary>The value's shape.</summary>
    public static PrintJson Of(string expression, TypedValue value) => new(expression, new ValueTree().Of(null, value, 0));
}

/// <summary>A value with its parts.</summary>
internal sealed record ValueJson
{
    /// <summary>Member's name or <c>[index]</c>; null for the whole and for anonymous members.</summary>
    public required string? Name { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>The space that its address is in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Space { get; init; }

    /// <summary>Where it is; left out for a value that is in no memory.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Address { get; init; }

    /// <summary>The bits of a scalar; null for aggregates and what is not there.</summary>
    public required string? Value { get; init; }

    /// <summary>As people read it.</summary>
    public required string Text { get; init; }

    /// <summary>Parts of a structure or an array.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ValueJson>? Members { get; init; }

    /// <summary>Present and true where parts were left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Cut { get; init; }
}

/// <summary>Opens aggregates down to a depth and up to a number of parts; pointers are not followed.</summary>
internal sealed class ValueTree
{
    private const int MaxDepth = 20;
    private const int MaxParts = 20_000;
    private const int MaxElements = 1000;

    private int _parts;

    /// <summary>The value's shape.</summary>
    public ValueJson Of(string? name, TypedValue value, int depth)
    {
        _parts++;
        bool opens = value.Status == ValueStatus.Available && value.Type.Strip() is AggregateType or ArrayType;
        ulong count = opens ? value.ChildCount() : 0;
        bool deep = depth >= MaxDepth || _parts >= MaxParts;
        ValueJson[]? members = opens && !deep ? [.. value.Children(0, MaxElements).TakeWhile(_ => _parts < MaxParts).Select(c => Of(c.Name, c.Value, depth + 1))] : null;
        return new ValueJson
        {
            Name = name,
            Type = value.Type.DisplayName,
            Space = value.Address is null ? null : value.Space.Name,
            Address = Hex.Of(value.Address),
            Value = value.TryGetUnsigned(out ulong bits) ? Hex.Of(bits) : null,
            Text = ValueFormatter.Format(value),
            Members = members,
            Cut = opens && (ulong)(members?.Length ?? 0) < count ? true : null,
        };
    }
}
