using System.Text.Json;
using System.Text.RegularExpressions;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>
/// Checks JSON against the keywords of JSON Schema (draft 2020-12) that the schemas of this repository use. A keyword that it does not know is an error, so
/// that no schema says more than is checked.
/// </summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$defs", "title", "description", "properties"];

    /// <summary>What is wrong, a line each; empty where the document holds.</summary>
    public IReadOnlyList<string> Check(JsonElement document)
    {
        var errors = new List<string>();
        Check(root, document, "$", errors);
        return errors;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var v = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref": Check(Resolve(v.GetString()!), value, at, errors); break;
                case "type": Demand(TypesOf(v).Any(t => IsType(value, t)), $"{at}: {value.ValueKind} is not {v}", errors); break;
                case "enum": Demand(v.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value)), $"{at}: {value} is none of {v}", errors); break;
                case "const": Demand(JsonElement.DeepEquals(v, value), $"{at}: {value} is not {v}", errors); break;
                case "minimum": Demand(value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= v.GetDecimal(), $"{at}: {value} is below {v}", errors); break;
                case "pattern": Demand(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, v.GetString()!), $"{at}: {value} does not match {v}", errors); break;
                case "required": CheckRequired(v, value, at, errors); break;
                case "items": CheckItems(v, value, at, errors); break;
                case "anyOf": Demand(v.EnumerateArray().Any(s => Holds(s, value)), $"{at}: {value} fits no alternative", errors); break;
                case "additionalProperties": CheckProperties(schema, v, value, at, errors); break;
                default: Demand(Annotations.Contains(keyword.Name), $"the schema uses {keyword.Name}, which is not checked", errors); break;
            }
        }
    }

    private bool Holds(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check(schema, value, "", errors);
        return errors.Count == 0;
    }

    private static void CheckRequired(JsonElement names, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var name in names.EnumerateArray()) Demand(value.TryGetProperty(name.GetString()!, out _), $"{at}: {name} is missing", errors);
    }

    private void CheckItems(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        int i = 0;
        foreach (var item in value.EnumerateArray()) Check(schema, item, $"{at}[{i++}]", errors);
    }

    // Known properties by their own schema; others by additionalProperties, which may be false.
    private void CheckProperties(JsonElement schema, JsonElement others, JsonElement value, string at, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var p in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var known) && known.TryGetProperty(p.Name, out var own)) Check(own, p.Value, $"{at}.{p.Name}", errors);
            else if (others.ValueKind == JsonValueKind.False) errors.Add($"{at}: {p.Name} is not in the schema");
            else Check(others, p.Value, $"{at}.{p.Name}", errors);
        }
    }

    private JsonElement Resolve(string reference)
    {
        const string prefix = "#/$defs/";
        Assert.StartsWith(prefix, reference, StringComparison.Ordinal);
        return root.GetProperty("$defs").GetProperty(reference[prefix.Length..]);
    }

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool IsType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal d) && d == decimal.Truncate(d),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown type"),
    };

    private static void Demand(bool condition, string error, List<string> errors)
    {
        if (!condition) errors.Add(error);
    }
}
