using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests;

/// <summary>Real dumps with the symbols that fit them.</summary>
internal static class LabHost
{
    /// <summary>Dumps of a dom0 that ran over its kernel stack: dump, xen-syms, kernel.</summary>
    public static TheoryData<string, string, string> Overflows => new()
    {
        { "m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf" },
        { "m64-420/elf.core", "xen-syms-4.20", "mini64-nofp.elf" },
        { "m64-420/zlib.core", "xen-syms-4.20", "mini64-nofp.elf" },
        { "m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf" },
        { "k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf" },
        { "k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf" },
    };

    /// <summary>Dumps of a hypervisor that an NMI stopped while it was idle.</summary>
    public static TheoryData<string, string, string> Nmis => new()
    {
        { "h-nmi-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-fp.elf" },
        { "h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", "mini64-fp.elf" },
    };

    /// <summary>Both.</summary>
    public static TheoryData<string, string, string> All => new([.. Overflows, .. Nmis]);

    /// <summary>Those of a machine with two CPUs; Xen's debugging build with a 32-bit dom0 runs on one.</summary>
    public static TheoryData<string, string, string> TwoCpus => new(All.Where(r => !r.Data.Item1.StartsWith("m32", StringComparison.Ordinal)));

    /// <summary>Opens a dump with named symbols; null for a file beside the dump or none.</summary>
    public static DumpTarget Open(string dump, string? xenSyms, string? kernel) => DumpOpener.Open(new OpenOptions
    {
        Dump = Need($"dumps/{dump}"),
        XenSyms = xenSyms is null ? null : Need($"symbols/{xenSyms}"),
        Kernel = kernel is null ? null : Need($"dumps/{(kernel.Contains('/', StringComparison.Ordinal) ? kernel : $"{Folder(dump)}/{kernel}")}"),
    });

    /// <summary>The lab's folder of a dump.</summary>
    public static string Folder(string dump) => dump[..dump.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>A file of the lab; skips the test where it is absent.</summary>
    public static string Need(string path)
    {
        string? found = Lab.Find(path);
        if (found is null) Assert.Skip(Lab.IsHere ? $"the lab has no {path}" : Lab.Absent);
        return found;
    }

    /// <summary>The thread of a physical CPU.</summary>
    public static TargetThread ThreadOf(DumpTarget target, int cpu) => target.Threads.Single(t => t.Cpu?.Id == cpu);

    /// <summary>A stack as functions, records in brackets: <c>machine_halt … [NMI] default_idle</c>.</summary>
    public static string Functions(IEnumerable<Frame> frames) =>
        string.Join(' ', frames.Select(f => f.Exception is { } e ? $"[{e.Name}]" : f.Function ?? f.Pc.ToString()));
}

/// <summary>A frame of gdb's backtrace.</summary>
/// <param name="Pc">The pc; null where gdb leaves it out, which it does for what an inlined call was made from.</param>
/// <param name="Function">The function.</param>
/// <param name="Line">The line; null where gdb has none.</param>
/// <param name="Arguments">Arguments with what gdb shows of them, without its remarks.</param>
internal sealed record GdbFrame(ulong? Pc, string Function, int? Line, IReadOnlyList<(string Name, string Value)> Arguments);

/// <summary>Reads what gdb printed.</summary>
internal static partial class GdbBacktrace
{
    /// <summary>The last backtrace of a text, or of one thread of it.</summary>
    public static IReadOnlyList<GdbFrame> Read(string text, int? thread = null)
    {
        if (thread is { } wanted) text = text[text.IndexOf($"Thread {wanted} (", StringComparison.Ordinal)..];
        var frames = new List<GdbFrame>();
        foreach (Match m in FrameLine().Matches(text))
        {
            int level = int.Parse(m.Groups["level"].Value, null);
            if (level == 0 && thread is not null && frames.Count > 0) break;
            if (level == 0) frames.Clear();
            if (level != frames.Count) break;
            var arguments = Argument().Matches(m.Groups["args"].Value).Select(a => (a.Groups["name"].Value, a.Groups["value"].Value));
            frames.Add(new GdbFrame(
                m.Groups["pc"].Success ? Convert.ToUInt64(m.Groups["pc"].Value, 16) : null, m.Groups["name"].Value,
                m.Groups["line"].Success ? int.Parse(m.Groups["line"].Value, null) : null, [.. arguments]));
        }

        return frames;
    }

    [GeneratedRegex(@"^#(?<level>\d+) +(0x(?<pc>[0-9a-f]+) in )?(?<name>\S+) \((?<args>.*?)\)( at \S+:(?<line>\d+))?\s*$", RegexOptions.Multiline)]
    private static partial Regex FrameLine();

    [GeneratedRegex(@"(?<name>\w+)=(\w+@entry=)?(?<value><optimized out>|0x[0-9a-f]+|-?\w+)")]
    private static partial Regex Argument();
}
