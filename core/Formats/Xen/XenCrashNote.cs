using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Xen;

/// <summary>
/// Xen's crash note, <c>crash_xen_info_t</c> (xen/include/xen/elfcore.h): unsigned longs major, minor, extra_version, changeset, compiler, compile_date,
/// compile_time, tainted, then on x86 xen_phys_start and dom0_pfn_to_mfn_frame_list_list. It grew at the end (tainted, then the two of x86), so it is read
/// as far as it goes.
/// </summary>
internal static class XenCrashNote
{
    private const int Words = 10;

    /// <summary>The note, or null where it does not even hold the version. Ten words of four bytes are a 32-bit Xen's.</summary>
    public static XenCrashInfo? Read(ReadOnlySpan<byte> note, bool bigEndian, int cpuIndex)
    {
        int size = note.Length is Words * 4 or (Words - 1) * 4 or (Words - 2) * 4 && !LooksWide(note, bigEndian) ? 4 : 8;
        var reader = new SpanReader(note, bigEndian);
        Span<ulong> words = stackalloc ulong[Words];
        int count = 0;
        while (count < Words && reader.TryReadUnsigned(size, out words[count])) count++;
        if (count < 2) return null;
        for (int i = count; i < Words; i++) words[i] = 0;
        return new XenCrashInfo
        {
            CpuIndex = cpuIndex,
            Major = words[0],
            Minor = words[1],
            ExtraVersion = new MachineAddress(words[2]),
            Changeset = new MachineAddress(words[3]),
            Compiler = new MachineAddress(words[4]),
            CompileDate = new MachineAddress(words[5]),
            CompileTime = new MachineAddress(words[6]),
            Tainted = words[7],
            XenPhysStart = count > 8 ? new MachineAddress(words[8]) : null,
            Dom0P2mFrameListList = count > 9 && words[9] != 0 ? words[9] : null,
        };
    }

    /// <summary>A major version is small: in a note of eight-byte words the second half of the first word is zero, in one of four it is the minor version.</summary>
    private static bool LooksWide(ReadOnlySpan<byte> note, bool bigEndian)
    {
        var reader = new SpanReader(note, bigEndian);
        return reader.TryReadU64(out ulong first) && first < 0x1_0000;
    }
}
