using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands;

/// <summary>What a line of a console that takes several languages is written in.</summary>
public enum ConsoleLanguage
{
    /// <summary>The words of the command line: <c>info</c>, <c>stack all</c>.</summary>
    Words,

    /// <summary>The mdb language.</summary>
    Mdb,

    /// <summary>A C-like expression.</summary>
    C,
}

/// <summary>Tells which language a line is written in, where a console takes C expressions too. Where a line could be both, C wins: mdb's forms are those that C does not have.</summary>
public static partial class ConsoleLanguages
{
    /// <summary>The language of a line.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="isName">Whether C knows a name: a variable, a symbol. Then <c>total/d</c> is a division and not a format.</param>
    public static ConsoleLanguage Of(string line, Func<string, bool> isName)
    {
        line = line.Trim();
        if (TextCommands.IsCommand(line)) return ConsoleLanguage.Words;
        if (line.Length > DumpLimits.ExpressionCharacters) return line.Contains("::", StringComparison.Ordinal) ? ConsoleLanguage.Mdb : ConsoleLanguage.C;
        string bare = Quoted().Replace(line, "\"\"");
        if (bare.Contains("::", StringComparison.Ordinal) || Dollar().IsMatch(bare)) return ConsoleLanguage.Mdb;
        return IsFormats(bare, isName) ? ConsoleLanguage.Mdb : ConsoleLanguage.C;
    }

    private static bool IsFormats(string line, Func<string, bool> isName)
    {
        if (FormatVerb().Match(line) is not { Success: true } match) return false;
        string left = match.Groups["left"].Value, formats = match.Groups["formats"].Value;
        char verb = match.Groups["verb"].Value[0];
        if (left.Length > 0 && "=!<>/".Contains(left[^1], StringComparison.Ordinal)) return false;
        if (verb is '\\' or '@') return true;
        if (verb == '=') return !formats.StartsWith('=') && FormatList().IsMatch(formats);

        // A number alone is a divisor or an operand of C, and so is a name that C knows.
        return FormatList().IsMatch(formats) && formats.Any(char.IsAsciiLetter) && !isName(formats.Trim());
    }

    /// <summary>What quotes hold is no syntax.</summary>
    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Quoted();

    /// <summary><c>$C</c>, <c>$c 5</c>, <c>c5a0904c$C</c>, <c>$&lt;utsname</c>; registers such as <c>$r8</c> have longer names.</summary>
    [GeneratedRegex(@"^\$(?:[a-zA-Z%?](?:\s|$)|[cC]\d+$|[<>])|[\w)]\$(?:[a-zA-Z](?:\s|$)|<)")]
    private static partial Regex Dollar();

    [GeneratedRegex(@"^(?<left>[^/\\?@=]*)(?<verb>[/\\?@=])(?<formats>[^:]*?)(?:\s*!.*)?$")]
    private static partial Regex FormatVerb();

    [GeneratedRegex("^\\s*(?:\\d*(?:[BbxXJKdDeEuUvVoOqQGgpPacCsSiIYyRhHfFnNtTr+^-]|\"\")\\s*)+\\d*$|^\\s*$|^\\s*[lLMvwWZ]\\s+\\S")]
    private static partial Regex FormatList();
}
