using Iced.Intel;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Unwinding;
using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Code with neither call frame information nor frame pointers.</summary>
public sealed class CodeAnalysisTests
{
    private const ulong Sp = MadeUpXen.Top - 0x800;

    [Fact]
    public void Follows_pushes_and_branches_and_gives_the_caller_its_registers_back()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        var slow = code.Forward();
        code.Function("f", f);
        asm.push(rbx);
        asm.push(r12);
        asm.test(edi, edi);
        asm.je(slow);
        asm.pop(r12);
        asm.pop(rbx);
        asm.ret();
        asm.Label(ref slow);
        asm.sub(rsp, 0x28);
        asm.xor(ebx, ebx);
        code.Mark("here");
        asm.ud2();
        Root(xen, f, 0x38 + 8);
        xen.Build();
        xen.Memory.Put64(Sp + 0x38, code["in_root"]).Put64(Sp + 0x30, 0x1111).Put64(Sp + 0x28, 0x2222);

        var trace = xen.Walk(code["here"], Sp, ("rbx", 7UL), ("r12", 8UL), ("r13", 9UL));

        Assert.Equal("f root", trace.Names());
        var caller = trace.Frames[1];
        Assert.Equal(FoundBy.CodeAnalysis, caller.FoundBy);
        Assert.Equal(Sp + 0x40, caller.Sp.Value);
        Assert.Equal([0x1111UL, 0x2222, 9], new[] { caller.Registers["rbx"], caller.Registers["r12"], caller.Registers["r13"] });
        Assert.Null(caller.Registers["rax"]);
        Assert.Equal("end of stack", trace.Ended);
        Assert.True(trace.Complete);
    }

    [Fact]
    public void A_register_that_is_overwritten_without_being_stored_is_unknown_in_the_caller()
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        xen.Code.Function("dies", f);
        xen.Code.Asm.mov(rbx, rdi);
        xen.Code.Asm.cpuid();
        xen.Code.Asm.push(rbx);
        xen.Code.Mark("here").Asm.ud2();
        Root(xen, f, 0x10);
        xen.Build();
        xen.Memory.Put64(Sp, 0x4242).Put64(Sp + 8, xen.Code["in_root"]);

        var caller = xen.Walk(xen.Code["here"], Sp, ("rbx", 0x4242UL), ("r15", 1UL)).Frames[1];

        Assert.Null(caller.Registers["rbx"]);
        Assert.Equal(1UL, caller.Registers["r15"]);
    }

    [Fact]
    public void Behind_a_call_that_does_not_return_the_stack_tells_which_path_is_right()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        var rest = code.Forward();
        code.Function("f", f);
        asm.test(edi, edi);
        asm.je(rest);
        asm.push(rbx);
        asm.push(rbp);
        asm.call(f);
        asm.Label(ref rest);
        asm.sub(rsp, 8);
        code.Mark("here").Asm.ud2();
        Root(xen, f, 0x10);
        xen.Build();
        xen.Memory.Put64(Sp + 8, code["in_root"]).Put64(Sp + 0x18, 0x1234);

        var trace = xen.Walk(code["here"], Sp, ("rbx", 5UL));

        Assert.Equal("f root", trace.Names());
        Assert.Equal(Sp + 0x10, trace.Frames[1].Sp.Value);
    }

    [Fact]
    public void Two_paths_that_both_find_a_caller_prove_neither()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        var rest = code.Forward();
        code.Function("f", f);
        asm.test(edi, edi);
        asm.je(rest);
        asm.push(rbx);
        asm.push(rbp);
        asm.Label(ref rest);
        asm.sub(rsp, 8);
        code.Mark("here").Asm.ud2();
        Root(xen, f, 0x10);
        xen.Build();
        xen.Memory.Put64(Sp + 8, code["in_root"]).Put64(Sp + 0x18, code["in_root"]);

        var trace = xen.Walk(code["here"], Sp);

        Assert.All(trace.Frames.Skip(1), f => Assert.NotEqual(FoundBy.CodeAnalysis, f.FoundBy));
    }

    [Fact]
    public void A_call_to_another_function_is_no_proof()
    {
        var xen = new MadeUpXen();
        var leaf = xen.Code.Forward();
        var other = xen.Code.Forward();
        xen.Code.Function("leaf", leaf);
        xen.Code.Mark("here").Asm.ud2();
        xen.Code.Function("f").Asm.push(rbx);
        xen.Code.Call(leaf, "in_f").Asm.ud2();
        xen.Code.Function("other", other).Asm.ret();
        Root(xen, other, 0x18);
        xen.Build();
        xen.Memory.Put64(Sp, xen.Code["in_f"]).Put64(Sp + 0x10, xen.Code["in_root"]);

        var trace = xen.Walk(xen.Code["here"], Sp);

        Assert.Equal("leaf f", trace.Names());
        Assert.False(trace.Complete);
        Assert.StartsWith("stopped: ", trace.Ended, StringComparison.Ordinal);
    }

    /// <summary>Xen writes a crash note and runs on: the function has returned, and its caller has called another.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Registers_that_the_dump_records_may_be_older_than_its_stack(bool callerCallsBoth)
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        var later = code.Forward();
        code.Function("save_registers", f).Asm.push(rbx);
        code.Mark("here").Asm.ud2();
        code.Function("called_later", later).Asm.ret();
        code.Function("root").Asm.sub(rsp, (int)(MadeUpXen.RecordAt - Sp - 0x10));
        asm.call(callerCallsBoth ? f : later);
        code.Call(later, "in_root").Asm.ud2();
        xen.Build();
        xen.Memory.Put64(Sp + 8, code["in_root"]);
        Assert.Equal(callerCallsBoth ? "save_registers root" : "save_registers", xen.Walk(code["here"], Sp).Names());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_function_that_was_jumped_to_has_the_caller_of_the_one_that_jumped(bool throughRegister)
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        var front = xen.Code.Forward();
        var middle = xen.Code.Forward();
        xen.Code.Function("f", f).Asm.push(rbx);
        xen.Code.Mark("here").Asm.ud2();
        xen.Code.Function("front", front).Asm.jmp(middle);
        xen.Code.Function("middle", middle);
        if (throughRegister) xen.Code.Asm.jmp(rax);
        else xen.Code.Asm.jmp(f);
        Root(xen, front, 0x10);
        xen.Build();
        xen.Memory.Put64(Sp + 8, xen.Code["in_root"]);

        Assert.Equal("f root", xen.Walk(xen.Code["here"], Sp).Names());
    }

    [Fact]
    public void A_call_through_a_retpoline_counts_as_one_through_a_register()
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        var thunk = xen.Code.Forward();
        xen.Code.Function("f", f).Asm.push(rbx);
        xen.Code.Mark("here").Asm.ud2();
        xen.Code.Function("__x86_indirect_thunk_rax", thunk).Asm.ret();
        Root(xen, thunk, 0x10);
        xen.Build();
        xen.Memory.Put64(Sp + 8, xen.Code["in_root"]);

        Assert.Equal("f root", xen.Walk(xen.Code["here"], Sp).Names());
    }

    [Fact]
    public void Cold_code_takes_its_stack_from_the_jump_into_it()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        var cold = code.Forward();
        code.Function("f", f);
        asm.push(rbp);
        asm.sub(rsp, 0x10);
        asm.jne(cold);
        asm.add(rsp, 0x10);
        asm.pop(rbp);
        asm.ret();
        code.Function("f.cold", cold).Asm.nop();
        code.Mark("here").Asm.ud2();
        Root(xen, f, 0x20);
        xen.Build();
        xen.Memory.Put64(Sp + 0x18, code["in_root"]).Put64(Sp + 0x10, 0x99);

        var trace = xen.Walk(code["here"], Sp);

        Assert.Equal("f.cold root", trace.Names());
        Assert.Equal(0x99UL, trace.Frames[1].Registers["rbp"]);
    }

    [Fact]
    public void A_realigned_stack_is_found_through_the_frame_pointer()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var f = code.Forward();
        code.Function("f", f);
        asm.nop();
        asm.push(rbp);
        asm.mov(rbp, rsp);
        asm.and(rsp, -64);
        asm.sub(rsp, 0x40);
        code.Mark("here").Asm.ud2();
        Root(xen, f, 0x98);
        xen.Build();
        xen.Memory.Put64(Sp + 0x88, 0x77).Put64(Sp + 0x90, code["in_root"]);

        var trace = xen.Walk(code["here"], Sp, ("rbp", Sp + 0x88));

        Assert.Equal("f root", trace.Names());
        Assert.Equal(0x77UL, trace.Frames[1].Registers["rbp"]);
    }

    [Fact]
    public void A_hypercall_page_is_followed_on_to_its_return()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        code.Function("hypercall_page", kind: SymbolKind.Object).Asm.ret();
        for (int i = 0; i < 31; i++) asm.int3();
        asm.push(rcx);
        asm.push(r11);
        asm.mov(eax, 29);
        asm.syscall();
        code.ReturnsTo("here");
        asm.pop(r11);
        asm.pop(rcx);
        asm.ret();
        RootThroughRegister(xen, 0x18);
        xen.Build();
        xen.Memory.Put64(Sp + 0x10, code["in_root"]);

        var trace = xen.Walk(code["here"], Sp, ("rbx", 3UL));

        Assert.Equal("hypercall_page root", trace.Names());
        Assert.Equal(FoundBy.CodeAnalysis, trace.Frames[1].FoundBy);
        Assert.Equal(3UL, trace.Frames[1].Registers["rbx"]);
    }

    [Fact]
    public void Code_that_loops_with_a_growing_stack_is_given_up()
    {
        var xen = new MadeUpXen();
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var again = code.Forward();
        code.Function("f").Asm.nop();
        asm.Label(ref again);
        asm.push(rax);
        asm.jne(again);
        code.Mark("here").Asm.ud2();
        xen.Build();

        var trace = xen.Walk(code["here"], Sp);

        Assert.Equal("f", trace.Names());
        Assert.False(trace.Complete);
    }

    /// <summary>A function that called <paramref name="callee"/> and whose own frame reaches up to the record at the stack's top.</summary>
    private static void Root(MadeUpXen xen, Label callee, ulong calleeBytes)
    {
        xen.Code.Function("root").Asm.sub(rsp, (int)(MadeUpXen.RecordAt - Sp - calleeBytes));
        xen.Code.Call(callee, "in_root").Asm.ud2();
    }

    private static void RootThroughRegister(MadeUpXen xen, ulong calleeBytes)
    {
        xen.Code.Function("root").Asm.sub(rsp, (int)(MadeUpXen.RecordAt - Sp - calleeBytes));
        xen.Code.Asm.call(rdx);
        xen.Code.ReturnsTo("in_root").Asm.ud2();
    }
}
