using System.Text.RegularExpressions;

namespace XenDumpAdapter.Core.Commands.Filters;

/// <summary>Regular expressions of users: matched in time that is linear in the text, whatever the pattern.</summary>
internal static class Patterns
{
    /// <summary>An extended expression; null where it is none, or needs more than linear time.</summary>
    public static Regex? Extended(string pattern, RegexOptions options = RegexOptions.None)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
