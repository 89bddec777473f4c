namespace XenDumpAdapter.TestKit;

/// <summary>
/// Real dumps, where the machine has them: the folder that the environment variable XENDUMP_LAB names, else <c>../shared/lab</c> beside the
/// repository. Files that are packed with zstd are unpacked once into the temporary folder.
/// </summary>
public static class Lab
{
    /// <summary>Why tests that need it are skipped.</summary>
    public const string Absent = "the lab is not here: set XENDUMP_LAB to a folder with dumps/, symbols/ and oracle/";

    private static readonly Lazy<string?> Folder = new(FindFolder);
    private static readonly Lock Unpacking = new();

    /// <summary>Whether it is here.</summary>
    public static bool IsHere => Folder.Value is not null;

    /// <summary>The path of a file of the lab, such as <c>dumps/k64-rel/vmcore</c>, unpacked; null where the lab or the file is absent.</summary>
    public static string? Find(string relative)
    {
        if (Folder.Value is not { } folder) return null;
        string plain = Path.Combine(folder, relative);
        if (File.Exists(plain)) return plain;
        string packed = plain + ".zst";
        return File.Exists(packed) ? Unpack(packed, relative) : null;
    }

    /// <summary>Every dump of the lab, as <c>m64-dbg/elf.core</c>; empty where it is absent.</summary>
    /// <param name="ending">How the names of its files end.</param>
    public static IReadOnlyList<string> Dumps(string ending = "core")
    {
        if (Folder.Value is not { } folder) return [];
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string path in Directory.EnumerateFiles(Path.Combine(folder, "dumps"), "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(Path.Combine(folder, "dumps"), path).Replace('\\', '/');
            if (name.EndsWith(".zst", StringComparison.Ordinal)) name = name[..^4];
            if (name.EndsWith(ending, StringComparison.Ordinal)) found.Add(name);
        }

        return [.. found];
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable("XENDUMP_LAB") is { Length: > 0 } named) return Directory.Exists(Path.Combine(named, "dumps")) ? named : null;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (!File.Exists(Path.Combine(at.FullName, "XenDumpAdapter.sln"))) continue;
            string beside = Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "lab"));
            return Directory.Exists(Path.Combine(beside, "dumps")) ? beside : null;
        }

        return null;
    }

    /// <summary>Unpacks beside the others of the same size and date; a finished file appears under its name at once, so test processes may race.</summary>
    private static string Unpack(string packed, string relative)
    {
        lock (Unpacking)
        {
            var info = new FileInfo(packed);
            string cache = Path.Combine(Path.GetTempPath(), "xendump-lab", $"{info.Length:x}-{info.LastWriteTimeUtc.Ticks:x}");
            string target = Path.Combine(cache, relative);
            if (File.Exists(target)) return target;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string partial = $"{target}.{Environment.ProcessId}";
            using (var input = new ZstdSharp.DecompressionStream(File.OpenRead(packed), leaveOpen: false))
            using (var output = File.Create(partial))
            {
                input.CopyTo(output);
            }

            File.Move(partial, target, overwrite: true);
            return target;
        }
    }
}
