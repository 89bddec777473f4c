using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Formats.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// The registers that Xen saves of each CPU before it starts a crash kernel (xen/common/kexec.c): <c>crash_notes</c> is an array of pairs, address and size of
/// a CPU's ELF notes, the same that a kdump's vmcore begins with.
/// </summary>
internal static class XenCrashNotes
{
    private const int MaxBytes = 64 * 1024;
    private const string Source = "Xen's crash notes in memory";

    /// <summary>What Xen saved of a CPU; null where it has saved nothing.</summary>
    public static CpuContext? Read(XenImage xen, int cpu)
    {
        if (Notes(xen, cpu) is not { Cpus: [var saved, ..] } || saved["rip"] is not { } pc || xen.SymbolAt(new VirtualAddress(pc)) is null) return null;
        return new CpuContext { Index = cpu, Source = Source, Values = saved.Values };
    }

    /// <summary>Whether this is the CPU that started the crash kernel: only its notes tell Xen's version and place.</summary>
    public static bool IsOfDumper(XenImage xen, int cpu) => Notes(xen, cpu)?.XenCrash is { Major: > 0 };

    private static MachineNotes? Notes(XenImage xen, int cpu)
    {
        if (xen.Pointer("crash_notes") is not { Value: not 0 } array) return null;
        var entry = array + (ulong)cpu * 16;
        if (!xen.Memory.TryReadU64(entry, out ulong start) || !xen.Memory.TryReadU64(entry + 8, out ulong size) || start == 0 || size is 0 or > MaxBytes) return null;
        byte[] bytes = new byte[size];
        if (!xen.Memory.TryRead(new VirtualAddress(start), bytes)) return null;

        // Memory that holds no notes (yet) is nothing to tell a user of.
        var diagnostics = new DiagnosticBag();
        var notes = new List<ElfNote>();
        ElfNotes.Read(bytes, false, 4, Source, notes, diagnostics);
        return new MachineNotes(notes, Source, false, diagnostics);
    }
}
