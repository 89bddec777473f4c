using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Benchmarks;

/// <summary>
/// The vmcore of a machine of 16 GB that panicked, its tables whole and its pages holes of the file, beside that of one of 16 MB; and what a process adds to its start
/// when it opens the large one.
/// </summary>
internal static class SolarisLarge
{
    private const int LargePages = (int)((16L << 30) / SolarisMemoryImage.PageSize);
    private const int SmallPages = (16 << 20) / SolarisMemoryImage.PageSize;
    private const int Turns = 9;
    private const double OpenSeconds = 0.05;
    private const double MostMemory = 100e6;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        const string What = "vmcore of 16 GB, opening and an address", WhatTarget = "vmcore of 16 GB, opening to the kernel's panic";
        const string WhatInfo = "xendump info, vmcore of 16 GB", WhatMemory = "  its peak memory";
        if (!OperatingSystem.IsLinux())
        {
            foreach (string what in new[] { What, WhatTarget, WhatInfo, WhatMemory }) yield return Row.Skip(what, "needs files with holes");
            yield break;
        }

        using var folder = new TemporaryFolder();
        string large = folder.File("vmcore.16"), small = folder.File("vmcore.0");
        var image = new PlainPanic { Code = "8b 46 18", At = new Dictionary<string, ulong> { ["rsi"] = 0 }, Cr2 = 0x18 }.Build();
        var settings = new SolarisDumpSettings { Content = SolarisDumpSettings.AllPages, PanicString = "BAD TRAP" };
        ulong kas = image.Translations[0].As;
        SparseVmcore.Write(large, image, kas, LargePages, settings);
        SparseVmcore.Write(small, image, kas, SmallPages, settings);
        var (ours, theirs) = Timing.Compare(() => Look(large, image), () => Look(small, image));
        yield return new Row { What = What, Ours = ours, Peer = "vmcore of 16 MB", Theirs = theirs, Max = OpenSeconds };
        (ours, theirs) = Timing.Compare(() => Panic(large), () => Panic(small));
        yield return new Row { What = WhatTarget, Ours = ours, Peer = "vmcore of 16 MB", Theirs = theirs, Max = OpenSeconds };
        if (Environment.GetEnvironmentVariable("XENDUMP") is not { Length: > 0 } xendump || !File.Exists(xendump))
        {
            foreach (string what in new[] { WhatInfo, WhatMemory }) yield return Row.Skip(what, "set XENDUMP to the published executable");
            yield break;
        }

        var info = new Command(xendump, "info", large);
        (ours, theirs) = Command.Compare(info, new Command(xendump, "--version"), Turns);
        yield return new Row { What = WhatInfo, Ours = ours, Peer = "xendump --version", Theirs = theirs, Max = theirs + OpenSeconds };
        yield return new Row { What = WhatMemory, Unit = Unit.Bytes, Ours = info.PeakMemory(), Max = MostMemory };
    }

    private static void Look(string path, SolarisMemoryImage image)
    {
        using var source = FileByteSource.Open(path);
        var dump = DumpFormats.Open(source, new DiagnosticBag(), CancellationToken.None);
        var (addressSpace, va, _) = image.Translations[^1];
        var memory = new TranslatedMemory<VirtualAddress, MachineAddress>(dump.Solaris!.Map(new VirtualAddress(addressSpace)), new PagedMemory(dump.Pages));
        byte[] bytes = new byte[64], expected = image.Read(addressSpace, va, 64) ?? [];
        if (memory.Read(new VirtualAddress(va), bytes) != bytes.Length || !bytes.AsSpan().SequenceEqual(expected)) throw new InvalidOperationException($"{path} does not read as it was written");
    }

    private static void Panic(string path)
    {
        using var target = DumpOpener.Open(new OpenOptions { Dump = path });
        if (target.Panic is null || target.Threads.Count == 0) throw new InvalidOperationException($"{path} tells of no panic");
    }
}
