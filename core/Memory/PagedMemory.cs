using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>Machine memory over a dump's pages: the only cache of bytes.</summary>
public sealed class PagedMemory(IPageSource pages) : IMemory<MachineAddress>
{
    /// <summary>Where the pages come from.</summary>
    public IPageSource Pages { get; } = pages;

    /// <inheritdoc/>
    public int Read(MachineAddress address, Span<byte> destination) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Fault Explain(MachineAddress address) => throw new NotImplementedException();
}
