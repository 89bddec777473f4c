using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Opening;

/// <summary>What to open.</summary>
public sealed record OpenOptions
{
    /// <summary>The dump: a path, or <c>sample:NAME</c>.</summary>
    public required string Dump { get; init; }

    /// <summary>xen-syms; null to look beside the dump.</summary>
    public string? XenSyms { get; init; }

    /// <summary>dom0's kernel as ELF with symbols; null to look beside the dump.</summary>
    public string? Kernel { get; init; }
}

/// <summary>A step of opening, for a progress line.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Text">What it is doing.</param>
public sealed record OpenProgress(string Stage, string Text);

/// <summary>Opens dumps: the one list of formats, and the stages after it.</summary>
public static class DumpOpener
{
    /// <summary>Opens a dump.</summary>
    /// <exception cref="DumpFormatException">It is no dump, or cannot be used at all; the message is for the user.</exception>
    public static DumpTarget Open(OpenOptions options, IProgress<OpenProgress>? progress = null, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
