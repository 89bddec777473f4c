using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>What is asked once of a function or of a file agrees with what is asked for each instruction.</summary>
public sealed class InlinedCallTests
{
    private static readonly Comparer<SourceLine> ByPlace = Comparer<SourceLine>.Create((a, b) => (a.Path, a.Line, a.Column).CompareTo((b.Path, b.Line, b.Column)));

    [Theory]
    [InlineData("overflow", 1)]
    [InlineData("overflow32", 1)]
    [InlineData("nmi", 1)]
    public void The_calls_inlined_into_a_function_are_those_of_each_of_its_instructions(string sample, int atLeast)
    {
        Assert.True(SampleCatalog.TryOpen(sample, out var files));
        Assert.True(Compare(ElfFile.Open(files.XenSyms!, new DiagnosticBag())) >= atLeast);
        Compare(ElfFile.Open(files.Kernel!, new DiagnosticBag()));
    }

    [Fact]
    public void Of_a_real_hypervisor_too()
    {
        string? path = Lab.Find("symbols/xen-syms-4.17-rel");
        if (path is null) Assert.Skip(Lab.Absent);
        using var image = new Image(path!);
        Assert.True(Compare(image.Elf, every: 400) > 20);
    }

    [Theory]
    [InlineData("overflow")]
    [InlineData("overflow32")]
    public void The_rows_of_a_file_are_where_its_lines_are(string sample)
    {
        Assert.True(SampleCatalog.TryOpen(sample, out var files));
        var elf = ElfFile.Open(files.XenSyms!, new DiagnosticBag());
        var dwarf = DwarfFile.Open(DwarfSections.FromElf(elf), "xen")!;
        int rows = 0;
        foreach (string file in dwarf.SourceFiles)
        {
            var found = dwarf.CodeOf(file, TestContext.Current.CancellationToken).ToHashSet();
            rows += found.Count;

            // Of several rows at one address one counts; the others' files have it among their rows, too.
            Assert.All(found, a => Assert.NotNull(dwarf.FindLine(a)));
            foreach (var address in Addresses(elf, 1).Where(a => dwarf.FindLine(a)?.Path == file && dwarf.FindLine(a - 1) != dwarf.FindLine(a))) Assert.Contains(address, found);
        }

        Assert.True(rows > 20);
        Assert.Empty(dwarf.CodeOf("/no/such/file.c", TestContext.Current.CancellationToken));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => dwarf.CodeOf(dwarf.SourceFiles.First(), cancelled.Token).Count());
    }

    /// <summary>How many addresses lie in an inlined call.</summary>
    private static int Compare(ElfFile elf, ulong every = 1)
    {
        var dwarf = DwarfFile.Open(DwarfSections.FromElf(elf), "image")!;
        int inlined = 0;
        foreach (var pc in Addresses(elf, every))
        {
            var functions = dwarf.FindFunctions(pc);
            if (functions.Count == 0) continue;
            var expected = functions.Select(f => f.CallSite).OfType<SourceLine>().Order(ByPlace);
            var actual = dwarf.FindInlinedCalls(pc).Where(c => c.Code.Any(r => r.Contains(pc))).Select(c => c.CallSite).Order(ByPlace).ToList();
            Assert.Equal(expected, actual);
            if (actual.Count > 0) inlined++;
        }

        return inlined;
    }

    private static IEnumerable<VirtualAddress> Addresses(ElfFile elf, ulong every)
    {
        var symbols = ElfSymbolTable.Read(elf, new DiagnosticBag());
        ulong passed = 0;
        foreach (var function in symbols.All.Where(s => s.Kind == SymbolKind.Function).DistinctBy(s => s.Address))
        {
            for (ulong i = 0; i < function.Size; i++)
            {
                if (passed++ % every == 0) yield return function.Address + i;
            }
        }
    }
}
