using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Walkers;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Cli;

/// <summary>Every command of the mdb language, every option of it and every walker stands in a transcript that a person has checked.</summary>
public sealed class FixtureCoverageTests
{
    private static readonly string[] Lines = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "protocol-fixtures", "commands"), "mdb-*.cmd").SelectMany(File.ReadLines).Where(l => l.StartsWith("$ mdb", StringComparison.Ordinal))];

    public static TheoryData<string> Commands => [.. DcmdCatalog.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_and_its_options_are_in_a_transcript(string name)
    {
        var dcmd = DcmdCatalog.Find(name)!;
        string[] names = [.. dcmd.Aliases.Prepend(name)];
        string spelled = string.Join('|', names.Select(n => Regex.Escape(n) + (char.IsLetterOrDigit(n[^1]) ? @"(?!\w)" : "")));
        Assert.Contains(Lines, l => Regex.IsMatch(l, spelled));
        Assert.All(dcmd.Options, o => Assert.True(Lines.Any(l => Regex.IsMatch(l, $@"(?:{spelled})[^;|!]* -\w*{o.Letter}")), $"{name} -{o.Letter} is in no transcript"));
    }

    [Fact]
    public void A_walker_is_in_a_transcript() =>
        Assert.All(WalkerCatalog.All, w => Assert.True(Lines.Any(l => Regex.IsMatch(l, $@"::walk {Regex.Escape(w.Name)}(?!\w)")), $"::walk {w.Name} is in no transcript"));
}
