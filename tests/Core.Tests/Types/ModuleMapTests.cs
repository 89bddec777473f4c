using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>Images by address.</summary>
public sealed class ModuleMapTests
{
    private static Module At(string name, ulong start, ulong length, params (ulong Start, ulong Length)[] data) => new()
    {
        Name = name,
        Range = new AddressRange(new VirtualAddress(start), length),
        DataRanges = [.. data.Select(d => new AddressRange(new VirtualAddress(d.Start), d.Length))],
        Symbols = new TableSymbols(),
    };

    [Fact]
    public void Finds_the_image_whose_text_or_data_covers_an_address()
    {
        var map = new ModuleMap([At("unix", 0x1000, 0x100, (0x9000, 0x10)), At("genunix", 0x1100, 0x100), At("empty", 0x2000, 0)]);
        Assert.Equal("unix", map.Find(new VirtualAddress(0x1000))?.Name);
        Assert.Equal("unix", map.Find(new VirtualAddress(0x10ff))?.Name);
        Assert.Equal("genunix", map.Find(new VirtualAddress(0x1100))?.Name);
        Assert.Equal("unix", map.Find(new VirtualAddress(0x900f))?.Name);
        foreach (ulong nowhere in new ulong[] { 0, 0xfff, 0x1200, 0x2000, 0x9010, ulong.MaxValue }) Assert.Null(map.Find(new VirtualAddress(nowhere)));
        Assert.Equal(["unix", "genunix", "empty"], map.Select(m => m.Name));
        Assert.Null(new ModuleMap([]).Find(new VirtualAddress(0)));
    }

    [Fact]
    public void Answers_as_a_search_through_the_list_does_where_damage_lets_images_overlap()
    {
        var random = new Random(7);
        var modules = Enumerable.Range(0, 60)
            .Select(i => At($"m{i}", (ulong)random.Next(1000), (ulong)random.Next(200), ((ulong)random.Next(1000), (ulong)random.Next(50))))
            .Append(At("top", ulong.MaxValue - 9, 10)).Append(At("wraps", ulong.MaxValue - 4, 20)).ToList();
        var map = new ModuleMap(modules);
        for (int i = 0; i < 1300; i++)
        {
            var at = new VirtualAddress(i < 1250 ? (ulong)i : ulong.MaxValue - (ulong)(i - 1250));
            Assert.Equal(modules.FirstOrDefault(m => m.Covers(at))?.Name, map.Find(at)?.Name);
        }
    }
}
