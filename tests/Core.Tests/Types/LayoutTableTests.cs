using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

public class LayoutTableTests
{
    [Theory]
    [InlineData(4, 17, true, 5, 208UL, 136UL)]
    [InlineData(4, 17, true, 7, 216UL, 136UL)]
    [InlineData(4, 17, true, null, 216UL, 136UL)]
    [InlineData(4, 20, true, null, 240UL, 144UL)]
    [InlineData(4, 21, true, null, 240UL, 144UL)]
    [InlineData(3, 4, true, null, 200UL, 88UL)]
    [InlineData(3, 1, true, null, 176UL, 80UL)]
    [InlineData(3, 4, false, null, 136UL, 56UL)]
    [InlineData(3, 0, false, null, 84UL, 52UL)]
    public void Gives_the_nearest_set(int major, int minor, bool is64, int? update, ulong runstate, ulong nextInList)
    {
        var table = LayoutTable.ForXen(major, minor, is64, update);
        Assert.Equal(runstate, Member(table, "struct vcpu", "runstate").Offset);
        Assert.Equal(nextInList, Member(table, "struct domain", "next_in_list").Offset);
        Assert.Contains("table", table.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_member_of_every_set_has_a_type_and_fits()
    {
        foreach (var (major, minor, is64, update) in new (int, int, bool, int?)[] { (4, 17, true, 5), (4, 17, true, 7), (4, 20, true, null), (3, 4, true, null), (3, 1, true, null), (3, 4, false, null), (3, 0, false, null) })
        {
            var table = LayoutTable.ForXen(major, minor, is64, update);
            foreach (string name in table.Names)
            {
                var type = Assert.IsType<AggregateType>(table.Find(name));
                Assert.NotEmpty(type.Members);
                foreach (var member in type.Members)
                {
                    Assert.False(member.Type is BrokenType, $"{table.Description}: {name}.{member.Name} is {member.Type}");
                    Assert.True(member.Offset + member.Type.Size <= type.Size, $"{table.Description}: {name}.{member.Name}");
                }
            }
        }
    }

    [Fact]
    public void Pointers_between_structures_can_be_followed()
    {
        var table = LayoutTable.ForXen(4, 17, true, 7);
        var domain = Assert.IsType<PointerType>(Member(table, "struct vcpu", "domain").Type).Target;
        Assert.Equal(2304UL, domain.Size);
        Assert.Equal("struct domain *", Member(table, "struct vcpu", "domain").Type.DisplayName);
        Assert.Equal("struct vcpu **", Member(table, "struct domain", "vcpu").Type.DisplayName);
        Assert.Equal(1336UL, Member(table, "struct vcpu", "arch").Offset + Member(table, "struct arch_vcpu", "pv").Offset + Member(table, "struct pv_vcpu", "ctrlreg").Offset + 16);
        Assert.Equal(8UL, table.Find("unsigned long")?.Size);
        Assert.Equal(32UL, table.Find("struct vcpu *[4]")?.Size);
        Assert.Null(table.Find("struct nothing"));
        Assert.Null(table.OfSymbol("idle_vcpu"));
    }

    /// <summary>The table against the DWARF of hypervisors that have it.</summary>
    [Theory]
    [InlineData("symbols/xen-syms-4.20", 20, null)]
    [InlineData("symbols/xen-syms-4.17-rel", 17, 5)]
    [InlineData("symbols/xen-syms-4.17-dbg", 17, 5)]
    public void Sets_are_what_the_DWARF_of_their_version_says(string file, int minor, int? update)
    {
        if (Lab.Find(file) is not { } path) { Assert.Skip(Lab.Absent); return; }
        using var image = new Image(path);
        var table = LayoutTable.ForXen(4, minor, true, update);
        int compared = 0;
        foreach (string name in table.Names)
        {
            var ours = (AggregateType)table.Find(name)!;
            var theirs = Assert.IsType<AggregateType>(image.Dwarf.Find(name));
            Assert.Equal((name, theirs.Size), (name, ours.Size));
            foreach (var member in ours.Members)
            {
                var there = theirs.FindMember(member.Name!);
                Assert.Equal((name, member.Name, there?.Offset, there?.Type.Size), (name, member.Name, member.Offset, member.Type.Size));
                compared++;
            }
        }

        Assert.InRange(compared, 100, 1000);
    }

    private static MemberInfo Member(LayoutTable table, string type, string member) => ((AggregateType)table.Find(type)!).FindMember(member)!;
}
