using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Which thread a command means: the one at its address, the one that is selected, else the one that crashed.</summary>
internal static class StackChoice
{
    private const ulong PageMask = 0xfff;

    /// <summary>The thread at an address: of a kernel thread's structure, or of the structure of the vcpu that a CPU runs. Null where there is none.</summary>
    public static TargetThread? At(DumpTarget target, ulong address)
    {
        foreach (var thread in target.Threads)
            if (thread.KernelThread?.Address.Value == address || thread.Vcpu?.Address.Value == address) return thread;
        return target.Kernel is null ? null : target.FindKernelThread(new VirtualAddress(address));
    }

    /// <summary>The thread that a call without an address means.</summary>
    /// <exception cref="MdbException">The dump has no thread.</exception>
    public static TargetThread Current(DcmdCall call) => call.Session.Thread
        ?? (call.Target.Threads.Count > 0 ? call.Target.Threads[0] : throw MdbException.OfDump("this dump has no thread: no registers of a CPU were saved"));

    /// <summary>The frame that a link of such a chain leads to; null where the address is no code of the contexts.</summary>
    /// <param name="contexts">Where code may run.</param>
    /// <param name="callee">The frame pointer of whom it called: there stand its own frame pointer and the return address.</param>
    /// <param name="fp">Its frame pointer.</param>
    /// <param name="pc">The return address.</param>
    public static Frame? Caller(IEnumerable<CodeContext> contexts, ulong callee, ulong fp, ulong pc)
    {
        foreach (var context in contexts)
        {
            if (context.FindModule(new VirtualAddress(pc)) is null) continue;
            var machine = context.Architecture;
            ulong pair = (ulong)(2 * machine.PointerSize);
            VirtualAddress? cfa = fp > callee ? new VirtualAddress(unchecked(fp + pair)) : null;
            return FrameFactory.Code(context, new RegisterSet(machine).With(machine.Pc, pc).With(machine.Sp, unchecked(callee + pair)).With(machine.Fp, fp), FoundBy.FramePointer, pcIsReturnAddress: true, cfa);
        }

        return null;
    }

    /// <summary>
    /// The return addresses along a chain of frame pointers that begins at an address, as mdb walks them (usr/src/cmd/mdb/intel/mdb/mdb_ia32util.c): each the
    /// frame pointer and pc of a caller. Ends where the chain does; a chain that does not go up is broken.
    /// </summary>
    public static IEnumerable<(ulong Fp, ulong Pc, string? Broken)> Chain(AddressSpace space, ulong fp, int word)
    {
        for (int i = 0; i < DumpLimits.Frames; i++)
        {
            if (fp % (ulong)word != 0)
            {
                yield return (fp, 0, "stack address is not properly aligned");
                yield break;
            }

            if (MdbMemory.TryNumber(space, fp, word) is not { } next || MdbMemory.TryNumber(space, unchecked(fp + (ulong)word), word) is not { } pc)
            {
                yield return (fp, 0, "no mapping for address");
                yield break;
            }

            if (pc == 0) yield break;

            // Xen inverts the frame pointer that leads to an exception's record: undone where it then leads on, on the same page.
            ulong inverted = word == 4 ? ~next & uint.MaxValue : ~next;
            if (next != 0 && next < fp && inverted > fp && (fp ^ inverted) < PageMask) next = inverted;
            yield return (next, pc, null);
            if (next == 0) yield break;
            if (next <= fp)
            {
                yield return (next, 0, "stack frame pointer is invalid");
                yield break;
            }

            fp = next;
        }

        yield return (fp, 0, $"stopped after {DumpLimits.Frames} frames");
    }
}
