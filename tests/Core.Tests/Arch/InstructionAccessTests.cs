using CsCheck;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Arch;

/// <summary>What instructions touch, checked by hand against the Intel manual.</summary>
public sealed class InstructionAccessTests
{
    private const ulong Pc = 0xffff_ffff_fb80_0000;

    private static readonly RegisterSet Amd64 = new RegisterSet(Core.Arch.Architecture.Amd64)
        .With("rax", 0).With("rbx", 0xffff_8000).With("rcx", 2).With("rsi", 0x5000).With("rdi", 0x6000).With("rbp", 0x7010).With("rsp", 0x7000).With("rip", Pc).With("gs_base", 0x9000);

    private static readonly RegisterSet Ia32 = new RegisterSet(Core.Arch.Architecture.Ia32).With("esp", 0xc5a08fe0).With("ebp", 0xc5a0901c).With("eax", 4).With("edx", 0xffff_fff0);

    /// <summary>A line: bytes, then what is touched: r or w, address, size, and how the address is made.</summary>
    [Theory]
    [InlineData("48 8b 50 18", "r 18 8 %rax (0x0) + 0x18")] // mov 0x18(%rax),%rdx
    [InlineData("48 89 04 cf", "w 6010 8 %rdi (0x6000) + %rcx (0x2) * 8")] // mov %rax,(%rdi,%rcx,8)
    [InlineData("48 8b 44 24 f8", "r 6ff8 8 %rsp (0x7000) - 0x8")] // mov -0x8(%rsp),%rax
    [InlineData("f0 0f b1 0f", "rw 6000 4 %rdi (0x6000)")] // lock cmpxchg %ecx,(%rdi)
    [InlineData("53", "w 6ff8 8 implicit %rsp (0x7000) - 0x8")] // push %rbx
    [InlineData("5b", "r 7000 8 implicit %rsp (0x7000)")] // pop %rbx
    [InlineData("e8 00 00 00 00", "w 6ff8 8 implicit %rsp (0x7000) - 0x8")] // call
    [InlineData("c3", "r 7000 8 implicit %rsp (0x7000)")] // ret
    [InlineData("c9", "r 7010 8 implicit %rbp (0x7010)")] // leave
    [InlineData("ff 56 08", "r 5008 8 %rsi (0x5000) + 0x8; w 6ff8 8 implicit %rsp (0x7000) - 0x8")] // call *0x8(%rsi)
    [InlineData("f3 48 a5", "r 5000 8 %rsi (0x5000); w 6000 8 %rdi (0x6000)")] // rep movsq
    [InlineData("aa", "w 6000 1 %rdi (0x6000)")] // stosb
    [InlineData("48 8b 05 f9 0f 00 00", "r fffffffffb801000 8 0xfffffffffb801000")] // mov 0xff9(%rip),%rax
    [InlineData("65 48 8b 04 25 18 00 00 00", "r 9018 8 %gs:0x18")] // mov %gs:0x18,%rax
    [InlineData("67 8b 03", "r ffff8000 4 %ebx (0xffff8000)")] // mov (%ebx),%eax
    [InlineData("48 8d 40 18", "")] // lea: no access
    [InlineData("90", "")]
    [InlineData("41 ff 20", "r ? 8 %r8 (unknown)")] // jmp *(%r8)
    public void Of_64_bit_code(string bytes, string touched) => Assert.Equal(touched, Text(InstructionSet.Amd64, bytes, Amd64));

    [Theory]
    [InlineData("53", "w c5a08fdc 4 implicit %esp (0xc5a08fe0) - 0x4")] // push %ebx
    [InlineData("8b 44 02 08", "r fffffffc 4 %edx (0xfffffff0) + %eax (0x4) + 0x8")] // mov 0x8(%edx,%eax),%eax
    [InlineData("8b 42 20", "r 10 4 %edx (0xfffffff0) + 0x20")] // wraps at 4 GB
    [InlineData("a1 00 10 00 f5", "r f5001000 4 0xf5001000")] // mov 0xf5001000,%eax
    [InlineData("65 a1 10 00 00 00", "r ? 4 %gs:0x10")] // a segment whose base nobody knows
    public void Of_32_bit_code(string bytes, string touched) => Assert.Equal(touched, Text(InstructionSet.Ia32, bytes, Ia32));

    [Theory]
    [InlineData("")]
    [InlineData("e8 00")]
    [InlineData("06")]
    public void Of_what_is_no_whole_instruction_nothing_is_said(string bytes) =>
        Assert.Null(InstructionAccess.Of(InstructionSet.Amd64, Bytes(bytes), new VirtualAddress(Pc), Amd64));

    /// <summary>Whatever the bytes and registers: no exception, and no address without its registers.</summary>
    [Theory]
    [InlineData(InstructionSet.Amd64)]
    [InlineData(InstructionSet.Ia32)]
    public void Of_any_bytes(InstructionSet set) =>
        Gen.Byte.Array[1, 15].Sample(bytes =>
        {
            var unknown = new RegisterSet(set == InstructionSet.Ia32 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64);
            foreach (var access in InstructionAccess.Of(set, bytes, new VirtualAddress(ulong.MaxValue - 3), unknown) ?? [])
            {
                Assert.True(access.Reads || access.Writes);
                Assert.Equal(access.Base is null && access.Index is null && access.Segment is null, access.Address is not null);
                Assert.NotEmpty(access.Made());
            }
        });

    private static string Text(InstructionSet set, string bytes, RegisterSet registers)
    {
        var accesses = InstructionAccess.Of(set, Bytes(bytes), new VirtualAddress(Pc), registers);
        Assert.NotNull(accesses);
        return string.Join("; ", accesses.Select(a =>
            $"{(a.Reads ? "r" : "")}{(a.Writes ? "w" : "")} {(a.Address is { } at ? $"{at.Value:x}" : "?")} {a.Size} {(a.IsImplicit ? "implicit " : "")}{a.Made()}"));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
