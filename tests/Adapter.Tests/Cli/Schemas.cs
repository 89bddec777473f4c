using System.Text.Json;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>protocol-fixtures/schema.</summary>
internal static class Schemas
{
    /// <summary>The schema of a verb's JSON.</summary>
    public static JsonSchema Of(string verb)
    {
        string path = Path.Combine(Repository.Root, "protocol-fixtures", "schema", $"{verb}.schema.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return new JsonSchema(document.RootElement.Clone());
    }
}
