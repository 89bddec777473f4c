using System.Globalization;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>What gdb, readelf and addr2line say of an image, against what we say. Each answer is how many things were compared.</summary>
internal static partial class DwarfOracle
{
    /// <summary>Sizes, and offsets and sizes of all members that have an address, of structures and of those inside them: gdb's <c>print</c>.</summary>
    public static int? CompareLayouts(Image image, params string[] names)
    {
        var questions = new List<(string Question, ulong Answer)>();
        foreach (string name in names)
        {
            var type = Assert.IsType<AggregateType>(image.Dwarf.Find(name));
            questions.Add(($"sizeof({name})", type.Size));
            AddMembers(questions, type, $"(({name}*)0)", 0, 3);
        }

        string script = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllLines(script, questions.Select(q => $"output/u (unsigned long)({q.Question})\necho \\n"));
            if (Tool.Run("gdb", "-nx", "-batch", "-x", script, image.Path) is not { } output) return null;
            string[] answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(questions.Select(q => $"{q.Question} = {q.Answer}"), questions.Zip(answers).Select(p => $"{p.First.Question} = {p.Second}"));
        }
        finally
        {
            File.Delete(script);
        }

        return questions.Count;
    }

    /// <summary>
    /// Functions and inlined calls with the line of each, innermost first: addr2line. It takes the last row at an address, gdb and we the last statement: where
    /// that differs in the innermost line, gdb's word counts.
    /// </summary>
    public static int? CompareFunctionsAndLines(Image image, IReadOnlyList<ulong> addresses)
    {
        int compared = 0;
        var doubtful = new List<(VirtualAddress Pc, string Ours)>();
        foreach (ulong[] some in addresses.Distinct().Chunk(500))
        {
            if (Tool.Run("addr2line", ["-a", "-f", "-i", "-e", image.Path, .. some.Select(a => $"0x{a:x}")]) is not { } output) return null;
            foreach (string answer in Regex.Split(output, "^0x", RegexOptions.Multiline).Where(a => a.Length > 0))
            {
                string[] lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                var pc = new VirtualAddress(ulong.Parse(lines[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                string[] theirs = [.. lines.Skip(1).Chunk(2).Select(pair => $"{pair[0]} {Place(pair[1])}")];
                string[] ours = [.. Ours(image.Dwarf, pc)];

                // Assembly has lines without functions; addr2line then takes a symbol's name.
                if (ours.Length == 0) ours = [$"{theirs[0].Split(' ')[0]} {Place(image.Dwarf.FindLine(pc))}"];
                if (ours.Length > 0 && ours[0] != theirs[0]) doubtful.Add((pc, ours[0].Split(' ')[1]));
                theirs[0] = theirs[0].Split(' ')[0];
                ours[0] = ours[0].Split(' ')[0];
                Assert.Equal($"{pc}: {string.Join(" < ", theirs)}", $"{pc}: {string.Join(" < ", ours)}");
                compared += theirs.Length;
            }
        }

        CompareLines(image, doubtful);
        return compared;
    }

    private static void CompareLines(Image image, List<(VirtualAddress Pc, string Ours)> places)
    {
        var arguments = places.SelectMany(p => new[] { "-ex", $"info line *{p.Pc}" });
        if (places.Count == 0 || Tool.Run("gdb", ["-nx", "-batch", .. arguments, image.Path]) is not { } output) return;
        string[] answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (place, answer) in places.Zip(answers))
        {
            var match = GdbLine().Match(answer);
            string theirs = match.Success ? $"{match.Groups[2].Value.Split('/')[^1]}:{match.Groups[1].Value}" : "??:?";
            Assert.Equal($"{place.Pc}: {theirs}", $"{place.Pc}: {place.Ours}");
        }
    }

    /// <summary>Every row of call frame information: readelf's interpreted frames.</summary>
    public static int? CompareFrames(Image image, int addressSize)
    {
        if (Tool.Run("readelf", "-W", "--debug-dump=frames-interp", image.Path) is not { } output) return null;
        int compared = 0;
        string[] columns = [];
        bool isFunction = false;
        foreach (string line in output.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.Contains(" FDE ", StringComparison.Ordinal)) isFunction = true;
            else if (line.Contains(" CIE ", StringComparison.Ordinal)) isFunction = false;
            else if (words is ["LOC", "CFA", ..]) columns = words;
            if (!isFunction || line.Contains(" FDE ", StringComparison.Ordinal) || words.Length != columns.Length || words.Length < 3 || words[0].Length != addressSize * 2) continue;
            if (!ulong.TryParse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong pc)) continue;
            var row = image.Cfi.FindRow(new VirtualAddress(pc));
            Assert.True(row is not null, $"no row for: {line}");
            Assert.Equal(line.TrimEnd(), Written(row, columns, words, line).TrimEnd());
            compared++;
        }

        return compared;
    }

    private static void AddMembers(List<(string, ulong)> questions, AggregateType type, string path, ulong start, int depth)
    {
        foreach (var member in type.Members)
        {
            if (member.BitSize is not null || member.Name == "") continue;
            string at = member.Name is null ? path : $"{path}->{member.Name}";
            if (member.Name is not null)
            {
                questions.Add(($"&{at}", start + member.Offset));
                questions.Add(($"sizeof({at})", member.Type.Size));
            }

            if (depth > 0 && member.Type.Strip() is AggregateType { IsDeclaration: false } inner)
                AddMembers(questions, inner, member.Name is null ? path : $"(&{at})", start + member.Offset, depth - 1);
        }
    }

    private static IEnumerable<string> Ours(DwarfFile dwarf, VirtualAddress pc)
    {
        var at = dwarf.FindLine(pc);
        foreach (var function in dwarf.FindFunctions(pc))
        {
            yield return $"{function.Name} {Place(at)}";
            at = function.CallSite;
        }
    }

    private static string Place(SourceLine? at) => at is null ? "??:?" : $"{at.Path.Split('/')[^1]}:{(at.Line == 0 ? "?" : at.Line)}";

    private static string Place(string place) => Discriminator().Replace(place.Split('/')[^1], "").Replace(":0", ":?", StringComparison.Ordinal);

    /// <summary>Our row in readelf's words and columns. A register without a rule is <c>u</c> there.</summary>
    private static string Written(UnwindRow row, string[] columns, string[] words, string line)
    {
        string[] ours = [.. words];
        ours[1] = row.Cfa.Register < 0 ? "exp" : $"{RegisterName(row.Cfa.Register, words[0].Length == 16)}{Signed(row.Cfa.Offset)}";
        for (int i = 2; i < columns.Length; i++)
        {
            int number = columns[i] == "ra" ? row.ReturnAddressRegister : RegisterNumber(columns[i], words[0].Length == 16);
            ours[i] = !row.Registers.TryGetValue(number, out var rule) ? "u" : rule.Kind switch
            {
                RegisterRuleKind.AtCfaOffset => $"c{Signed(rule.Value)}",
                RegisterRuleKind.ValueCfaOffset => $"v{Signed(rule.Value)}",
                RegisterRuleKind.AtExpression => "exp",
                RegisterRuleKind.ValueExpression => "vexp",
                RegisterRuleKind.SameValue => "s",
                RegisterRuleKind.InRegister => $"r{rule.Value}",
                _ => "u",
            };
        }

        // The columns' widths are readelf's.
        string written = line;
        int at = 0;
        for (int i = 0; i < words.Length; i++)
        {
            at = written.IndexOf(words[i], at, StringComparison.Ordinal);
            written = written[..at] + ours[i] + written[(at + words[i].Length)..];
            at += ours[i].Length;
        }

        return written;
    }

    private static string Signed(long number) => number.ToString("+0;-0;+0", CultureInfo.InvariantCulture);

    private static string RegisterName(int number, bool is64) => (is64 ? Core.Arch.Architecture.Amd64 : Core.Arch.Architecture.Ia32).FromDwarf((ulong)number)!.Name;

    private static int RegisterNumber(string name, bool is64) => (is64 ? Core.Arch.Architecture.Amd64 : Core.Arch.Architecture.Ia32).Find(name)!.DwarfNumber;

    [GeneratedRegex("^Line (\\d+) of \"([^\"]+)\"")]
    private static partial Regex GdbLine();

    [GeneratedRegex(@" \(discriminator \d+\)")]
    private static partial Regex Discriminator();
}
