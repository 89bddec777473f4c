using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>
/// Bytes at addresses of one kind. Reading never throws for absence and never fills with zeros: it says how much came, and
/// <see cref="Explain"/> says why the next byte did not. Safe from any thread.
/// </summary>
/// <typeparam name="TAddress">The kind of address.</typeparam>
public interface IMemory<TAddress> where TAddress : struct, IAddress<TAddress>
{
    /// <summary>Copies bytes from <paramref name="address"/> on; returns how many came (a prefix of <paramref name="destination"/>).</summary>
    int Read(TAddress address, Span<byte> destination);

    /// <summary>Why the byte at <paramref name="address"/> cannot be read; <see cref="FaultKind.None"/> if it can.</summary>
    Fault Explain(TAddress address);
}

/// <summary>Why a byte is absent, in kinds that a front end may tell apart.</summary>
public enum FaultKind
{
    /// <summary>It is not absent.</summary>
    None,

    /// <summary>The page tables (or the P2M) map nothing there.</summary>
    NotMapped,

    /// <summary>The address is not canonical, or beyond the width of the space.</summary>
    NotAnAddress,

    /// <summary>The machine had the page; the dump leaves it out.</summary>
    NotSaved,

    /// <summary>The dump's file ends before it.</summary>
    Truncated,

    /// <summary>The page is in the dump but cannot be decoded.</summary>
    BadPage,

    /// <summary>A page table on the way could not be read.</summary>
    TableUnreadable,
}

/// <summary>Why a byte is absent.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">A clause for a person, for example <c>L1[0x103] at machine 0x2d2a818 is not present</c>.</param>
public readonly record struct Fault(FaultKind Kind, string Text)
{
    /// <summary>Readable.</summary>
    public static Fault None => new(FaultKind.None, "");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
