using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands;

public sealed class MemoryDumpTests
{
    [Fact]
    public void Bytes_come_in_rows_of_sixteen_with_their_characters()
    {
        Assert.Equal(
            [
                "0x0000000000001000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|",
            ],
            Lines(new SparseMemory<VirtualAddress>().Put(0x1000, "0123456789abcdef"u8), 0x1000, 16));
    }

    [Fact]
    public void A_range_may_start_and_end_inside_a_row()
    {
        Assert.Equal(
            [
                "0x0000000000001000                                 61 62 63 64 65 66  |          abcdef|",
                "0x0000000000001010  67                                                |g|",
            ],
            Lines(new SparseMemory<VirtualAddress>().Put(0x100a, "abcdefg"u8), 0x100a, 7));
    }

    [Fact]
    public void Absent_bytes_are_question_marks_and_the_reason_follows()
    {
        string[] lines = Lines(new SparseMemory<VirtualAddress>().Put(0x1000, 1, 2, 3), 0x1000, 16);
        Assert.Equal("0x0000000000001000  01 02 03 ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |...?????????????|", lines[0]);
        Assert.Equal("    from 0x1003 0xd bytes are absent: nothing is mapped at 0x1003", lines[1]);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void A_long_hole_is_said_once()
    {
        string[] lines = Lines(new SparseMemory<VirtualAddress>().Put(0x1000, 1).Put(0x9000, 2), 0x1000, 0x8001);
        Assert.Equal(3, lines.Length);
        Assert.Contains("from 0x1001 0x7fff bytes are absent", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("0x0000000000009000  02", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_hole_inside_a_page_is_found()
    {
        MemorySegment[] segments = [.. MemorySegment.Of(Space(new SparseMemory<VirtualAddress>().Put(0x1040, 1, 2)), 0x1000, 0x50, TestContext.Current.CancellationToken)];
        Assert.Equal([(0x1000UL, 0x40UL, true), (0x1040UL, 2UL, false), (0x1042UL, 0xeUL, true)], segments.Select(s => (s.Address, s.Length, s.Bytes is null)));
    }

    [Fact]
    public void The_top_of_the_address_space_wraps()
    {
        string[] lines = Lines(new SparseMemory<VirtualAddress>().Put(0xfffffffffffffff8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 0xfffffffffffffff8, 10);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("0xfffffffffffffff0  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0x0000000000000000  09 0a", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_32_bit_space_has_short_addresses() => Assert.StartsWith(
        "0xc0100000  ff ",
        MemoryDump.Lines(AddressSpace.Of("dom0", 32, new SparseMemory<VirtualAddress>().Put(0xc0100000, 0xff)), 0xc0100000, 1, TestContext.Current.CancellationToken).First().Text,
        StringComparison.Ordinal);

    private static AddressSpace Space(SparseMemory<VirtualAddress> memory) => AddressSpace.Of("xen", 64, memory);

    private static string[] Lines(SparseMemory<VirtualAddress> memory, ulong address, ulong length) =>
        [.. MemoryDump.Lines(Space(memory), address, length, TestContext.Current.CancellationToken).Select(l => l.Text)];
}
