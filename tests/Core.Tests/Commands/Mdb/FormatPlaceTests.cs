using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Lines of formats are about the memory that they begin with: front ends show it.</summary>
public sealed class FormatPlaceTests
{
    private const ulong Place = CrashedHost.KernelBase + 0x100000;

    [Theory]
    [InlineData("/8X", new ulong[] { 0, 12, 28 })]
    [InlineData(",8/X", new ulong[] { 0, 12, 28 })]
    [InlineData("/Xn2X", new ulong[] { 0, 4 })]
    [InlineData("/s", new ulong[] { 0, 0 })]
    [InlineData("/ai1", new ulong[] { 0, 0 })]
    [InlineData(",3/ai", new ulong[] { 0, 0, 1, 2 })]
    public void Each_line_tells_where_it_begins(string formats, ulong[] offsets)
    {
        var host = new CrashedHost();
        host.KernelMemory.Put(Place, [.. Enumerable.Repeat((byte)0x90, 63), 0]);
        using var dump = MdbDump.Of(host.Open());
        var lines = dump.Run($"{Place:x}{formats}");
        Assert.Equal(offsets, lines.Select(l => l.Reference!.Value.Address - Place));
    }
}
