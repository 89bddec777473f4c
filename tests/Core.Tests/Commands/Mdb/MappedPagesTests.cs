using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Commands.Searching;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>What a search looks at where much is mapped and little was saved.</summary>
public class MappedPagesTests
{
    private const ulong Gigabyte = 1UL << 30;

    [Fact]
    public void Holes_of_the_dump_are_stepped_over()
    {
        // One table of 512 GB in pages of 1 GB, mapped one to one.
        var tables = new SparseMemory<MachineAddress>();
        for (ulong i = 0; i < 512; i++) tables.Put64(0x1000 + i * 8, i == 0 ? 0x2001UL : 0).Put64(0x2000 + i * 8, i * Gigabyte | 0x81);
        ulong[] saved = [0x5000, 0x6000, 3 * Gigabyte, 200 * Gigabyte + 0x7000, 511 * Gigabyte + 0x3fff_f000];
        var source = new FewPages(saved);
        var space = AddressSpace.Of("made", 64, new TranslatedMemory<VirtualAddress, MachineAddress>(new PageTables(tables, new MachineAddress(0x1000), 4), tables));
        var pages = new MappedPages(Target(source, space), space);
        var found = pages.Between(0, ulong.MaxValue, TestContext.Current.CancellationToken)!.ToList();
        Assert.Equal(saved.Select(s => (s, 4096)), found);
        Assert.Equal((ulong)saved.Length * 4096, pages.Read);
        Assert.InRange(source.Asked, saved.Length, 1000);
    }

    private static DumpTarget Target(IPageSource pages, AddressSpace space) => new()
    {
        Name = "made",
        Image = new DumpImage { FormatName = "made", ElfMachine = 62, Pages = pages },
        Architecture = Core.Arch.Architecture.Amd64,
        Report = new OpenReport([]),
        MachineMemory = new PagedMemory(pages),
        Spaces = [space],
        Panic = new PanicInfo { Kind = PanicKind.None },
        Diagnostics = new DiagnosticBag(),
    };

    private sealed class FewPages(ulong[] saved) : IPageSource
    {
        public int Asked { get; private set; }

        public int PageSize => 4096;

        public ulong FrameLimit => 1UL << 30;

        public IEnumerable<MachineRange> Ranges => saved.Select(s => new MachineRange(new MachineAddress(s), 4096));

        public int ReadPage(ulong frame, Span<byte> page)
        {
            Asked++;
            return saved.Contains(frame << 12) ? 4096 : 0;
        }

        public Fault Explain(ulong frame, int offset) => new(FaultKind.NotSaved, "left out");
    }
}
