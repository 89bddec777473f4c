using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>A 32-bit guest without call frame information.</summary>
public sealed class Ia32CodeTests
{
    private const ulong Sp = MadeUpGuest.Stack32 + 0x800;

    [Fact]
    public void Follows_the_stack_of_32_bit_code()
    {
        var guest = new MadeUpGuest(32);
        var (code, asm) = (guest.Code, guest.Code.Asm);
        var f = code.Forward();
        code.Function("f", f).Asm.push(ebx);
        asm.sub(esp, 0x20);
        asm.mov(__dword_ptr[esp - 4], eax);
        code.Mark("here").Asm.hlt();
        code.Function("root").Asm.call(f);
        code.ReturnsTo("in_root").Asm.hlt();
        var context = guest.Build();
        guest.Memory.Put32(Sp + 0x24, (uint)code["in_root"]).Put32(Sp + 0x20, 0x1234);

        var trace = MadeUpGuest.Walk(context, ("eip", code["here"]), ("esp", Sp), ("esi", 9UL));

        Assert.Equal("f root", trace.Names());
        Assert.Equal(Sp + 0x28, trace.Frames[1].Sp.Value);
        Assert.Equal(0x1234UL, trace.Frames[1].Registers["ebx"]);
        Assert.Equal(9UL, trace.Frames[1].Registers["esi"]);
    }

    [Fact]
    public void Follows_frame_pointers_of_32_bit_code()
    {
        var guest = new MadeUpGuest(32);
        var (code, asm) = (guest.Code, guest.Code.Asm);
        var f = code.Forward();
        code.Function("f", f).Asm.push(ebp);
        asm.mov(ebp, esp);
        code.Mark("here").Asm.hlt();
        code.Function("root").Asm.call(f);
        code.ReturnsTo("in_root").Asm.hlt();
        var context = guest.Build();
        guest.Memory.Put32(Sp + 0x40, 0).Put32(Sp + 0x44, (uint)code["in_root"]);

        var trace = MadeUpGuest.Walk(context, ("eip", code["here"]), ("esp", Sp), ("ebp", Sp + 0x40));

        Assert.Equal("f root", trace.Names());
        Assert.Equal(Core.Unwinding.FoundBy.FramePointer, trace.Frames[1].FoundBy);
    }

    [Fact]
    public void A_hypercall_page_of_a_32_bit_guest_is_followed_on_to_its_return()
    {
        var guest = new MadeUpGuest(32);
        var (code, asm) = (guest.Code, guest.Code.Asm);
        var page = code.Forward();
        code.Function("hypercall_page", page, Core.Symbols.SymbolKind.Object).Asm.ret();
        asm.mov(eax, 29);
        asm.@int(0x82);
        code.ReturnsTo("here").Asm.ret();
        code.Function("root").Asm.call(eax);
        code.ReturnsTo("in_root").Asm.hlt();
        var context = guest.Build();
        guest.Memory.Put32(Sp, (uint)code["in_root"]);
        Assert.Equal("hypercall_page root", MadeUpGuest.Walk(context, ("eip", code["here"]), ("esp", Sp)).Names());
    }
}
