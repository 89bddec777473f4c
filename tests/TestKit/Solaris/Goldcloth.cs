namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>The sample dump goldcloth, where the machine has it: <c>samples/goldcloth</c> beside the lab (see <see cref="Lab"/>), or the folder that XENDUMP_GOLDCLOTH names.</summary>
public static class Goldcloth
{
    /// <summary>Why tests that need it are skipped.</summary>
    public const string Absent = "goldcloth is not here: set XENDUMP_GOLDCLOTH to a folder with unix.0 and vmcore.0";

    /// <summary>The path of one of its files, <c>vmcore.0</c> or <c>unix.0</c>; null where it is absent.</summary>
    public static string? Find(string name)
    {
        if (Environment.GetEnvironmentVariable("XENDUMP_GOLDCLOTH") is { Length: > 0 } named) return There(named, name);
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "XenDumpAdapter.sln"))) return There(Path.Combine(at.FullName, "..", "shared", "samples", "goldcloth"), name);
        }

        return null;
    }

    private static string? There(string folder, string name)
    {
        string path = Path.GetFullPath(Path.Combine(folder, name));
        return File.Exists(path) ? path : null;
    }
}
