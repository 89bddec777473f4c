namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>What is said of a command to those who do not know it.</summary>
public static class DcmdHelp
{
    /// <summary>One line: <c>address::print [-a] [type] [member ...]</c>.</summary>
    public static string Usage(Dcmd dcmd)
    {
        string address = dcmd.Address switch
        {
            AddressUse.Required => "address",
            AddressUse.Optional => "[address]",
            _ => "",
        };
        return $"{address}{dcmd.Name} {dcmd.Usage}".Trim();
    }

    /// <summary>All that there is to say.</summary>
    public static IEnumerable<string> Lines(Dcmd dcmd)
    {
        yield return $"{dcmd.Name}: {dcmd.Summary}";
        yield return "";
        yield return $"  {Usage(dcmd)}";
        if (dcmd.Aliases.Count > 0) yield return $"  also typed: {string.Join(", ", dcmd.Aliases)}";
        if (dcmd.Options.Count > 0) yield return "";
        foreach (var option in dcmd.Options) yield return $"  -{option.Letter} {option.Value,-8} {option.Summary}";
        if (dcmd.Details.Length == 0) yield break;
        yield return "";
        foreach (string line in dcmd.Details.ReplaceLineEndings("\n").TrimEnd().Split('\n')) yield return line.Length == 0 ? "" : "  " + line;
    }
}
