using System.Text;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.GdbStub.SymbolFiles;
using XenDumpAdapter.GdbStub.Tests.Support;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.GdbStub.Tests;

/// <summary>The file that is made of the symbols in a Solaris dump.</summary>
public sealed class SymbolImageTests
{
    [Fact]
    public void Has_the_symbols_of_all_modules_each_in_the_section_that_covers_it()
    {
        using var target = Goldcloth();
        var file = Read(target, out var diagnostics);
        Assert.Equal((2, 3, false, false), (file.Type, file.Machine, file.Is64, file.BigEndian));
        var symbols = ElfSymbolTable.Read(file, diagnostics);
        Assert.Equal("page_ctr_sub_internal", symbols.Find(new VirtualAddress(0xf4c76e9d))!.Name);
        Assert.Equal(("domain_list", SymbolKind.Object), (symbols.Find(new VirtualAddress(0xff1e0440))!.Name, symbols.Find(new VirtualAddress(0xff1e0440))!.Kind));
        foreach (var module in target.Modules)
        {
            foreach (var symbol in module.Symbols.All.Where(s => module.Covers(s.Address)))
                Assert.True(symbols.All.Any(s => s.Address == symbol.Address && s.Name == symbol.Name && s.Kind == symbol.Kind), $"{module.Name}`{symbol}");
            if (module.Name != "kernel") Assert.Equal(module.Range.Start.Value, file.FindSection(module.Name + ".text")!.Address);
        }

        Assert.Equal(symbols.All.Count(), symbols.All.Select(s => (s.Address, s.Name)).Distinct().Count());
        Assert.Empty(diagnostics.Items);
    }

    [Fact]
    public void Sections_do_not_overlap_and_take_no_room_in_the_file()
    {
        using var target = Goldcloth();
        var sections = Read(target, out _).Sections.Where(s => (s.Flags & ElfConstants.FlagAlloc) != 0).OrderBy(s => s.Address).ToList();
        Assert.NotEmpty(sections);
        Assert.All(sections, s => Assert.Equal(ElfConstants.SectionNobits, s.Type));
        Assert.All(sections.Zip(sections.Skip(1)), pair => Assert.True(pair.First.Address + pair.First.Size <= pair.Second.Address, $"{pair.First.Name} and {pair.Second.Name}"));
        Assert.Equal(["unix.text"], sections.Where(s => unchecked(0xf4c76e9d - s.Address) < s.Size).Select(s => s.Name));
    }

    [Fact]
    public void Readelf_has_nothing_to_complain_of()
    {
        using var target = Goldcloth();
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, SymbolImage.Of(target, allThreads: false)!.Bytes.Span);
            string? said = Tool.Run("readelf", "--wide", "-h", "-S", "-s", "--debug-dump=frames", path);
            if (said is null) Assert.Skip("readelf is not installed");
            Assert.DoesNotMatch("(?i)warning|error|corrupt|<unknown", said);
            Assert.Matches(@"f4c76e94 +\d+ FUNC +(GLOBAL|LOCAL) +DEFAULT +\d+ page_ctr_sub_internal\n", said);
            Assert.Matches(@"Augmentation: +""zS""", said);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_module_within_another_has_its_own_section_and_the_other_the_rest()
    {
        using var target = Goldcloth();
        var inner = new Core.Types.Module { Name = "inner", Range = new AddressRange(new(0x2000), 0x100), DataRanges = [new AddressRange(new(0x9000), 8)], Symbols = new TableSymbols() };
        var outer = new Core.Types.Module
        {
            Name = "outer",
            Range = new AddressRange(new(0x1000), 0x4000),
            DataRanges = [new AddressRange(new(0xffff_fff0), 0x100), default],
            Symbols = new TableSymbols(),
        };
        var runs = ImageRuns.Of([outer, inner], 32, null);
        Assert.Equal(["outer.text 1000 1000", "inner.text 2000 100", "outer.text 2100 2f00", "inner.data 9000 8", "outer.data fffffff0 10"], runs.Select(r => $"{r.Name} {r.First:x} {r.Length:x}"));
        Assert.Equal([-1, 0, 1, 2, 2, -1], new ulong[] { 0xfff, 0x1fff, 0x2000, 0x2100, 0x4fff, 0x5000 }.Select(a => ImageRuns.Find(runs, a)));
    }

    [Fact]
    public void A_module_that_claims_every_address_leaves_none_out()
    {
        var all = new Core.Types.Module { Name = "all", Range = new AddressRange(default, ulong.MaxValue), Symbols = new TableSymbols(new Symbol("f", new(0x1000), ulong.MaxValue, SymbolKind.Function, true)) };
        var runs = ImageRuns.Of([all, all], 64, null);
        Assert.Equal(["all.rodata 0 1000", "all.text 1000 ffffffffffffefff"], runs.Select(r => $"{r.Name} {r.First:x} {r.Length:x}"));
    }

    [Fact]
    public async Task Is_served_under_a_path_that_is_no_file_and_nothing_else_is()
    {
        using var target = Goldcloth();
        await using var client = new RspClient(target);
        Assert.Contains("qXfer:exec-file:read+", await client.AskAsync("qSupported"), StringComparison.Ordinal);
        Assert.Equal("l/xendump/goldcloth", await client.AskAsync("qXfer:exec-file:read::0,100"));
        Assert.Equal("F-1,2", await client.AskAsync($"vFile:open:{Hex("/etc/passwd")},0,0"));
        Assert.Equal("F-1,2", await client.AskAsync($"vFile:open:{Hex("/xendump/../etc/passwd")},0,0"));
        Assert.Equal("F-1,1", await client.AskAsync($"vFile:open:{Hex("/xendump/goldcloth")},1,0"));
        Assert.Equal("F0", await client.AskAsync($"vFile:open:{Hex("/xendump/goldcloth")},0,0"));
        Assert.StartsWith("F7;\u007fELF\u0001\u0001\u0001", await client.AskAsync("vFile:pread:0,7,0"), StringComparison.Ordinal);
        Assert.Equal("F0;", await client.AskAsync("vFile:pread:0,10,7fffffffffffffff"));
        Assert.Equal("F0", await client.AskAsync("vFile:close:0"));
    }

    [Theory]
    [InlineData("sample:one", "/xendump/one")]
    [InlineData("/var/crash/vmcore.0", "/xendump/vmcore.0")]
    [InlineData("../..", "/xendump/dump")]
    [InlineData("a b$.core", "/xendump/a_b_.core")]
    public void Is_named_after_the_dump(string name, string path)
    {
        Assert.Equal(path, SymbolImage.PathOf(name));
    }

    [Fact]
    public void A_target_without_a_kernel_of_its_own_has_none()
    {
        Assert.Null(SymbolImage.Of(new SyntheticTarget().Build(), allThreads: false));
    }

    [Fact]
    public void Spoiled_kernels_give_a_file_that_can_be_read_all_the_same()
    {
        var scenarios = new[]
        {
            XpvPanics.FaultInXen(new SolarisKernelOptions { WordSize = 64 }, 4, 2), XpvPanics.Overflow(new SolarisKernelOptions { WordSize = 32, Is2007 = true }, 0, 1),
            PlainPanics.Called(new SolarisKernelOptions { WordSize = 64, Seed = 2 }),
        };
        int made = 0;
        for (int seed = 1; seed <= 90; seed++)
        {
            var scenario = scenarios[seed % scenarios.Length];
            byte[] dump = seed / scenarios.Length % 2 == 0
                ? SolarisMutations.Of(VmcoreWriter.Write(scenario.Image, scenario.Settings), scenario.Image.WordSize, seed).Bytes
                : VmcoreWriter.Build(SolarisMemoryDamage.Of(scenario.Image, seed, []), scenario.Settings);
            try
            {
                using var target = DumpOpener.OpenFiles(new SampleFiles(new BytesByteSource(dump, "vmcore.0"), null, new BytesByteSource(scenario.Unix(), "unix.0"), ""), cancel: TestContext.Current.CancellationToken);
                if (SymbolImage.Of(target, allThreads: true) is not { } image) continue;
                var diagnostics = new DiagnosticBag();
                var file = ElfFile.Open(new BytesByteSource(image.Bytes, "image"), diagnostics);
                Assert.True(ElfSymbolTable.Read(file, diagnostics).Count > 0);
                Assert.NotNull(Core.Types.Dwarf.CallFrameInfo.FromElf(file, 0, diagnostics));
                Assert.Empty(diagnostics.Items);
                made++;
            }
            catch (DumpFormatException)
            {
                // It is no dump any more.
            }
        }

        Assert.True(made > 20, $"{made}");
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    private static DumpTarget Goldcloth() => DumpOpener.Open(new OpenOptions { Dump = "sample:goldcloth" }, cancel: TestContext.Current.CancellationToken);

    private static ElfFile Read(DumpTarget target, out DiagnosticBag diagnostics)
    {
        diagnostics = new DiagnosticBag();
        return ElfFile.Open(new BytesByteSource(SymbolImage.Of(target, allThreads: false)!.Bytes, "image"), diagnostics);
    }
}
