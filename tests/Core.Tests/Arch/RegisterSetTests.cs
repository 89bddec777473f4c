using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.Core.Tests.Arch;

public sealed class RegisterSetTests
{
    [Theory]
    [InlineData(0, "rax")]
    [InlineData(1, "rdx")]
    [InlineData(3, "rbx")]
    [InlineData(6, "rbp")]
    [InlineData(7, "rsp")]
    [InlineData(15, "r15")]
    [InlineData(16, "rip")]
    public void Amd64_numbers_registers_as_its_ABI_does(int number, string name) => Assert.Equal(name, Core.Arch.Architecture.Amd64.FromDwarf((ulong)number)?.Name);

    [Theory]
    [InlineData(0, "eax")]
    [InlineData(3, "ebx")]
    [InlineData(4, "esp")]
    [InlineData(5, "ebp")]
    [InlineData(8, "eip")]
    public void Ia32_numbers_registers_as_its_ABI_does(int number, string name) => Assert.Equal(name, Core.Arch.Architecture.Ia32.FromDwarf((ulong)number)?.Name);

    [Theory]
    [InlineData(17UL)]
    [InlineData(ulong.MaxValue)]
    public void A_number_without_a_register_has_none(ulong number) => Assert.Null(Core.Arch.Architecture.Amd64.FromDwarf(number));

    [Fact]
    public void A_register_that_was_not_set_is_not_zero()
    {
        var set = new RegisterSet(Core.Arch.Architecture.Amd64).With("rax", 0);
        Assert.Equal(0UL, set["rax"]);
        Assert.Null(set["rbx"]);
        Assert.Null(set["no such register"]);
        Assert.Null(set.Pc);
    }

    [Fact]
    public void A_changed_copy_leaves_the_set_as_it_was()
    {
        var set = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", 0xffff_82d0_4020_1981);
        var changed = set.With("rip", 5).Without(Core.Arch.Architecture.Amd64.Sp);
        Assert.Equal(0xffff_82d0_4020_1981UL, set.Pc?.Value);
        Assert.Equal(5UL, changed.Pc?.Value);
        Assert.Null(changed.Without(Core.Arch.Architecture.Amd64.Pc).Pc);
    }

    [Fact]
    public void Values_are_cut_to_the_width_of_the_register()
    {
        var set = new RegisterSet(Core.Arch.Architecture.Ia32).With("eax", 0xffff_ffff_c010_2148).With("cs", 0x1_e019);
        Assert.Equal(0xc010_2148UL, set["eax"]);
        Assert.Equal(0xe019UL, set["cs"]);
    }
}
