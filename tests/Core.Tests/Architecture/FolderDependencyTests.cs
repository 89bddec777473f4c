using System.Text.RegularExpressions;

namespace XenDumpAdapter.Core.Tests.Architecture;

/// <summary>Keeps ARCHITECTURE.md true: which folder uses which.</summary>
public sealed partial class FolderDependencyTests
{
    private static readonly string[] CoreOrder =
        ["Primitives", "Memory", "Formats", "Arch", "Symbols", "Types", "Samples", "Unwinding", "Target", "Kernels", "Diagnosis", "Opening", "Commands"];

    [Fact]
    public void Each_folder_of_core_uses_only_those_before_it()
    {
        var wrong = new List<string>();
        foreach (string file in Sources("core"))
        {
            string folder = Path.GetRelativePath(Path.Combine(Root, "core"), file).Split(Path.DirectorySeparatorChar)[0];
            int own = Array.IndexOf(CoreOrder, folder);
            Assert.True(own >= 0, $"{file} lies in no folder that ARCHITECTURE.md names");
            foreach (Match use in CoreUsing().Matches(File.ReadAllText(file)))
            {
                int used = Array.IndexOf(CoreOrder, use.Groups[1].Value);
                if (used < 0 || used > own) wrong.Add($"{Path.GetRelativePath(Root, file)} uses {use.Groups[1].Value}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_and_gdbstub_know_no_console_no_json_and_no_front_end()
    {
        string[] forbidden = ["Console.", "System.Text.Json", "XenDumpAdapter.Adapter", "Microsoft.Extensions.Logging"];
        string[] onlyCore = ["System.Net", "XenDumpAdapter.GdbStub"];
        var wrong = Sources("core").SelectMany(f => Found(f, [.. forbidden, .. onlyCore])).Concat(Sources("gdbstub").SelectMany(f => Found(f, forbidden)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_command_line_writes_to_the_console()
    {
        var wrong = Sources("adapter")
            .Where(f => !f.EndsWith("Program.cs", StringComparison.Ordinal) && !f.Contains("/Verbs/", StringComparison.Ordinal))
            .SelectMany(f => Found(f, ["Console."]));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Git_ignores_no_source_file()
    {
        using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", "ls-files --others --ignored --exclude-standard -- core gdbstub adapter")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var ignored = git.StandardOutput.ReadToEnd().Split('\n').Where(f => f.EndsWith(".cs", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal));
        git.WaitForExit();
        Assert.Empty(ignored);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "XenDumpAdapter.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
        }
    }

    private static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> Found(string file, string[] words)
    {
        string code = LineComment().Replace(File.ReadAllText(file), "");
        return words.Where(w => Regex.IsMatch(code, $@"(?<!\w){Regex.Escape(w)}")).Select(w => $"{Path.GetRelativePath(Root, file)}: {w}");
    }

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?XenDumpAdapter\.Core\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex CoreUsing();

    [GeneratedRegex("//.*")]
    private static partial Regex LineComment();
}
