using System.Globalization;
using System.Text;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>Runs protocol-fixtures/commands/*.cmd; the README there says how they are written.</summary>
public sealed class TranscriptTests
{
    private static string Folder => Path.Combine(Repository.Root, "protocol-fixtures", "commands");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.cmd").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Prints_what_the_transcript_has(string file)
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Folder, file), TestContext.Current.CancellationToken);
        string[] expected = [.. lines.Where(l => l.Length > 0 && l[0] != '#')];
        var actual = new StringBuilder();
        foreach (string command in expected.Where(l => l.StartsWith("$ ", StringComparison.Ordinal))) await RunAsync(command[2..], actual);

        // The whole of what was printed, for a look with diff.
        if (actual.ToString() != string.Join('\n', expected) + "\n")
            await File.WriteAllTextAsync(Path.Combine(Path.GetTempPath(), $"{file}.actual"), actual.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal(string.Join('\n', expected) + "\n", actual.ToString());
    }

    private static async Task RunAsync(string command, StringBuilder transcript)
    {
        var run = new CliRun();
        int code = await run.RunAsync(Words(command));
        transcript.Append(CultureInfo.InvariantCulture, $"$ {command}\n");
        foreach (string line in run.Out.Split('\n').Where(l => l.Length > 0)) transcript.Append(CultureInfo.InvariantCulture, $"{line}\n");
        foreach (string line in run.Error.Split('\n').Where(l => l.Length > 0)) transcript.Append(CultureInfo.InvariantCulture, $"! {line}\n");
        transcript.Append(CultureInfo.InvariantCulture, $"= {code}\n");
    }

    private static string[] Words(string command)
    {
        var words = new List<string>();
        string[] parts = command.Split('\'');
        for (int i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1) words.Add(parts[i]);
            else words.AddRange(parts[i].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. words];
    }
}
