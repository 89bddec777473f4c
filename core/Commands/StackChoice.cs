using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Which thread a command means: the one at its address, the one that is selected, else the one that crashed.</summary>
internal static class StackChoice
{
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
