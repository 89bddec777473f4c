using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>?</c>, resuming (<c>vCont</c>, <c>c</c>, <c>s</c>, <c>C</c>, <c>S</c>, <c>r</c>), and the ends of a session (<c>D</c>, <c>k</c>, <c>vKill</c>, <c>vAttach</c>).</summary>
internal static class StopPackets
{
    private const string NothingRuns = "this is a crash dump: nothing can run";

    /// <summary>The packets.</summary>
    public static PacketEntry[] Entries =>
    [
        new("?", Reason) { Whole = true },
        new("vCont?", Actions) { Whole = true, Feature = "vContSupported+" },
        new("vCont;", Continue),
        new("c", Resume),
        new("C", Resume),
        new("s", Resume),
        new("S", Resume),
        new("bc", Resume) { Whole = true },
        new("bs", Resume) { Whole = true },
        new("r", Restart) { Whole = true },
        new("R", Restart),
        new("vRun;", Restart),
        new("D", Detach),
        new("k", Kill) { Whole = true },
        new("vKill;", KillProcess),
        new("vAttach;", Attach),
        new("vCtrlC", Interrupt) { Whole = true },
    ];

    /// <summary>Writes the stop reply of a thread: <c>T0bthread:p1.1;core:0;</c>. A process without threads has none to name.</summary>
    public static void WriteStop(GdbSession session, GdbProcess process, GdbThread? thread, GdbSignal signal, Reply reply)
    {
        reply.Text($"T{(int)signal:x2}");
        if (thread is null) return;
        reply.Text($"thread:{session.IdOf(process, thread)};");
        if (thread.Core is { } core) reply.Text($"core:{core:x};");
    }

    private static void Reason(GdbSession session, PacketText arguments, Reply reply)
    {
        var signal = session.Thread?.Signal(session.Cancel) ?? GdbSignal.Trap;
        // gdb takes a first stop without a signal for a bug; SIGTRAP is what it expects of a target that simply stands still.
        WriteStop(session, session.Process, session.Thread, signal == GdbSignal.None ? GdbSignal.Trap : signal, reply);
    }

    private static void Actions(GdbSession session, PacketText arguments, Reply reply) => reply.Text("vCont;c;C;s;S");

    // vCont;action[:thread];action[:thread]…: the first thread that is named is the one the client asks about.
    private static void Continue(GdbSession session, PacketText arguments, Reply reply)
    {
        while (!arguments.AtEnd)
        {
            var action = new PacketText(arguments.ReadUntil(';'));
            action.ReadUntil(':');
            if (action.AtEnd) continue;
            if (!session.TryFind(ref action, out var process, out var thread))
            {
                reply.Error(Errno.NoSuchThread);
                return;
            }

            StillStopped(session, process, thread, reply);
            return;
        }

        StillStopped(session, session.Process, session.Thread, reply);
    }

    private static void Resume(GdbSession session, PacketText arguments, Reply reply) => StillStopped(session, session.Process, session.Thread, reply);

    // An error would leave gdb waiting for a stop, and SIGTRAP at the same pc would make "next" step for ever. Stopped again at once without a signal is the truth.
    private static void StillStopped(GdbSession session, GdbProcess process, GdbThread? thread, Reply reply)
    {
        reply.Console = [NothingRuns];
        WriteStop(session, process, thread, GdbSignal.None, reply);
    }

    private static void Restart(GdbSession session, PacketText arguments, Reply reply) => reply.Error(NothingRuns);

    private static void Interrupt(GdbSession session, PacketText arguments, Reply reply) => reply.Ok();

    // D, or D;PID
    private static void Detach(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.AtEnd)
        {
            session.Detach(session.Process);
            reply.Ok();
        }
        else if (arguments.TryTake(';') && arguments.TryReadHex(out ulong id) && session.Visible.FirstOrDefault(p => (ulong)p.Id == id) is { } process)
        {
            session.Detach(process);
            reply.Ok();
        }
        else
        {
            reply.Error(Errno.NoSuchThread);
        }
    }

    private static void Kill(GdbSession session, PacketText arguments, Reply reply)
    {
        session.Ended = true;
        reply.Silent = true;
    }

    // The dump is none the worse: the process is only no longer shown.
    private static void KillProcess(GdbSession session, PacketText arguments, Reply reply) => Detach(session, new PacketText([(byte)';', .. arguments.Rest]), reply);

    private static void Attach(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.TryReadHex(out ulong id) && session.Attachable.FirstOrDefault(p => (ulong)p.Id == id) is { } process)
        {
            session.Attach(process);
            Reason(session, arguments, reply);
        }
        else
        {
            reply.Error(Errno.NoSuchThread);
        }
    }
}
