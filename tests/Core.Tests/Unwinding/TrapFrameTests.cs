using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Through the <c>struct regs</c> that a Solaris kernel's entry code saves.</summary>
public sealed class TrapFrameTests
{
    private const ulong UserPc32 = 0x0806_1234;

    /// <summary>A handler that the entry code called, and below it what it interrupted, at the address that is returned.</summary>
    private static ulong Handler(MadeUpKernel kernel, string entry, out ulong sp, out ulong fp)
    {
        ulong record = kernel.Top - 0x800;
        (sp, fp) = (record - 0x80, record - 0x40);
        kernel.Frame(fp, record, kernel[entry] + 0xe6);
        return record;
    }

    private static void Write32(MadeUpKernel kernel, ulong at, ulong savfp, ulong savpc, ulong ebp, ulong pc, ulong cs, uint trap = 14, uint error = 2, ulong sp = 0, ulong flags = 0x246) =>
        kernel.Words(at, savfp, savpc, 0x1b0, 0, 0x160, 0x160, 0xd1, 0x51, ebp, 0x99, 0xb, 0xd, 0xc, 0xa, trap, error, pc, cs, flags, sp, 0x1f);

    private static void Write64(MadeUpKernel kernel, ulong at, ulong savfp, ulong savpc, ulong rbp, ulong pc, ulong cs, ulong sp, uint trap = 14, uint error = 2, bool bases = true, ulong flags = 0x246)
    {
        ulong[] general = [savfp, savpc, 0xd1, 0x51, 0xd, 0xc, 8, 9, 0xa, 0xb, rbp, 10, 11, 12, 13, 14, 15];
        ulong[] rest = [0x4b, 0x4b, 0, 0x1c3, trap, error, pc, cs, flags, sp, 0x30];
        kernel.Words(at, [.. general, .. bases ? new ulong[] { 0xf5, 0x65 } : [], .. rest]);
    }

    [Fact]
    public void A_32_bit_trap_in_the_kernel_has_its_stack_where_the_pushes_end()
    {
        var kernel = new MadeUpKernel(32);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), next = record + 0x80, pc = kernel["victim"] + 0x13;
        Write32(kernel, record, next, pc, next, pc, 0x158);
        kernel.Frame(next, 0, 0);

        var trace = kernel.Walk(kernel["trap"] + 0x30, sp, fp);

        Assert.Equal("trap cmntrap [#PF] victim", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        var exception = trace.Frames[2].Exception!;
        Assert.Equal((14u, 2u, record, (ushort)0x158), (exception.Vector, exception.ErrorCode, exception.Address.Value, exception.Cs));
        Assert.Equal("write to a page that is not present, in kernel mode", exception.ErrorText);
        Assert.Equal(record + 76, exception.Sp.Value);
        Assert.Equal(FoundBy.ExceptionRecord, trace.Frames[3].FoundBy);
        Assert.False(trace.Frames[3].PcIsReturnAddress);
        Assert.Equal([0xbUL, 0x51, 0xd1, 0xa], trace.Frames[3].Values("ebx", "esi", "edi", "eax"));
        Assert.Null(trace.Frames[3].Registers["ss"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_64_bit_trap_is_read_with_and_without_segment_bases(bool bases)
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), next = record + 0x180, pc = kernel["victim"] + 0x13;
        Write64(kernel, record, next, pc, next, pc, 0x28, record + 0x140, bases: bases);
        kernel.Frame(next, 0, 0);

        var trace = kernel.Walk(kernel["trap"] + 0x30, sp, fp);

        Assert.Equal("trap cmntrap [#PF] victim", trace.Names());
        Assert.Equal(record + 0x140, trace.Frames[3].Sp.Value);
        Assert.Equal([0xbUL, 15, 0xd1, 0x1c3], trace.Frames[3].Values("rbx", "r15", "rdi", "gs"));
    }

    [Fact]
    public void A_trap_in_a_leaf_goes_on_in_its_caller()
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), next = record + 0x180, pc = kernel["leaf"];
        Write64(kernel, record, next, pc, next, pc, 0x28, record + 0x140);
        kernel.Words(record + 0x140, kernel["caller"] + 0x20).Frame(next, 0, 0);
        Assert.Equal("trap cmntrap [#PF] leaf caller", kernel.Walk(kernel["trap"] + 0x30, sp, fp).Names());
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void User_code_is_the_end_of_the_kernels_stack(int bits)
    {
        var kernel = new MadeUpKernel(bits);
        ulong record = Handler(kernel, "sys_call", out ulong sp, out ulong fp);
        if (bits == 32) Write32(kernel, record, 0, UserPc32, 0x0804_7000, UserPc32, 0x16b, trap: 0x91, error: 0, sp: 0x0804_6ff0);
        else Write64(kernel, record, 0, 0, 0x7fff_0000, 0x40_1234, 0x53, 0x7ffe_fff0, trap: 0);

        var trace = kernel.Walk(kernel["read"] + 0x30, sp, fp);

        Assert.Equal(bits == 32 ? "read sys_call [syscall] 0x8061234" : "read sys_call [syscall] 0x401234", trace.Names());
        Assert.Equal(FrameKind.User, trace.Frames[^1].Kind);
        Assert.Equal(bits == 32 ? 0x0804_6ff0UL : 0x7ffe_fff0UL, trace.Frames[^1].Sp.Value);
        Assert.Equal("end of stack", trace.Ended);
        Assert.True(trace.Complete);
    }

    [Fact]
    public void An_interrupts_number_is_none_of_an_exception()
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "_interrupt", out ulong sp, out ulong fp), next = record + 0x180, pc = kernel["idle"] + 0x13;
        Write64(kernel, record, next, pc, next, pc, 0x28, record + 0x140, trap: 14, error: 0);
        kernel.Frame(next, 0, 0);
        var trace = kernel.Walk(kernel["do_interrupt"] + 0x30, sp, fp);
        Assert.Equal("do_interrupt _interrupt [interrupt 0xe] idle", trace.Names());
        Assert.Equal("", trace.Frames[2].Exception!.ErrorText);
        Assert.Null(trace.Frames[2].Exception!.FaultAddress);
    }

    [Fact]
    public void A_jump_to_a_bad_address_is_a_record_too_and_its_caller_is_found()
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), next = record + 0x180;
        Write64(kernel, record, next, 0, next, 0, 0x28, record + 0x140, error: 0x10);
        kernel.Words(record + 0x140, kernel["caller"] + 0x20).Frame(next, 0, 0);
        Assert.Equal("trap cmntrap [#PF] 0x0 caller", kernel.Walk(kernel["trap"] + 0x30, sp, fp).Names());
    }

    /// <summary>Each would make a frame of something that never ran: it is then but a link of the chain, or none.</summary>
    [Theory]
    [InlineData("the copied pc is another", 8, 0UL)]
    [InlineData("the copied frame pointer is another", 0, 0x1000UL)]
    [InlineData("a flag that is always set is clear", 27 * 8, 0x244UL)]
    [InlineData("no such trap", 23 * 8, 0x1234UL)]
    [InlineData("no selector", 26 * 8, 0UL)]
    public void What_is_not_quite_a_record_is_none(string lie, int offset, ulong word)
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), next = record + 0x180, pc = kernel["victim"] + 0x13;
        Write64(kernel, record, next, pc, next, pc, 0x28, record + 0x140);
        kernel.Frame(next, 0, 0).Words(record + (ulong)offset, word);
        var trace = kernel.Walk(kernel["trap"] + 0x30, sp, fp);
        Assert.True(trace.Frames.All(f => f.Exception is null), $"{lie}: {trace.Names()}");
    }

    [Fact]
    public void A_record_that_interrupted_itself_is_a_cycle()
    {
        var kernel = new MadeUpKernel(64);
        ulong record = Handler(kernel, "cmntrap", out ulong sp, out ulong fp), pc = kernel["victim"] + 0x13;
        Write64(kernel, record, fp, pc, fp, pc, 0x28, sp);
        var trace = kernel.Walk(kernel["trap"] + 0x30, sp, fp);
        Assert.Equal("stopped: cycle", trace.Ended);
        Assert.True(trace.Frames.Count < 10);
    }

    [Fact]
    public void Types_of_the_kernel_say_where_its_members_are()
    {
        var typed = Assert.Single(TrapRegsLayout.Of(Core.Arch.Architecture.Ia32, name => name == "r_savfp" ? 4 : name == "r_ss" ? 96 : 8));
        Assert.Equal(100, typed.Size);
        var public64 = TrapRegsLayout.Of(Core.Arch.Architecture.Amd64, name => name == "r_savfp" ? 4 : null);
        Assert.Equal([240, 224], public64.Select(l => l.Size));
        Assert.Equal(84, Assert.Single(TrapRegsLayout.Of(Core.Arch.Architecture.Ia32)).Size);
    }
}
