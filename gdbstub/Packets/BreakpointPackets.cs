using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>Z</c> and <c>z</c>: refused, since nothing would ever reach a breakpoint.</summary>
internal static class BreakpointPackets
{
    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries => [new("Z", Insert), new("z", Remove)];

    private static void Insert(GdbSession session, PacketText arguments, Reply reply) => reply.Error("a crash dump takes no breakpoints: nothing can run");

    // gdb removes what it believes to have inserted when it detaches.
    private static void Remove(GdbSession session, PacketText arguments, Reply reply) => reply.Ok();
}
