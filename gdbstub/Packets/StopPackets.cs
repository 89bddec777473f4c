using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary><c>?</c>, resuming (<c>vCont</c>, <c>c</c>, <c>s</c>, <c>C</c>, <c>S</c>), and the ends of a session (<c>D</c>, <c>k</c>, <c>vKill</c>, <c>vAttach</c>).</summary>
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
        new("R", Restart),
        new("vRun;", Run),
        new("D", Detach),
        new("k", Kill) { Whole = true },
        new("vKill;", KillProcess),
        new("vAttach;", Attach),
        new("vCtrlC", Interrupt) { Whole = true },
    ];

    /// <summary>Writes the stop reply of a thread: <c>T0bthread:p1.1;core:0;</c>. A process without threads has none to name.</summary>
    public static void WriteStop(GdbSession session, GdbProcess process, GdbThread? thread, GdbSignal signal, Reply reply)
    {
        session.Stopped = (process, thread);
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

    // vCont;action[:thread];action[:thread]…: who steps is who stops; where nobody in particular steps, the thread that stopped last does.
    private static void Continue(GdbSession session, PacketText arguments, Reply reply)
    {
        while (!arguments.AtEnd)
        {
            var action = new PacketText(arguments.ReadUntil(';'));
            bool steps = action.ReadUntil(':') is [(byte)'s' or (byte)'S' or (byte)'r', ..];
            if (action.AtEnd) continue;
            if (!session.TryFind(ref action, out var process, out var thread))
            {
                reply.Error(Errno.NoSuchThread);
                return;
            }

            if (!steps || thread is null) continue;
            StillStopped(session, process, thread, reply);
            return;
        }

        Resume(session, arguments, reply);
    }

    private static void Resume(GdbSession session, PacketText arguments, Reply reply)
    {
        var process = session.Stopped?.Process ?? session.Process;
        StillStopped(session, process, LastStopped(session, process), reply);
    }

    // Not the one that is selected: gdb selects the one that it reads from, whichever the user is looking at.
    private static GdbThread? LastStopped(GdbSession session, GdbProcess process) =>
        session.Stopped is { } last && last.Process == process ? last.Thread : process.Foremost(session.Cancel);

    // An error would leave gdb waiting for a stop, and SIGTRAP at the same pc would make "next" step for ever. Stopped again at once without a signal is the truth.
    private static void StillStopped(GdbSession session, GdbProcess process, GdbThread? thread, Reply reply)
    {
        reply.Console = [NothingRuns];
        WriteStop(session, process, thread, GdbSignal.None, reply);
    }

    // The protocol has no reply to it.
    private static void Restart(GdbSession session, PacketText arguments, Reply reply) => reply.Silent = true;

    private static void Run(GdbSession session, PacketText arguments, Reply reply) => reply.Error(NothingRuns);

    private static void Interrupt(GdbSession session, PacketText arguments, Reply reply) => reply.Ok();

    // D, or D;PID
    private static void Detach(GdbSession session, PacketText arguments, Reply reply)
    {
        if (arguments.AtEnd)
        {
            session.Detach(session.Process);
            reply.Ok();
        }
        else if (arguments.TryTake(';') && arguments.TryReadHex(out ulong id) && session.Attached.FirstOrDefault(p => (ulong)p.Id == id) is { } process)
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
