namespace XenDumpAdapter.Core.Primitives;

/// <summary>A run of virtual addresses, half open: <see cref="Start"/> is in it, <see cref="End"/> is not. May end at 2^64 (End.Value 0).</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct AddressRange(VirtualAddress Start, ulong Length)
{
    /// <summary>The address after the last, wrapping to 0 at the top of the space.</summary>
    public VirtualAddress End => Start + Length;

    /// <summary>Whether <paramref name="address"/> lies in the range. Compares by subtraction, so ranges at the top of the space work.</summary>
    public bool Contains(VirtualAddress address) => unchecked(address.Value - Start.Value) < Length;

    /// <summary>The range from <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public static AddressRange FromTo(VirtualAddress start, VirtualAddress end) => new(start, unchecked(end.Value - start.Value));

    /// <inheritdoc/>
    public override string ToString() => $"{Start}-{End}";
}
