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
