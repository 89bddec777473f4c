using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>The JSON of every verb, generated at build time. protocol-fixtures/schema describes it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(InfoJson))]
[JsonSerializable(typeof(StacksJson))]
[JsonSerializable(typeof(ThreadsJson))]
[JsonSerializable(typeof(ReadJson))]
[JsonSerializable(typeof(DisJson))]
[JsonSerializable(typeof(PrintJson))]
[JsonSerializable(typeof(DemoJson))]
internal sealed partial class JsonShapes : JsonSerializerContext;

/// <summary>How <see cref="JsonShapes"/> are written.</summary>
internal static class JsonOutput
{
    /// <summary>Only what JSON itself reserves is escaped, as nothing here goes into a web page.</summary>
    public static JsonShapes Shapes { get; } = new(new JsonSerializerOptions(JsonShapes.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
