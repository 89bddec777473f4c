using System.Globalization;
using CsCheck;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Arch;

/// <summary>Texts as libdisasm's tables and dtrace_disx86_str make them.</summary>
public sealed class SolarisDisassemblerTests
{
    private const ulong Base = 0x1000;

    [Theory]
    [InlineData("55", "pushl  %ebp")]
    [InlineData("89 e5", "movl   %esp,%ebp")]
    [InlineData("83 ec 30", "subl   $0x30,%esp")]
    [InlineData("83 e4 f0", "andl   $0xfffffff0,%esp")]
    [InlineData("83 c4 f0", "addl   $-0x10,%esp\t<0xfffffff0>")]
    [InlineData("68 00 ff ff ff", "pushl  $0xffffff00")]
    [InlineData("68 01 ff ff ff", "pushl  $-0xff\t<0xffffff01>")]
    [InlineData("6a ff", "pushl  $-0x1\t<0xffffffff>")]
    [InlineData("b0 ff", "movb   $-0x1,%al\t<0xff>")]
    [InlineData("66 b8 ff ff", "movw   $-0x1,%ax\t<0xffff>")]
    [InlineData("c3", "ret    ")]
    [InlineData("c2 08 00", "ret    $0x8")]
    [InlineData("c9", "leave  ")]
    [InlineData("65 a1 10 00 00 00", "movl   %gs:0x10,%eax")]
    [InlineData("65 8b 15 10 00 00 00", "movl   %gs:0x10,%edx")]
    [InlineData("65 c7 00 05 00 00 00", "movl   $0x5,%gs:(%eax)")]
    [InlineData("8b 45 f0", "movl   -0x10(%ebp),%eax")]
    [InlineData("8b 85 00 fe ff ff", "movl   0xfffffe00(%ebp),%eax")]
    [InlineData("8b 45 00", "movl   0x0(%ebp),%eax")]
    [InlineData("8b 00", "movl   (%eax),%eax")]
    [InlineData("8b 04 9d 00 10 00 00", "movl   0x1000(,%ebx,4),%eax")]
    [InlineData("8b 04 18", "movl   (%eax,%ebx),%eax")]
    [InlineData("8b 44 98 08", "movl   0x8(%eax,%ebx,4),%eax")]
    [InlineData("8b 44 24 08", "movl   0x8(%esp),%eax")]
    [InlineData("ff 45 fc", "incl   0xfffffffc(%ebp)")]
    [InlineData("40", "incl   %eax")]
    [InlineData("e8 fb 0f 00 00", "call   +0xffb\t<far+0x0>")]
    [InlineData("e8 fa 0f 00 00", "call   +0xffa\t<0x1fff>")]
    [InlineData("74 e1", "je     -0x1f\t<0xfe3>")]
    [InlineData("eb fe", "jmp    -0x2\t<0x1000>")]
    [InlineData("e2 00", "loop   +0x0\t<0x1002>")]
    [InlineData("ff 15 10 20 00 00", "call   *0x2010\t<far+0x10>")]
    [InlineData("ff d0", "call   *%eax")]
    [InlineData("ff 24 85 00 30 00 00", "jmp    *0x3000(,%eax,4)")]
    [InlineData("b8 00 20 00 00", "movl   $0x2000,%eax\t<far+0x0>")]
    [InlineData("f3 a5", "repz movsl (%esi),(%edi)")]
    [InlineData("f3 ab", "repz stosl %eax,(%edi)")]
    [InlineData("f2 ae", "repnz scasb %al,(%edi)")]
    [InlineData("f3 a6", "repz cmpsb (%esi),(%edi)")]
    [InlineData("ad", "lodsl  (%esi),%eax")]
    [InlineData("f0 0f b1 0a", "lock cmpxchgl %ecx,(%edx)")]
    [InlineData("0f b6 c0", "movzbl %al,%eax")]
    [InlineData("0f bf c0", "movswl %ax,%eax")]
    [InlineData("0f b7 45 08", "movzwl 0x8(%ebp),%eax")]
    [InlineData("0f 44 c3", "cmovl.e %ebx,%eax")]
    [InlineData("0f 4a c3", "cmovl.pe %ebx,%eax")]
    [InlineData("0f 94 c0", "sete   %al")]
    [InlineData("99", "cltd   ")]
    [InlineData("98", "cwtl   ")]
    [InlineData("66 98", "cbtw   ")]
    [InlineData("cd 80", "int    $0x80")]
    [InlineData("cc", "int    $0x3")]
    [InlineData("d1 e0", "shll   $0x1,%eax")]
    [InlineData("d3 e0", "shll   %cl,%eax")]
    [InlineData("c1 e8 0c", "shrl   $0xc,%eax")]
    [InlineData("0f a5 d0", "shldl  %edx,%eax")]
    [InlineData("0f a4 d0 04", "shldl  $0x4,%edx,%eax")]
    [InlineData("93", "xchgl  %ebx,%eax")]
    [InlineData("87 03", "xchgl  %eax,(%ebx)")]
    [InlineData("6b c3 0c", "imull  $0xc,%ebx,%eax")]
    [InlineData("f7 f3", "divl   %ebx")]
    [InlineData("85 c0", "testl  %eax,%eax")]
    [InlineData("e4 60", "inb    $0x60")]
    [InlineData("ec", "inb    (%dx)")]
    [InlineData("ef", "outl   (%dx)")]
    [InlineData("8c d8", "movw   %ds,%eax")]
    [InlineData("8e d8", "movw   %eax,%ds")]
    [InlineData("1e", "pushl  %ds")]
    [InlineData("0f 20 d0", "movl   %cr2,%eax")]
    [InlineData("0f 23 c0", "movl   %eax,%db0")]
    [InlineData("9c", "pushfl ")]
    [InlineData("60", "pushal ")]
    [InlineData("c8 10 00 01", "enter  $0x10,$0x1")]
    [InlineData("ea 00 10 00 00 08 00", "ljmp   $0x8,$0x1000")]
    [InlineData("ff 2d 00 30 00 00", "ljmp   *0x3000")]
    [InlineData("cb", "lret   ")]
    [InlineData("cf", "iret   ")]
    [InlineData("0f 1f 44 00 00", "nopl   0x0(%eax,%eax)")]
    [InlineData("90", "nop    ")]
    [InlineData("f3 90", "pause  ")]
    [InlineData("0f ba e0 05", "btl    $0x5,%eax")]
    [InlineData("d9 45 08", "flds   0x8(%ebp)")]
    [InlineData("dd 5d f8", "fstpl  -0x8(%ebp)")]
    [InlineData("df 6d f8", "fildll -0x8(%ebp)")]
    [InlineData("d8 c1", "fadd   %st(1),%st")]
    [InlineData("de c1", "faddp  %st,%st(1)")]
    [InlineData("d9 c9", "fxch   %st(1)")]
    [InlineData("0f 0b", "ud2    ")]
    [InlineData("0f ff ff", SolarisDisassembler.Bad)]
    public void Ia32(string bytes, string text) => Assert.Equal(text, One(InstructionSet.Ia32, bytes));

    [Theory]
    [InlineData("48 89 e5", "movq   %rsp,%rbp")]
    [InlineData("48 8b 05 34 12 00 00", "movq   +0x1234(%rip),%rax\t<far+0x23b>")]
    [InlineData("48 8b 05 f0 ff ff ff", "movq   -0x10(%rip),%rax\t<0xff7>")]
    [InlineData("48 c7 c0 ff ff ff ff", "movq   $-0x1,%rax\t<0xffffffffffffffff>")]
    [InlineData("48 c7 c0 00 00 00 80", "movq   $0xffffffff80000000,%rax")]
    [InlineData("48 b8 88 77 66 55 44 33 22 11", "movq   $0x1122334455667788,%rax")]
    [InlineData("48 63 c7", "movslq %edi,%rax")]
    [InlineData("48 98", "cltq   ")]
    [InlineData("48 99", "cqtd   ")]
    [InlineData("41 57", "pushq  %r15")]
    [InlineData("6a 10", "pushq  $0x10")]
    [InlineData("44 89 f8", "movl   %r15d,%eax")]
    [InlineData("41 88 f8", "movb   %dil,%r8b")]
    [InlineData("65 48 8b 04 25 10 00 00 00", "movq   %gs:0x10,%rax")]
    [InlineData("48 cf", "iret   ")]
    [InlineData("0f 05", "syscall ")]
    [InlineData("48 0f 07", "sysret ")]
    [InlineData("0f 01 f8", "swapgs ")]
    [InlineData("48 0f b6 c0", "movzbq %al,%rax")]
    [InlineData("48 0f 44 c3", "cmovq.e %rbx,%rax")]
    [InlineData("ff 25 00 10 00 00", "jmp    *+0x1000(%rip)\t<far+0x6>")]
    [InlineData("ff d0", "call   *%rax")]
    [InlineData("f3 48 a5", "repz movsq (%rsi),(%rdi)")]
    [InlineData("f3 c3", "repz ret ")]
    [InlineData("67 8b 00", "addr32 movl (%rax),%eax")]
    [InlineData("9c", "pushfq ")]
    [InlineData("66 0f 6f c1", "movdqa %xmm1,%xmm0")]
    [InlineData("0f c2 c1 01", "cmpltps %xmm1,%xmm0")]
    [InlineData("66 0f 70 c1 e4", "pshufd $-0x1c,%xmm1,%xmm0\t<0xe4>")]
    [InlineData("f3 0f 58 c1", "addss  %xmm1,%xmm0")]
    [InlineData("85 55 ac", "testl  %edx,0xffffffffffffffac(%rbp)")]
    [InlineData("06", SolarisDisassembler.Bad)]
    public void Amd64(string bytes, string text) => Assert.Equal(text, One(InstructionSet.Amd64, bytes));

    [Fact]
    public void A_number_that_is_zero_at_the_end_names_nothing() => Assert.Equal("movl   $-0x1,0x0(%eax)", One(InstructionSet.Ia32, "c7 40 00 ff ff ff ff"));

    [Fact]
    public void Instructions_before_an_address_are_counted_from_the_start_of_its_symbol()
    {
        var code = Of(InstructionSet.Ia32, "55 89 e5 83 ec 30 53 56");
        Assert.Equal(Base, code.Before(At(Base + 6), 10, At(Base)).Value);
        Assert.Equal(Base + 1, code.Before(At(Base + 6), 2, At(Base)).Value);
        Assert.Equal(Base + 5, code.Before(At(Base + 5), 2, At(Base)).Value);
        Assert.Equal(Base, code.Before(At(Base), 2, At(Base)).Value);
        Assert.Equal(Base + 6, code.Before(At(Base + 6), 0, At(Base)).Value);
        Assert.Equal(Base + 6, code.Before(At(Base + 6), 5, At(Base - 8)).Value);
    }

    [Fact]
    public void Absent_bytes_are_no_instruction()
    {
        var code = Of(InstructionSet.Ia32, "55 83 ec");
        Assert.Equal("pushl  %ebp", code.At(At(Base))!.Value.Text);
        Assert.Null(code.At(At(Base + 1)));
        Assert.Null(code.At(At(Base + 100)));
    }

    [Fact]
    public void Whatever_bytes_there_are_become_text_of_one_line()
    {
        Gen.Select(Gen.Byte.Array[15, 15], Gen.Bool).Sample((bytes, wide) =>
        {
            var memory = new SparseMemory<VirtualAddress>().Put(Base, bytes);
            var one = new SolarisDisassembler(wide ? InstructionSet.Amd64 : InstructionSet.Ia32, memory.Read, _ => null).At(At(Base));
            return one is { Length: >= 1 and <= 15, Text: { Length: >= 6 } text } && !text.Contains('\n', StringComparison.Ordinal) && text == text.ToLower(CultureInfo.InvariantCulture).Replace("***error", "***ERROR", StringComparison.Ordinal);
        }, iter: 20_000);
    }

    private static VirtualAddress At(ulong address) => new(address);

    private static string One(InstructionSet set, string bytes) => Of(set, bytes).At(At(Base))!.Value.Text;

    private static SolarisDisassembler Of(InstructionSet set, string bytes)
    {
        byte[] code = [.. bytes.Split(' ').Select(b => byte.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        var memory = new SparseMemory<VirtualAddress>().Put(Base, code);
        return new SolarisDisassembler(set, memory.Read, a => a is >= 0x2000 and < 0x3000 ? $"far+0x{a - 0x2000:x}" : null);
    }
}
