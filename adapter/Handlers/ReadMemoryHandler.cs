using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>
/// readMemory: bytes of any address space. What is absent is counted as unreadable, never filled; where the first byte is absent, bytes that follow it are
/// found by asking again behind the unreadable ones.
/// </summary>
internal sealed class ReadMemoryHandler()
    : RequestHandler<ReadMemoryArguments, ReadMemoryBody>("readMemory", DapJson.Default.ReadMemoryArguments, DapJson.Default.ReadMemoryBody)
{
    /// <summary>A client takes a shorter answer for the end of memory, so a request for more is refused.</summary>
    private const int MostAtOnce = 4 << 20;

    private const ulong PageSize = 4096;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsReadMemoryRequest = true;

    /// <inheritdoc/>
    protected override ReadMemoryBody Answer(DapSession session, ReadMemoryArguments arguments, CancellationToken cancel)
    {
        if (arguments.Count is < 0 or > MostAtOnce) throw new DapException(DapErrors.BadArguments, $"0 to {MostAtOnce} bytes can be read at once.");
        var place = session.Memory.Place(arguments.MemoryReference, arguments.Offset ?? 0);
        ulong address = place.Address;
        byte[] bytes = new byte[(int)UInt128.Min((ulong)arguments.Count, MemoryReferences.End(place.Space) - address)];
        int got = place.Space.Read(address, bytes);

        // Beyond the end of the space nothing can be read either.
        long unreadable = got < bytes.Length ? UnreadableFrom(place.Space, unchecked(address + (ulong)got), bytes.Length - got) : 0;
        if (got + unreadable == bytes.Length) unreadable = arguments.Count - got;
        string? data = got > 0 || arguments.Count == 0 ? Convert.ToBase64String(bytes, 0, got) : null;
        return new ReadMemoryBody(AddressText.Hex(address), unreadable == 0 ? null : unreadable, data);
    }

    /// <summary>Bytes from an absent one to the next that can be read, within the request.</summary>
    private static long UnreadableFrom(AddressSpace space, ulong address, int left)
    {
        Span<byte> one = stackalloc byte[1];
        ulong at = address;
        while (unchecked(at - address) < (ulong)left)
        {
            if (space.Read(at, one) == 1) return (long)unchecked(at - address);
            at = unchecked((at | (PageSize - 1)) + 1);
        }

        return left;
    }
}
