using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>A run of a range of memory that is there, or that is absent for one reason.</summary>
/// <param name="Address">Its first address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Bytes">The bytes; null where they are absent.</param>
/// <param name="Absent">Why they are absent; <see cref="FaultKind.None"/> where they are there.</param>
public sealed record MemorySegment(ulong Address, ulong Length, byte[]? Bytes, Fault Absent)
{
    private const int Page = 4096;

    /// <summary>
    /// The range as runs, in order; present runs are cut at pages, so that nothing large is held. Neighbouring absent pages are one run. The range
    /// may wrap at the top of the space.
    /// </summary>
    public static IEnumerable<MemorySegment> Of(AddressSpace space, ulong address, ulong length, CancellationToken cancel = default)
    {
        MemorySegment? absent = null;
        var buffer = new byte[Page];
        while (length > 0)
        {
            cancel.ThrowIfCancellationRequested();
            int want = (int)Math.Min(length, (ulong)(Page - (int)(address & (Page - 1))));
            int got = space.Read(address, buffer.AsSpan(0, want));
            if (got > 0)
            {
                if (absent is not null) yield return absent;
                absent = null;
                yield return new MemorySegment(address, (ulong)got, buffer[..got], Fault.None);
            }
            else
            {
                got = AbsentRun(space, address, want, buffer);
                if (absent is null) absent = new MemorySegment(address, (ulong)got, null, space.Explain(address));
                else absent = absent with { Length = absent.Length + (ulong)got };
            }

            address = unchecked(address + (ulong)got);
            length -= (ulong)got;
        }

        if (absent is not null) yield return absent;
    }

    // Absence ends with its page but where a dump's range starts inside one.
    private static int AbsentRun(AddressSpace space, ulong address, int want, byte[] buffer)
    {
        for (int i = 1; i < want; i++)
            if (((address + (ulong)i) & 0xf) == 0 && space.Read(unchecked(address + (ulong)i), buffer.AsSpan(0, 1)) == 1) return i;
        return want;
    }
}
