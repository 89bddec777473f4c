using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Arch;

public sealed class PageTablesTests
{
    private const ulong La57 = 1 << 12;
    private readonly PageTableBuilder _tables = new();
    private readonly ulong _root;

    public PageTablesTests() => _root = _tables.NewTable();

    [Theory]
    [InlineData(0x0UL)]
    [InlineData(0x0000_7fff_ffff_f000UL)]
    [InlineData(0xffff_8000_0000_0000UL)]
    [InlineData(0xffff_82d0_4020_1000UL)]
    [InlineData(0xffff_ffff_ffff_f000UL)]
    public void Walks_four_levels_anywhere_in_the_space(ulong page)
    {
        _tables.Map(_root, 4, page, 0x0012_3456_7000);
        AssertMaps(page + 0x123, 0x0012_3456_7123, 0x1000 - 0x123, cr4: 0);
    }

    [Theory]
    [InlineData(0x0080_0000_0000_0000UL)]
    [InlineData(0x00ff_ffff_ffff_f000UL)]
    [InlineData(0xff00_0000_0000_0000UL)]
    [InlineData(0xffff_ffff_ffff_f000UL)]
    public void Walks_five_levels_when_cr4_says_so(ulong page)
    {
        _tables.Map(_root, 5, page, 0x9_8765_4000);
        AssertMaps(page + 8, 0x9_8765_4008, 0x1000 - 8, La57);
    }

    [Theory]
    [InlineData(0x0100_0000_0000_0000UL)]
    [InlineData(0xfeff_ffff_ffff_ffffUL)]
    public void Five_levels_leave_seven_bits_that_must_repeat_the_sign(ulong address) =>
        Assert.Equal(FaultKind.NotAnAddress, Of(La57).Explain(new VirtualAddress(address)).Kind);

    [Theory]
    [InlineData(2, 0x20_0000UL)]
    [InlineData(3, 0x4000_0000UL)]
    public void Large_pages_run_to_their_own_end(int level, ulong size)
    {
        ulong page = 0xffff_8300_8000_0000;

        // Bit 12 of a large page's entry is its PAT bit, not part of its address.
        _tables.Map(_root, 4, page, 0x2_4000_0000 | 0x1000, level);
        AssertMaps(page + 0x12_3456, 0x2_4012_3456, size - 0x12_3456, cr4: 0);
    }

    [Fact]
    public void Bits_of_an_entry_above_its_address_do_not_count()
    {
        _tables.Map(_root, 4, 0x1000, 0x000f_ffff_ffff_f000);
        AssertMaps(0x1000, 0x000f_ffff_ffff_f000, 0x1000, cr4: 0);
    }

    [Fact]
    public void Low_bits_of_cr3_are_no_part_of_the_root()
    {
        _tables.Map(_root, 4, 0x5000, 0x7000);
        var tables = PageTables.FromCr3(_tables.Memory, _root | 0xfff | 1UL << 63, 0);
        Assert.Equal(new MachineAddress(_root), tables.Root);
        Assert.True(tables.TryTranslate(new VirtualAddress(0x5000), out var to, out _));
        Assert.Equal(new MachineAddress(0x7000), to);
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000UL)]
    [InlineData(0xffff_7fff_ffff_ffffUL)]
    [InlineData(0x8000_0000_0000_0000UL)]
    public void An_address_that_is_not_canonical_is_none(ulong address)
    {
        Assert.False(Of(0).TryTranslate(new VirtualAddress(address), out _, out _));
        Assert.Equal(FaultKind.NotAnAddress, Of(0).Explain(new VirtualAddress(address)).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Says_which_entry_of_which_table_is_not_present(int level)
    {
        const ulong Page = 0xffff_ffff_8010_3000;
        ulong table = _root;
        for (int at = 4; at > level; at--)
        {
            ulong next = _tables.NewTable();
            _tables.Set(table, PageTableBuilder.IndexOf(Page, at), next | PageTableBuilder.Flags);
            table = next;
        }

        ulong index = PageTableBuilder.IndexOf(Page, level);
        var fault = Of(0).Explain(new VirtualAddress(Page));
        Assert.Equal(FaultKind.NotMapped, fault.Kind);
        Assert.Equal($"L{level}[0x{index:x}] at machine 0x{table + index * 8:x} is not present", fault.Text);
    }

    [Fact]
    public void Says_that_a_table_is_not_in_the_dump()
    {
        _tables.Set(_root, 0, 0x00ab_c000_0000 | PageTableBuilder.Flags);
        var fault = Of(0).Explain(new VirtualAddress(0x1000));
        Assert.Equal(FaultKind.TableUnreadable, fault.Kind);
        Assert.StartsWith("L3[0x0] at machine 0xabc0000000 cannot be read", fault.Text, StringComparison.Ordinal);
        Assert.False(Of(0).TryTranslate(new VirtualAddress(0x1000), out _, out _));
    }

    [Fact]
    public void A_table_that_points_at_itself_maps_the_tables_as_on_a_processor()
    {
        _tables.Set(_root, 511, _root | PageTableBuilder.Flags);
        AssertMaps(0xffff_ffff_ffff_f000 + 511 * 8, _root + 511 * 8, 8, cr4: 0);
    }

    [Fact]
    public void Reads_across_pages_that_lie_apart_and_stops_at_a_hole()
    {
        _tables.Map(_root, 4, 0xffff_ffff_ffff_d000, 0x9000);
        _tables.Map(_root, 4, 0xffff_ffff_ffff_e000, 0x4000);
        _tables.Memory.Put(0x9ff8, 1, 2, 3, 4, 5, 6, 7, 8).Put(0x4000, Enumerable.Repeat((byte)9, 4096).ToArray());
        var memory = new TranslatedMemory<VirtualAddress, MachineAddress>(Of(0), _tables.Memory);
        byte[] bytes = new byte[16];
        Assert.Equal(16, memory.Read(new VirtualAddress(0xffff_ffff_ffff_dff8), bytes));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9], bytes);
        Assert.Equal(8, memory.Read(new VirtualAddress(0xffff_ffff_ffff_eff8), bytes));
        Assert.Equal(FaultKind.NotMapped, memory.Explain(new VirtualAddress(0xffff_ffff_ffff_f000)).Kind);
    }

    [Fact]
    public void Translating_does_not_allocate()
    {
        _tables.Map(_root, 4, 0xffff_82d0_4020_1000, 0x3000);
        var tables = Of(0);
        var at = new VirtualAddress(0xffff_82d0_4020_1000);
        Assert.True(tables.TryTranslate(at, out _, out _));
        long allocated = Cost.Allocated(() =>
        {
            for (int i = 0; i < 1000; i++) tables.TryTranslate(at, out _, out _);
        });
        Assert.Equal(0, allocated);
    }

    private PageTables Of(ulong cr4) => PageTables.FromCr3(_tables.Memory, _root, cr4);

    private void AssertMaps(ulong from, ulong to, ulong run, ulong cr4)
    {
        var tables = Of(cr4);
        Assert.True(tables.TryTranslate(new VirtualAddress(from), out var machine, out ulong length), tables.Explain(new VirtualAddress(from)).Text);
        Assert.Equal(new MachineAddress(to), machine);
        Assert.Equal(run, length);
        Assert.Equal(FaultKind.None, tables.Explain(new VirtualAddress(from)).Kind);
    }
}
