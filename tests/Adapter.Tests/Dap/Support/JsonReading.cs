using System.Text.Json;

namespace XenDumpAdapter.Adapter.Tests.Dap.Support;

/// <summary>Short ways to what tests look at.</summary>
internal static class JsonReading
{
    /// <summary>A member's text.</summary>
    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;

    /// <summary>A member's number.</summary>
    public static long Number(this JsonElement element, string member) => element.GetProperty(member).GetInt64();

    /// <summary>Whether there is such a member.</summary>
    public static bool Has(this JsonElement element, string member) => element.TryGetProperty(member, out _);

    /// <summary>The member's text of each element.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement array, string member) => [.. array.EnumerateArray().Select(e => e.Text(member))];

    /// <summary>The element whose name is this.</summary>
    public static JsonElement Named(this JsonElement array, string name) =>
        array.EnumerateArray().FirstOrDefault(e => e.Text("name") == name) is { ValueKind: JsonValueKind.Object } found
            ? found
            : throw new Xunit.Sdk.XunitException($"no {name} among {string.Join(", ", array.Texts("name"))}");
}
