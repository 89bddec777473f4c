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
    private const int MostAtOnce = 1 << 20;
    private const ulong PageSize = 4096;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsReadMemoryRequest = true;

    /// <inheritdoc/>
    protected override ReadMemoryBody Answer(DapSession session, ReadMemoryArguments arguments, CancellationToken cancel)
    {
        if (arguments.Count < 0) throw new DapException(DapErrors.BadArguments, "A count of bytes is not negative.");
        var place = session.Memory.Place(arguments.MemoryReference);
        ulong address = unchecked(place.Address + (ulong)(arguments.Offset ?? 0));
        byte[] bytes = new byte[Math.Min(arguments.Count, MostAtOnce)];
        int got = place.Space.Read(address, bytes);

        // VS Code asks for nothing to learn whether a reference can be read at all.
        long unreadable = got == bytes.Length ? 0 : UnreadableFrom(place.Space, unchecked(address + (ulong)got), bytes.Length - got);
        string name = AddressText.Hex(address);
        return new ReadMemoryBody(name, unreadable == 0 ? null : unreadable, got == 0 ? (bytes.Length == 0 ? "" : null) : Convert.ToBase64String(bytes, 0, got));
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
