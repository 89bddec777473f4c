using CsCheck;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Arch;

public sealed class DisassemblerTests
{
    private const ulong Base = 0xffff_82d0_4020_0000;

    [Theory]
    [InlineData("55", "push    %rbp")]
    [InlineData("48 89 e5", "mov     %rsp,%rbp")]
    [InlineData("48 8b 44 24 10", "mov     0x10(%rsp),%rax")]
    [InlineData("48 83 ec 08", "sub     $0x8,%rsp")]
    [InlineData("0f 0b", "ud2")]
    [InlineData("c3", "ret")]
    public void Writes_instructions_as_gdb_does(string bytes, string text) => Assert.Equal(text, Of(bytes).Disassemble(new VirtualAddress(Base), 1)[0].Text);

    [Fact]
    public void Names_the_target_of_a_call_and_tells_its_address()
    {
        var line = Of("e8 fb 0f 00 00", _ => "panic").Disassemble(new VirtualAddress(Base), 1)[0];
        Assert.Equal(new VirtualAddress(Base + 0x1000), line.Target);
        Assert.Contains("panic", line.Text, StringComparison.Ordinal);
        Assert.Contains($"0x{Base + 0x1000:x}", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_the_address_of_an_operand_that_is_relative_to_the_pc()
    {
        var line = Of("48 8b 05 00 01 00 00").Disassemble(new VirtualAddress(Base), 1)[0];
        Assert.Equal(new VirtualAddress(Base + 0x107), line.Target);
    }

    [Fact]
    public void Small_numbers_are_not_taken_for_places()
    {
        var line = Of("b8 10 00 00 00", a => $"symbol_at_{a}").Disassemble(new VirtualAddress(Base), 1)[0];
        Assert.Equal("mov     $0x10,%eax", line.Text);
    }

    [Fact]
    public void The_same_bytes_are_other_instructions_in_32_bits()
    {
        var code = new SparseMemory<VirtualAddress>().Put(0xc0100000, 0x48, 0x89, 0xe5);
        var ia32 = new Disassembler(InstructionSet.Ia32, code.Read).Disassemble(new VirtualAddress(0xc0100000), 2);
        Assert.Equal(["dec     %eax", "mov     %esp,%ebp"], ia32.Select(l => l.Text));
    }

    [Fact]
    public void Bytes_that_are_no_instruction_and_bytes_that_are_absent_are_told_apart()
    {
        var lines = Of("06 90").Disassemble(new VirtualAddress(Base), 4);
        Assert.Equal([DisassembledInstruction.Bad, "nop", DisassembledInstruction.Absent, DisassembledInstruction.Absent], lines.Select(l => l.Text));
        Assert.Equal([1, 1, 0, 0], lines.Select(l => l.Bytes.Length));
        Assert.Equal(Base + 3, lines[3].Address.Value);
    }

    [Fact]
    public void An_instruction_that_memory_cuts_off_is_none()
    {
        var lines = Of("e8 fb 0f").Disassemble(new VirtualAddress(Base), 1);
        Assert.False(lines[0].IsValid);
    }

    [Fact]
    public void Goes_on_across_the_top_of_the_space()
    {
        var code = new SparseMemory<VirtualAddress>().Put(ulong.MaxValue, 0x90, 0xc3);
        var lines = new Disassembler(InstructionSet.Amd64, code.Read).Disassemble(new VirtualAddress(ulong.MaxValue), 2);
        Assert.Equal(["nop", "ret"], lines.Select(l => l.Text));
        Assert.Equal(0UL, lines[1].Address.Value);
    }

    [Fact]
    public void Backwards_it_meets_the_address_from_the_start_of_the_function()
    {
        var before = Of("55 48 89 e5 41 57 48 83 ec 08 e8 00 00 00 00 c3").DisassembleBefore(new VirtualAddress(Base + 15), 3, _ => new VirtualAddress(Base));
        Assert.Equal([Base + 4, Base + 6, Base + 10], before.Select(l => l.Address.Value));
        Assert.All(before, l => Assert.True(l.IsValid));
    }

    [Fact]
    public void Backwards_without_a_function_it_still_ends_at_the_address()
    {
        var before = Of("90 90 90 90 48 83 ec 08").DisassembleBefore(new VirtualAddress(Base + 8), 2);
        Assert.Equal(2, before.Count);
        Assert.Equal(Base + 8, (before[1].Address + (ulong)before[1].Bytes.Length).Value);
    }

    [Fact]
    public void Backwards_over_absent_memory_gives_one_entry_a_byte()
    {
        var before = Of("90").DisassembleBefore(new VirtualAddress(Base), 3);
        Assert.Equal([Base - 3, Base - 2, Base - 1], before.Select(l => l.Address.Value));
        Assert.All(before, l => Assert.Equal(DisassembledInstruction.Absent, l.Text));
    }

    /// <summary>Whatever the bytes: as many entries as asked for, without a gap, each within what was read.</summary>
    [Theory]
    [InlineData(InstructionSet.Amd64)]
    [InlineData(InstructionSet.Ia32)]
    public void Any_bytes_give_a_gapless_listing(InstructionSet set) =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            var code = new SparseMemory<VirtualAddress>().Put(Base, bytes);
            var disassembler = new Disassembler(set, code.Read, a => $"s_{a}");
            var lines = disassembler.Disassemble(new VirtualAddress(Base), 40);
            Assert.Equal(40, lines.Count);
            for (int i = 1; i < lines.Count; i++)
                Assert.Equal(lines[i - 1].Address.Value + (ulong)Math.Max(1, lines[i - 1].Bytes.Length), lines[i].Address.Value);
            Assert.Equal(20, disassembler.DisassembleBefore(new VirtualAddress(Base + (ulong)bytes.Length), 20).Count);
        });

    private static Disassembler Of(string bytes, Func<VirtualAddress, string?>? symbolize = null)
    {
        var code = new SparseMemory<VirtualAddress>().Put(Base, Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)));
        return new Disassembler(InstructionSet.Amd64, code.Read, symbolize);
    }
}
