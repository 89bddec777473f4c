namespace XenDumpAdapter.TestKit;

/// <summary>Where the repository is.</summary>
public static class Repository
{
    /// <summary>The folder that holds the solution, above the test's own.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "XenDumpAdapter.sln"))) return at.FullName;
        throw new InvalidOperationException($"no XenDumpAdapter.sln above {AppContext.BaseDirectory}");
    }
}
