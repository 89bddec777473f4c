using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Commands about addresses on dumps that lie: no exception, and an end.</summary>
public class HostileAddressTests
{
    private const int Dumps = 120;

    private static readonly string[] Lines =
    [
        "::status", "::panicinfo", "::msgbuf -v", "::xpvbuf", "::showrev -v", "::domain", "::vcpu", "::pcpu", "::objects -v", "::modinfo", "::spaces -p", "::mappings", "::memstat",
        "::nm -f ndx,obj,val,sz,type,bind,oth,shndx,ctype,name", "::walk vcpu | ::whatis -a", "0::whatis -av", "0xffffffffffffffff::whatis -av", "0xfffffffffffffff8::vtop", "0::vtop -a 1",
        "0::kgrep -s 8 -d ffffffffffffffff ! wc -l", "0xffffffff::kgrep ! wc -l", "*modules::whatis -a", "modules::vtop", "0xffffffffffffffff::domain", "::nm ! wc -l",
    ];

    [Fact]
    public void Damaged_kernels_are_described_as_far_as_they_go()
    {
        SolarisKernelScenario[] kernels =
        [
            PlainPanics.Interrupt(new SolarisKernelOptions { Seed = 3, Threads = 8 }),
            PlainPanics.FreedMemory(new SolarisKernelOptions { WordSize = 32, Is2007 = true, Seed = 4, Threads = 8, HasTypes = false }),
            XpvPanics.FaultInXen(new SolarisKernelOptions { Seed = 5, Threads = 8 }, 4, 3),
        ];
        for (int seed = 1; seed <= Dumps; seed++)
        {
            var kernel = kernels[seed % kernels.Length];
            ulong[] pages = [.. kernel.Image.Pfns];
            using var dump = MdbDump.Of(VmcoreWriter.Build(SolarisMemoryDamage.Of(kernel.Image, seed, pages), kernel.Settings), kernel.Unix());
            foreach (string line in Lines)
                foreach (var output in dump.Run(line)) Assert.DoesNotContain('\n', output.Text);
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Segments_are_in_the_order_of_their_tree(int wordSize)
    {
        var image = WithSegments(wordSize, out ulong place, out ulong kas);
        int word = wordSize / 8;
        ulong tree = wordSize == 32 ? 20UL : 32, bytes = 0x100;

        // The root has two children.
        for (ulong i = 0; i < 3; i++)
        {
            ulong segment = place + i * bytes;
            Put(image, kas, segment, 0x1000_0000 + i * 0x10_0000, word);
            Put(image, kas, segment + (ulong)word, 0x2000, word);
        }

        Put(image, kas, place + bytes + tree, place + tree, word);
        Put(image, kas, place + bytes + tree + (ulong)word, place + 2 * bytes + tree, word);
        Root(image, kas, place + bytes + tree, word);
        Put(image, kas, kas + (word == 4 ? 44UL + 8 : 80 + 16), tree, word);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        Assert.Equal(Enumerable.Range(0, 3).Select(i => $"0x{place + (ulong)i * bytes:x}"), dump.Lines($"0x{kas:x}::walk seg"));
        Assert.Equal(
            ["10000000 10002000 2000 [ unknown ]", "10100000 10102000 2000 [ unknown ]", "10200000 10202000 2000 [ unknown ]"],
            dump.Lines("::mappings").Skip(1).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(2, dump.Lines("10100800::mappings").Length);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Segments_that_lead_to_themselves_end(int wordSize)
    {
        var image = WithSegments(wordSize, out ulong place, out ulong kas);
        int word = wordSize / 8;
        ulong node = place + (wordSize == 32 ? 20UL : 32);
        Put(image, kas, node, node, word);
        Root(image, kas, node, word);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        Assert.NotEmpty(dump.Lines("::mappings"));
        Assert.EndsWith("stopped: cycle", dump.Lines($"0x{kas:x}::walk seg")[^1], StringComparison.Ordinal);
        Assert.Contains(dump.Target.Diagnostics.Items, d => d.Id == "solaris/segments-cycle");
    }

    [Fact]
    public void Tables_that_lead_to_themselves_map_without_end_and_can_be_left()
    {
        var memory = new SparseMemory<MachineAddress>();
        for (ulong i = 0; i < 512; i++) memory.Put64(0x1000 + i * 8, 0x1003);
        var tables = new PageTables(memory, new MachineAddress(0x1000), 4);
        var runs = tables.Runs(default, new VirtualAddress(ulong.MaxValue), TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => new MappedRun((ulong)i * 4096, 0x1000, 4096)), runs.Take(2000));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => tables.Runs(default, new VirtualAddress(ulong.MaxValue), stop.Token).Count());
    }

    [Fact]
    public void Tables_map_what_each_address_translates_to()
    {
        var memory = new SparseMemory<MachineAddress>();
        const ulong Root = 0x1000, Directory = 0x2000, Middle = 0x3000, Leaf = 0x4000;
        foreach (ulong table in (ulong[])[Root, Directory, Middle, Leaf])
            for (ulong i = 0; i < 512; i++) memory.Put64(table + i * 8, 0);

        // In both halves: two pages that lie together, one apart, 2 MB and 1 GB.
        foreach (ulong entry in (ulong[])[0, 511]) memory.Put64(Root + entry * 8, Directory | 1);
        memory.Put64(Directory, Middle | 1).Put64(Directory + 8, 0x4000_0000 | 0x81);
        memory.Put64(Middle, Leaf | 1).Put64(Middle + 16, 0x60_0000 | 0x81);
        memory.Put64(Leaf + 8, 0x9000 | 1).Put64(Leaf + 16, 0xa000 | 1).Put64(Leaf + 24, 0x5000 | 1);
        var tables = new PageTables(memory, new MachineAddress(Root), 4);
        MappedRun[] half = [new(0x1000, 0x9000, 0x2000), new(0x3000, 0x5000, 0x1000), new(0x40_0000, 0x60_0000, 0x20_0000), new(0x4000_0000, 0x4000_0000, 0x4000_0000)];
        const ulong Upper = 0xffff_ff80_0000_0000;
        Assert.Equal([.. half, .. half.Select(r => r with { From = r.From + Upper })], tables.Runs(default, new VirtualAddress(ulong.MaxValue), TestContext.Current.CancellationToken));
        var space = AddressSpace.Of("made", 64, new TranslatedMemory<VirtualAddress, MachineAddress>(tables, memory));
        Assert.Equal([new MappedRun(0x2000, 0xa000, 0x1000), new MappedRun(0x3000, 0x5000, 0x801)], space.Runs(0x2000, 0x3800, TestContext.Current.CancellationToken)!);
    }

    /// <summary>An image whose <c>kas</c> is in memory, and a page for segments.</summary>
    private static SolarisMemoryImage WithSegments(int wordSize, out ulong place, out ulong kas)
    {
        var image = SolarisScenes.Pages(wordSize);
        kas = SolarisScenes.Kas(wordSize);
        place = SolarisScenes.Heap(wordSize) + 0x100_0000;
        foreach (ulong page in new[] { kas & ~0xfffUL, place })
        {
            ulong pfn = image.FreePfn();
            image.Page(pfn).Map(kas, page, pfn);
        }

        return image;
    }

    /// <summary>The root of <c>a_segtree</c>, where the reference's tables have it.</summary>
    private static void Root(SolarisMemoryImage image, ulong kas, ulong node, int word) => Put(image, kas, kas + (word == 4 ? 44UL : 80), node, word);

    private static void Put(SolarisMemoryImage image, ulong kas, ulong at, ulong value, int word) => image.Write(kas, at, BitConverter.GetBytes(value).AsSpan(0, word));
}
