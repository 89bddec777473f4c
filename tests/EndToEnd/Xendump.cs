namespace XenDumpAdapter.EndToEnd;

/// <summary>The executable under test: what the environment variable XENDUMP names (<c>tests/run</c> sets it to the published one), else the one that was built with the tests.</summary>
internal static class Xendump
{
    /// <summary>Its path.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("XENDUMP") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "xendump.exe" : "xendump");
}
