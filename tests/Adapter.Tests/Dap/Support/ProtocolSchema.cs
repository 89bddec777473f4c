using System.Text.Json;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Dap.Support;

/// <summary>
/// Checks messages against the schema that the Debug Adapter Protocol is published as: JSON Schema draft 04, in which a response or event is described by
/// <c>allOf</c> its base and its own members. Stricter than the draft: a member that no part of the description knows is an error, as it is a misspelt one,
/// and so is a text that is none of those in <c>_enum</c>, by which the protocol names the values that clients understand.
/// </summary>
internal sealed class ProtocolSchema(JsonElement root)
{
    /// <summary>Environment variable that names the schema's file.</summary>
    public const string Variable = "XENDUMP_DAP_SCHEMA";

    private static readonly HashSet<string> Annotations =
        ["$schema", "title", "description", "format", "enumDescriptions", "definitions", "properties", "additionalProperties"];

    private static readonly Lazy<ProtocolSchema?> Found = new(Find);

    /// <summary>The published schema; null where it is not here.</summary>
    public static ProtocolSchema? Published => Found.Value;

    /// <summary>What is wrong with a message of a server, a line each.</summary>
    public IReadOnlyList<string> CheckMessage(JsonElement message) => Check(DefinitionOf(message), message);

    /// <summary>What is wrong with a document that should be as the definition says, a line each.</summary>
    public IReadOnlyList<string> Check(string definition, JsonElement document)
    {
        var errors = new List<string>();
        if (root.GetProperty("definitions").TryGetProperty(definition, out var schema)) Check([schema], document, definition, errors);
        else errors.Add($"the protocol has no {definition}");
        return errors;
    }

    /// <summary>Names of all definitions.</summary>
    public IEnumerable<string> Definitions => root.GetProperty("definitions").EnumerateObject().Select(d => d.Name);

    private static string DefinitionOf(JsonElement message)
    {
        if (message.GetProperty("type").ValueEquals("event")) return Pascal(message.GetProperty("event").GetString()!) + "Event";

        // An unknown command has no response of its own.
        return message.GetProperty("success").GetBoolean() ? Pascal(message.GetProperty("command").GetString()!) + "Response" : "ErrorResponse";
    }

    private static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>The value must hold against all of these; members may be known to any of them.</summary>
    private void Check(IReadOnlyList<JsonElement> together, JsonElement value, string at, List<string> errors)
    {
        var all = together.SelectMany(Flatten).ToList();
        foreach (var schema in all) CheckKeywords(schema, value, at, errors);
        if (value.ValueKind == JsonValueKind.Object) CheckMembers(all, value, at, errors);
        if (value.ValueKind == JsonValueKind.Array) CheckItems(all, value, at, errors);
    }

    /// <summary>A schema with what it refers to and is made of.</summary>
    private IEnumerable<JsonElement> Flatten(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference)) return Flatten(Resolve(reference.GetString()!));
        return schema.TryGetProperty("allOf", out var parts) ? parts.EnumerateArray().SelectMany(Flatten).Append(schema) : [schema];
    }

    private void CheckKeywords(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var v = keyword.Value;
            switch (keyword.Name)
            {
                case "type": Demand(TypesOf(v).Any(t => IsType(value, t)), $"{at}: {value.ValueKind} is not {v}", errors); break;
                case "enum": Demand(IsAmong(v, value), $"{at}: {value} is none of {v}", errors); break;
                case "_enum": Demand(IsAmong(v, value) || IsFreeText(at), $"{at}: {value} is none that clients know: {v}", errors); break;
                case "minimum": Demand(value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= v.GetDecimal(), $"{at}: {value} is below {v}", errors); break;
                case "maximum": Demand(value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= v.GetDecimal(), $"{at}: {value} is above {v}", errors); break;
                case "required":
                    foreach (var name in v.EnumerateArray())
                        Demand(value.ValueKind != JsonValueKind.Object || value.TryGetProperty(name.GetString()!, out _), $"{at}: {name} is missing", errors);
                    break;
                case "oneOf": Demand(v.EnumerateArray().Count(s => Holds(s, value)) == 1, $"{at}: {value} fits none or several of {v}", errors); break;
                case "anyOf": Demand(v.EnumerateArray().Any(s => Holds(s, value)), $"{at}: {value} fits none of {v}", errors); break;
                case "allOf" or "$ref" or "items": break;
                default: Demand(Annotations.Contains(keyword.Name), $"the schema uses {keyword.Name}, which is not checked", errors); break;
            }
        }
    }

    /// <summary>The short form of an error may be any text beside those that have a meaning.</summary>
    private static bool IsFreeText(string at) => at.EndsWith("Response.message", StringComparison.Ordinal);

    private void CheckMembers(List<JsonElement> all, JsonElement value, string at, List<string> errors)
    {
        foreach (var member in value.EnumerateObject())
        {
            var own = all.Where(s => s.TryGetProperty("properties", out var p) && p.TryGetProperty(member.Name, out _))
                .Select(s => s.GetProperty("properties").GetProperty(member.Name)).ToList();
            var others = all.Where(s => s.TryGetProperty("additionalProperties", out var a) && a.ValueKind == JsonValueKind.Object).Select(s => s.GetProperty("additionalProperties")).ToList();
            if (own.Count > 0) Check(own, member.Value, $"{at}.{member.Name}", errors);
            else if (others.Count > 0) Check(others, member.Value, $"{at}.{member.Name}", errors);
            else if (!all.Any(IsOpen)) errors.Add($"{at}: the protocol has no member {member.Name}");
        }
    }

    /// <summary>Whether an object may have any members: one of which nothing is said.</summary>
    private static bool IsOpen(JsonElement schema) => schema.TryGetProperty("additionalProperties", out var a) && a.ValueKind == JsonValueKind.True;

    private void CheckItems(List<JsonElement> all, JsonElement value, string at, List<string> errors)
    {
        var items = all.Where(s => s.TryGetProperty("items", out _)).Select(s => s.GetProperty("items")).ToList();
        if (items.Count == 0) return;
        int i = 0;
        foreach (var item in value.EnumerateArray()) Check(items, item, $"{at}[{i++}]", errors);
    }

    private bool Holds(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Check([schema], value, "", errors);
        return errors.Count == 0;
    }

    private JsonElement Resolve(string reference)
    {
        const string prefix = "#/definitions/";
        Assert.StartsWith(prefix, reference, StringComparison.Ordinal);
        return root.GetProperty("definitions").GetProperty(reference[prefix.Length..]);
    }

    private static bool IsAmong(JsonElement values, JsonElement value) => values.EnumerateArray().Any(e => JsonElement.DeepEquals(e, value));

    private static IEnumerable<string> TypesOf(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool IsType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal d) && d == decimal.Truncate(d),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown type"),
    };

    private static void Demand(bool condition, string error, List<string> errors)
    {
        if (!condition) errors.Add(error);
    }

    private static ProtocolSchema? Find()
    {
        string path = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "tooling", "debugAdapterProtocol.json"));
        return File.Exists(path) ? new ProtocolSchema(JsonDocument.Parse(File.ReadAllBytes(path)).RootElement) : null;
    }
}
