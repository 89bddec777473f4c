using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.TestKit.Synthetic;

/// <summary>The pages of a made-up target: none, but ranges to list.</summary>
public sealed class NoPages(params MachineRange[] ranges) : IPageSource
{
    /// <inheritdoc/>
    public int PageSize => 4096;

    /// <inheritdoc/>
    public ulong FrameLimit => 0;

    /// <inheritdoc/>
    public IEnumerable<MachineRange> Ranges => ranges;

    /// <inheritdoc/>
    public int ReadPage(ulong frame, Span<byte> page) => 0;

    /// <inheritdoc/>
    public Fault Explain(ulong frame, int offset) => new(FaultKind.NotSaved, $"frame {AddressText.Hex(frame)} is not in the dump");
}
