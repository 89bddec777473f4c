using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Tests.Formats.Solaris;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>Scenarios of the builder by name, opened as a user would, and compared with what was built.</summary>
internal static class BuiltDump
{
    private static readonly Dictionary<string, Func<SolarisKernelOptions, SolarisKernelScenario>> Plain = new()
    {
        ["null pointer"] = PlainPanics.NullPointer,
        ["freed memory"] = PlainPanics.FreedMemory,
        ["user address"] = PlainPanics.UserAddress,
        ["called"] = PlainPanics.Called,
        ["overflow"] = PlainPanics.Overflow,
        ["dom0"] = XpvPanics.PlainDom0,
    };

    /// <summary>Plain panics: name, word size, whether of 2007, seed.</summary>
    public static TheoryData<string, int, bool, int> PlainPanicData()
    {
        var data = new TheoryData<string, int, bool, int>();
        int seed = 100;
        foreach (string name in Plain.Keys)
            foreach (int wordSize in new[] { 32, 64 })
                foreach (bool is2007 in new[] { false, true }) data.Add(name, wordSize, is2007, seed++);
        return data;
    }

    /// <summary>Panics of the hypervisor: whether Xen faults itself, word size, Xen 3's minor version, version of panic_info, seed.</summary>
    public static TheoryData<bool, int, int, int, int> XenPanicData()
    {
        var data = new TheoryData<bool, int, int, int, int>();
        int seed = 300;
        foreach (bool faults in new[] { false, true })
        {
            foreach (var (wordSize, minor, version) in new[] { (32, 0, 1), (32, 0, 2), (32, 4, 3), (64, 1, 1), (64, 1, 2), (64, 4, 3) })
                for (int i = 0; i < 3; i++) data.Add(faults, wordSize, minor, version, seed++);
        }

        return data;
    }

    public static SolarisKernelScenario Build(string name, int wordSize, bool is2007, int seed, int threads = 40) =>
        Plain[name](new SolarisKernelOptions { WordSize = wordSize, Is2007 = is2007, Seed = seed, Threads = threads, Cpus = 1 + (seed % 4) });

    public static SolarisKernelScenario BuildXen(bool faults, int wordSize, int minor, int version, int seed)
    {
        var options = new SolarisKernelOptions { WordSize = wordSize, Is2007 = version == 1, Seed = seed, Cpus = 1 + (seed % 4) };
        return faults ? XpvPanics.FaultInXen(options, minor, version) : XpvPanics.Overflow(options, minor, version);
    }

    public static DumpTarget Open(SolarisKernelScenario scenario, SolarisCarrier carrier = SolarisCarrier.Vmcore, bool withUnix = true) =>
        Open(CarrierTests.Write(carrier, scenario.Image, scenario.Settings), withUnix && carrier == SolarisCarrier.Vmcore ? scenario.Unix() : null);

    public static DumpTarget Open(byte[] dump, byte[]? unix) => DumpOpener.OpenFiles(
        new SampleFiles(new BytesByteSource(dump, "vmcore.0"), null, unix is null ? null : new BytesByteSource(unix, "unix.0"), ""), cancel: TestContext.Current.CancellationToken);

    public static StackTrace StackOf(TargetThread thread) => thread.Stack(TestContext.Current.CancellationToken);

    /// <summary>A frame as both sides write it.</summary>
    public static string Text(ExpectedFrame frame) => frame.ToString();

    /// <inheritdoc cref="Text(ExpectedFrame)"/>
    public static string Text(Frame frame)
    {
        var words = FrameVariables.Of(frame).Where(v => v.IsArgument).Select(v => v.Word is { } word ? $"{word:x}" : "?");
        return $"{frame.Fp?.Value:x} {frame.Module?.Name}`{frame.Function}+0x{frame.Offset:x}({string.Join(", ", words)})";
    }

    /// <summary>Code frames of a stack, of one kind or all.</summary>
    public static IEnumerable<string> Code(StackTrace stack, FrameKind? kind = null) =>
        stack.Frames.Where(f => f.Exception is null && f.Kind != FrameKind.User && (kind is null || f.Kind == kind)).Select(Text);
}
