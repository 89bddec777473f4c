namespace XenDumpAdapter.Core.Primitives;

/// <summary>
/// The input cannot be used at all. The message is one sentence for the user: what is wrong, where, and what to do. Front ends
/// print it as it is (exit code 2 on a command line); it is never a bug's exception.
/// </summary>
public sealed class DumpFormatException : Exception
{
    /// <summary>A refusal with its sentence.</summary>
    public DumpFormatException(string message) : base(message)
    {
    }

    /// <summary>A refusal with its sentence and what caused it.</summary>
    public DumpFormatException(string message, Exception inner) : base(message, inner)
    {
    }
}
