using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>Acts on a packet. Leaving the reply untouched says that it is not known after all.</summary>
/// <param name="session">The client.</param>
/// <param name="arguments">What follows the packet's name.</param>
/// <param name="reply">The answer.</param>
internal delegate void PacketHandler(GdbSession session, PacketText arguments, Reply reply);

/// <summary>One line of the table.</summary>
/// <param name="Name">The packet's name as it stands on the wire, up to and with the separator before its arguments.</param>
/// <param name="Handle">What to do.</param>
internal sealed record PacketEntry(string Name, PacketHandler Handle)
{
    /// <summary>Whether the packet is its name and nothing else.</summary>
    public bool Whole { get; init; }

    /// <summary>What <c>qSupported</c> says because this handler is here; null for packets that clients just try.</summary>
    public string? Feature { get; init; }

    /// <summary>Whether the feature is there in this session; null for always.</summary>
    public Func<GdbSession, bool>? When { get; init; }
}

/// <summary>The one list of packets. What is advertised is computed from it, so that nothing is promised that nobody handles.</summary>
internal static class PacketTable
{
    private static readonly PacketEntry[] Table =
    [
        .. NegotiationPackets.Entries,
        .. StopPackets.Entries,
        .. ThreadPackets.Entries,
        .. RegisterPackets.Entries,
        .. MemoryPackets.Entries,
        .. BreakpointPackets.Entries,
        .. TransferPackets.Entries,
        .. FilePackets.Entries,
        .. MonitorPackets.Entries,
        .. LldbPackets.Entries,
    ];

    /// <summary>Every packet.</summary>
    public static IReadOnlyList<PacketEntry> Entries => Table;

    /// <summary>Features for <c>qSupported</c>.</summary>
    public static IEnumerable<string> Features(GdbSession session) =>
        Table.Where(e => e.Feature is not null && e.When?.Invoke(session) != false).Select(e => e.Feature!);

    /// <summary>Hands the packet to the entry with the longest name that fits; a packet that none fits stays unanswered: the empty reply.</summary>
    public static void Handle(GdbSession session, ReadOnlySpan<byte> packet, Reply reply)
    {
        PacketEntry? best = null;
        foreach (var entry in Table)
            if (Fits(entry, packet) && entry.Name.Length > (best?.Name.Length ?? -1)) best = entry;
        best?.Handle(session, new PacketText(packet[best.Name.Length..]), reply);
    }

    private static bool Fits(PacketEntry entry, ReadOnlySpan<byte> packet)
    {
        if (packet.Length < entry.Name.Length || (entry.Whole && packet.Length > entry.Name.Length)) return false;
        for (int i = 0; i < entry.Name.Length; i++)
            if (packet[i] != entry.Name[i]) return false;
        return true;
    }
}
