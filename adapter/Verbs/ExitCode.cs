namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>What the process says to its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done, perhaps with diagnostics.</summary>
    public const int Ok = 0;

    /// <summary>A fault of the program itself.</summary>
    public const int Bug = 1;

    /// <summary>The input or the command line is of no use; one sentence is on standard error.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted (Ctrl-C), as shells number it.</summary>
    public const int Interrupted = 130;
}

/// <summary>The command line asks for something that cannot be; the message is one sentence for the user.</summary>
internal sealed class UsageException(string message) : Exception(message);
