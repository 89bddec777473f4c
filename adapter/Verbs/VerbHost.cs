using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>Opens a dump: <see cref="DumpOpener.Open"/> in the product, a made-up target in tests.</summary>
internal delegate DumpTarget OpenDump(OpenOptions options, IProgress<OpenProgress>? progress, CancellationToken cancel);

/// <summary>What every verb needs: where to write, how to open.</summary>
/// <param name="Terminal">Where to write.</param>
/// <param name="Open">How to open.</param>
internal sealed record VerbHost(Terminal Terminal, OpenDump Open);
