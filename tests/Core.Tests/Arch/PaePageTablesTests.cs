using XenDumpAdapter.Core.Arch.Ia32;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Arch;

public sealed class PaePageTablesTests
{
    private readonly PageTableBuilder _tables = new();
    private readonly ulong _root;

    /// <summary>The four top entries stand in the middle of a page, as Xen and Linux put them.</summary>
    public PaePageTablesTests() => _root = _tables.NewTable() + 0xfe0;

    [Theory]
    [InlineData(0x0000_0000UL)]
    [InlineData(0x4020_1000UL)]
    [InlineData(0xc010_3000UL)]
    [InlineData(0xffff_f000UL)]
    public void Walks_three_levels_to_pages_above_four_gigabytes(ulong page)
    {
        _tables.Map(_root, 3, page, 0x000f_1234_5678_9000);
        Assert.True(Tables.TryTranslate(new VirtualAddress(page + 0xabc), out var to, out ulong run));
        Assert.Equal(new MachineAddress(0x000f_1234_5678_9abc), to);
        Assert.Equal(0x1000UL - 0xabc, run);
        Assert.Equal(FaultKind.None, Tables.Explain(new VirtualAddress(page)).Kind);
    }

    [Fact]
    public void A_large_page_has_two_megabytes()
    {
        _tables.Map(_root, 3, 0xc020_0000, 0x1_0060_0000, pageLevel: 2);
        Assert.True(Tables.TryTranslate(new VirtualAddress(0xc030_0004), out var to, out ulong run));
        Assert.Equal(new MachineAddress(0x1_0070_0004), to);
        Assert.Equal(0x20_0000UL - 0x10_0004, run);
    }

    [Fact]
    public void An_address_beyond_32_bits_is_none()
    {
        _tables.Map(_root, 3, 0x1000, 0x2000);
        Assert.False(Tables.TryTranslate(new VirtualAddress(0x1_0000_1000), out _, out _));
        Assert.Equal(FaultKind.NotAnAddress, Tables.Explain(new VirtualAddress(0x1_0000_1000)).Kind);
    }

    [Fact]
    public void Says_which_entry_is_not_present()
    {
        var fault = Tables.Explain(new VirtualAddress(0xc000_0000));
        Assert.Equal(new Fault(FaultKind.NotMapped, $"L3[0x3] at machine 0x{_root + 24:x} is not present"), fault);
        Assert.False(Tables.TryTranslate(new VirtualAddress(0xc000_0000), out _, out _));
    }

    [Fact]
    public void Says_that_a_table_is_not_in_the_dump()
    {
        _tables.Set(_root, 0, 0x5_0000_0001);
        var fault = Tables.Explain(new VirtualAddress(0x20_0000));
        Assert.Equal(FaultKind.TableUnreadable, fault.Kind);
        Assert.StartsWith("L2[0x1] at machine 0x500000008 cannot be read", fault.Text, StringComparison.Ordinal);
    }

    private PaePageTables Tables => new(_tables.Memory, _root | 0x18);
}
