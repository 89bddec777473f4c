using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Kernels that always keep frame pointers, where most code is not in the dump.</summary>
public sealed class KeptFramePointerTests
{
    /// <summary>Three frames from <c>f</c> up to the thread's first.</summary>
    private static MadeUpKernel Chain(int bits, out ulong fp)
    {
        var kernel = new MadeUpKernel(bits);
        fp = kernel.Top - 0x300;
        return kernel.Frame(fp, fp + 0x100, kernel["g"] + 0x20).Frame(fp + 0x100, fp + 0x200, kernel["h"] + 0x20).Frame(fp + 0x200, 0, 0);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void The_chain_is_believed_without_code(int bits)
    {
        var kernel = Chain(bits, out ulong fp);
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.Equal("f g h", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.True(trace.Complete);
        Assert.Equal([fp, fp + 0x100, fp + 0x200], trace.Frames.Select(f => f.Fp!.Value.Value));
        Assert.All(trace.Frames.Skip(1), f => Assert.Equal(FoundBy.FramePointer, f.FoundBy));
        Assert.Null(trace.Frames[1].Registers[bits == 32 ? "ebx" : "rbx"]);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void A_function_that_was_just_entered_has_its_return_address_on_top(int bits)
    {
        var kernel = Chain(bits, out ulong fp);
        ulong sp = fp - 0x40;
        kernel.Words(sp, kernel["f"] + 0x10);
        Assert.Equal("early f g h", kernel.Walk(kernel["early"], sp, fp).Names());

        kernel.Words(sp - (ulong)kernel.Word, fp);
        Assert.Equal("early f g h", kernel.Walk(kernel["early"] + 1, sp - (ulong)kernel.Word, fp).Names());
    }

    [Fact]
    public void So_has_one_that_is_about_to_return()
    {
        var kernel = Chain(64, out ulong fp);
        kernel.Words(fp - 0x40, kernel["f"] + 0x10);
        kernel.Memory.Put(kernel["leaf"] + 0x30, 0xc3);
        Assert.Equal("leaf f g h", kernel.Walk(kernel["leaf"] + 0x30, fp - 0x40, fp).Names());
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void The_top_of_the_threads_stack_is_its_end(int bits)
    {
        var kernel = Chain(bits, out ulong fp);
        kernel.Words(fp + 0x200, kernel.Top, kernel["thread_start"] + 8);
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.Equal("f g h thread_start", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void An_interrupt_goes_on_on_the_stack_that_it_interrupted(int bits)
    {
        var kernel = Chain(bits, out ulong fp);
        ulong on = kernel.Interrupts + 0x2000;
        kernel.Frame(on, on + 0x40, kernel["dispatch"] + 0x20).Frame(on + 0x40, fp, kernel["f"] + 0x10);
        var trace = kernel.Walk(kernel["handler"] + 0x10, on - 0x20, on);
        Assert.Equal("handler dispatch f g h", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
    }

    [Fact]
    public void Two_stacks_that_lead_to_each_other_are_a_cycle()
    {
        var kernel = Chain(64, out ulong fp);
        ulong on = kernel.Interrupts + 0x2000;
        kernel.Frame(on, fp, kernel["f"] + 0x10).Frame(fp, on, kernel["handler"] + 0x10);
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.Equal("stopped: cycle", trace.Ended);
        Assert.True(trace.Frames.Count < 6);
    }

    [Theory]
    [InlineData("to itself", 0L)]
    [InlineData("down", -0x40L)]
    [InlineData("off the stack", 0x10_0000_0000L)]
    [InlineData("above the stack's top", 0x1000L)]
    [InlineData("wild", 0x1234_5678_9abcL)]
    public void A_chain_that_leaves_the_stack_stops_and_says_where(string where, long to)
    {
        var kernel = Chain(64, out ulong fp);
        kernel.Words(fp + 0x100, unchecked(fp + 0x100 + (ulong)to));
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.True(trace.Names() is "f g h" or "f g", $"{where}: {trace.Names()}");
        Assert.False(trace.Complete);
        Assert.StartsWith("stopped: ", trace.Ended, StringComparison.Ordinal);
        Assert.Contains("its frame pointer is ", trace.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_no_call_stands_before_is_no_caller()
    {
        var kernel = Chain(32, out ulong fp);
        kernel.Memory.Put(kernel["h"] + 0x10, [0x89, 0xd8, 0x31, 0xc0, 0x89, 0xd8, 0x31, 0xc0, 0x89, 0xd8, 0x31, 0xc0, 0x89, 0xd8, 0x31, 0xc0]);
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.Equal("f g", trace.Names());
        Assert.Contains("there is no return address", trace.Ended, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x90)]
    public void Filler_where_code_should_be_tells_nothing(byte filler)
    {
        var kernel = Chain(32, out ulong fp);
        kernel.Memory.Put(kernel["h"], Enumerable.Repeat(filler, 0x40).ToArray());
        Assert.Equal("f g h", kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp).Names());
    }

    [Fact]
    public void A_call_proves_a_caller_whatever_it_calls()
    {
        var kernel = Chain(32, out ulong fp);
        kernel.Call(kernel["g"] + 0x20, "another");
        Assert.Equal("f g h", kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp).Names());
    }

    [Fact]
    public void A_leaf_without_a_frame_is_followed_through_its_code()
    {
        var kernel = Chain(64, out ulong fp);

        // push %rbx; mov %rdi,%rax; pop %rbx; ret
        kernel.Memory.Put(kernel["leaf"], [0x53, 0x48, 0x89, 0xf8, 0x5b, 0xc3]);
        kernel.Call(kernel["f"] + 0x10, "leaf");
        kernel.Words(fp - 0x40, 0xb0b, kernel["f"] + 0x10);
        var trace = kernel.Walk(kernel["leaf"] + 4, fp - 0x40, fp);
        Assert.Equal("leaf f g h", trace.Names());
        Assert.Equal(0xb0bUL, trace.Frames[1].Registers["rbx"]);
    }

    [Fact]
    public void A_call_through_a_null_pointer_shows_who_called()
    {
        var kernel = Chain(64, out ulong fp);
        kernel.Words(fp - 0x40, kernel["f"] + 0x10);
        var trace = kernel.Walk(0, fp - 0x40, fp, ("cs", 0x28UL));
        Assert.Equal("0x0 f g h", trace.Names());
        Assert.Equal(FrameKind.Kernel, trace.Frames[0].Kind);
    }
}
