namespace XenDumpAdapter.Core.Primitives;

/// <summary>Ids of diagnostics that code looks for; all others are only shown.</summary>
public static class DiagnosticIds
{
    /// <summary>A symbol file is of another build than what ran; it was not used.</summary>
    public const string SymbolMismatch = "symbols/mismatch";

    /// <summary>The dump's file is shorter than its headers say.</summary>
    public const string DumpTruncated = "dump/truncated";

    /// <summary>The dump's header does not say that the dump is complete.</summary>
    public const string SolarisIncomplete = "solaris/incomplete";
}
