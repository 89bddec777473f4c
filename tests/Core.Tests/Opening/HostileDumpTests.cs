using System.Diagnostics;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Opening;

/// <summary>
/// Damaged dumps and damaged symbols of the samples: each opens or is refused in a sentence, and all that a user would look at first is shown in time,
/// whatever the bytes say.
/// </summary>
public sealed class HostileDumpTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>For a long run: how many times as many seeds (environment variable XENDUMP_MUTATIONS).</summary>
    private static readonly int Factor = int.TryParse(Environment.GetEnvironmentVariable("XENDUMP_MUTATIONS"), out int factor) ? factor : 1;

    [Theory]
    [InlineData("overflow", 0, 120)]
    [InlineData("overflow32", 1000, 60)]
    [InlineData("nmi", 2000, 60)]
    public void Damaged_memory(string sample, int firstSeed, int count)
    {
        var pages = PagesOf(Sample(sample));
        Each(Sample(sample), firstSeed, count, (random, files) => files with { Dump = Damaged(files.Dump, pages, random) });
    }

    [Theory]
    [InlineData("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf", 10000)]
    [InlineData("k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf", 11000)]
    [InlineData("m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf", 12000)]
    [InlineData("m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf", 13000)]
    [InlineData("m64-420/zlib.core", "xen-syms-4.20", "mini64-nofp.elf", 14000)]
    [InlineData("h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", "mini64-fp.elf", 15000)]
    public void Damaged_memory_of_real_dumps(string dump, string xenSyms, string kernel, int firstSeed)
    {
        using var file = FileByteSource.Open(LabHost.Need($"dumps/{dump}"));
        using var symbols = MappedFileByteSource.Open(LabHost.Need($"symbols/{xenSyms}"));
        using var own = MappedFileByteSource.Open(LabHost.Need($"dumps/{LabHost.Folder(dump)}/{kernel}"));
        var whole = new SampleFiles(file, symbols, own, dump);
        var pages = PagesOf(whole);
        Each(whole, firstSeed, 30, (random, files) => files with { Dump = Damaged(files.Dump, pages, random) });
    }

    [Theory]
    [InlineData("overflow", 3000, 80)]
    [InlineData("overflow32", 4000, 40)]
    public void Damaged_headers_and_notes(string sample, int firstSeed, int count) => Each(Sample(sample), firstSeed, count, (random, files) =>
    {
        var dump = new Mutation(files.Dump, random);
        if (random.Next(2) == 0) dump.DamageHeaders(4096);
        else dump.ReplaceWords(0, 4096, 1 + random.Next(8));
        return files with { Dump = random.Next(4) == 0 ? dump.CutOff : dump.File };
    });

    [Theory]
    [InlineData("overflow", 5000, 100)]
    [InlineData("overflow32", 6000, 60)]
    [InlineData("nmi", 7000, 60)]
    public void Damaged_symbols(string sample, int firstSeed, int count) => Each(Sample(sample), firstSeed, count, (random, files) =>
    {
        bool ofXen = files.Kernel is null || random.Next(2) == 0;
        var file = new Mutation((ofXen ? files.XenSyms : files.Kernel)!, random);
        for (int i = random.Next(1, 4); i > 0; i--) file.DamageSection(".debug_", ".symtab", ".strtab", ".eh_frame", ".debug_frame", ".debug_info", ".debug_abbrev", ".debug_line");
        return ofXen ? files with { XenSyms = file.File } : files with { Kernel = file.File };
    });

    [Theory]
    [InlineData("overflow", 8000, 60)]
    public void Damaged_symbol_file_headers(string sample, int firstSeed, int count) => Each(Sample(sample), firstSeed, count, (random, files) =>
    {
        var file = new Mutation(files.XenSyms!, random);
        if (random.Next(2) == 0) file.DamageHeaders(64);
        else file.ReplaceWords(files.XenSyms!.Length * 3 / 4, files.XenSyms.Length / 4, 1 + random.Next(20));
        return files with { XenSyms = random.Next(4) == 0 ? file.CutOff : file.File };
    });

    /// <summary>Opens each damaged host and looks at it; says the seed of the first that goes wrong.</summary>
    private static void Each(SampleFiles files, int firstSeed, int count, Func<Random, SampleFiles, SampleFiles> damage)
    {
        int opened = 0;
        for (int i = 0; i < count * Factor; i++)
        {
            int seed = i < count ? firstSeed + i : firstSeed * 1000 + i;
            var clock = Stopwatch.StartNew();
            try
            {
                if (Look(damage(new Random(seed), files))) opened++;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }

            Assert.True(clock.Elapsed < Limit, $"seed {seed} took {clock.Elapsed}");
        }

        Assert.True(opened > 0, "not one could be opened");
    }

    private static SampleFiles Sample(string name)
    {
        Assert.True(SampleCatalog.TryOpen(name, out var files));
        return files;
    }

    /// <summary>The pages of a dump that matter: those that are read while it is looked at.</summary>
    private static IReadOnlyList<long> PagesOf(SampleFiles files)
    {
        var watched = new DamagedSource(files.Dump);
        Assert.True(Look(files with { Dump = watched }));
        return watched.Touched;
    }

    private static DamagedSource Damaged(IByteSource dump, IReadOnlyList<long> pages, Random random)
    {
        var damaged = new DamagedSource(dump);
        for (int i = random.Next(1, 1 << random.Next(1, 7)); i > 0; i--) damaged.Damage(pages[random.Next(pages.Count)], random);
        return damaged;
    }

    private static bool Look(SampleFiles files)
    {
        DumpTarget target;
        try
        {
            target = DumpOpener.OpenFiles(files, cancel: TestContext.Current.CancellationToken);
        }
        catch (DumpFormatException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            Assert.InRange(e.Message.Length, 10, 600);
            return false;
        }

        using (target)
        {
            Consume(InfoReport.Lines(target, TestContext.Current.CancellationToken));
            foreach (var thread in target.Threads)
                Consume(StackReport.Lines(thread, new StackReportOptions { Registers = true, Locals = true }, TestContext.Current.CancellationToken));
            foreach (string command in (string[])["threads", "console", "dis", "read $sp 256", "print $rip", "print *(struct vcpu *)idle_vcpu[0]", "print idle_vcpu"])
                Consume(TextCommands.Run(target, command, cancel: TestContext.Current.CancellationToken));
            Assert.All(Findings.Of(target, TestContext.Current.CancellationToken), f => Assert.NotEqual("", f.Summary));
        }

        return true;
    }

    private static void Consume(IEnumerable<ReportLine> lines)
    {
        foreach (var line in lines) Assert.NotNull(line.Text);
    }
}
