using XenDumpAdapter.Core.Unwinding;
using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>From entry code through the record that it made, on one stack and from stack to stack.</summary>
public sealed class ExceptionRecordTests
{
    /// <summary>Where the entry code's record of a nested interrupt stands on the primary stack.</summary>
    private const ulong Nested = MadeUpXen.Top - 0x400;

    /// <summary>The interrupted stack pointer: right above what ring 0 has recorded.</summary>
    private const ulong Interrupted = Nested + 168;

    [Fact]
    public void An_interrupt_of_the_hypervisor_shows_what_it_interrupted()
    {
        var xen = Interruptible();
        xen.Record(Nested, xen.Code["in_idle"], Interrupted, vector: 0xfb);

        var trace = InHandler(xen, Nested);

        Assert.Equal("do_IRQ common_interrupt [IRQ 0xfb] idle_loop", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.Equal([FrameKind.Hypervisor, FrameKind.Hypervisor, FrameKind.Exception, FrameKind.Hypervisor], trace.Frames.Select(f => f.Kind));
        Assert.Equal(FoundBy.ExceptionRecord, trace.Frames[3].FoundBy);
        Assert.Equal(Interrupted, trace.Frames[3].Sp.Value);
        Assert.Equal(Nested, trace.Frames[2].Exception!.Address.Value);
        Assert.Equal([0, 1, 2, 3], trace.Frames.Select(f => f.Level));
    }

    [Fact]
    public void The_processor_aligns_the_stack_before_it_pushes()
    {
        var xen = Interruptible(Interrupted + 8);
        xen.Record(Nested, xen.Code["in_idle"], Interrupted + 8, vector: 0xfb);
        Assert.Equal("do_IRQ common_interrupt [IRQ 0xfb] idle_loop", InHandler(xen, Nested).Names());
    }

    /// <summary>Each of these words would make a frame of something that never ran.</summary>
    [Theory]
    [InlineData("a flag that is always set is clear", 0x88UL + 8, 0x244UL)]
    [InlineData("a flag that is never set is set", 0x90UL, 0x8246UL)]
    [InlineData("flags above the 22nd", 0x90UL, 0x1_0000_0246UL)]
    [InlineData("the vector is none", 0x78UL, 0x200_0000_0000UL)]
    [InlineData("the pc is data", 0x80UL, 0xffff_82d0_4fff_0000UL)]
    [InlineData("the pc is zero, and no page fault says so", 0x80UL, 0UL)]
    [InlineData("the stack pointer is below the record", 0x98UL, MadeUpXen.Top - 0x500)]
    [InlineData("the stack pointer is far above the record", 0x98UL, Interrupted + 16)]
    [InlineData("the code selector is null", 0x88UL, 0UL)]
    public void What_is_not_quite_a_record_is_none(string lie, ulong offset, ulong word)
    {
        var xen = Interruptible();
        xen.Record(Nested, xen.Code["in_idle"], Interrupted, vector: 0xfb);
        xen.Memory.Put64(Nested + offset, word);

        var trace = InHandler(xen, Nested);

        Assert.True(trace.Frames.All(f => f.Exception is null), $"{lie}: {trace.Names()}");
        Assert.False(trace.Complete);
    }

    [Fact]
    public void A_record_that_memory_cuts_off_is_none()
    {
        const ulong NearEnd = MadeUpXen.Top - 0x20;
        var xen = Interruptible();
        var trace = InHandler(xen, NearEnd);
        Assert.DoesNotContain('[', trace.Names());
    }

    [Fact]
    public void A_guest_is_interrupted_onto_an_empty_stack()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("_start").Mark("here").Asm.hlt();
        var context = guest.Build();
        var xen = Interruptible(guest: context);
        xen.Record(MadeUpXen.RecordAt, guest.Code["here"], 0xffff_ffff_8010_5000, vector: 14, cs: 0xe033, ss: 0xe02b, error: 6);

        var trace = InHandler(xen, MadeUpXen.RecordAt);

        Assert.StartsWith("do_IRQ common_interrupt [#PF] _start", trace.Names(), StringComparison.Ordinal);
        Assert.Equal(FoundBy.GuestFrame, trace.Frames[3].FoundBy);
        Assert.Equal(FrameKind.Kernel, trace.Frames[3].Kind);
        Assert.Same(context, trace.Frames[3].Context);
        var exception = trace.Frames[2].Exception!;
        Assert.Equal(6U, exception.ErrorCode);
        Assert.Equal("write to a page that is not present, in a guest's kernel", exception.ErrorText);
        Assert.Equal(0xdead000UL, exception.FaultAddress?.Value);
    }

    [Fact]
    public void A_record_of_a_guest_in_the_middle_of_a_stack_is_none()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("_start").Mark("here").Asm.hlt();
        var xen = Interruptible(guest: guest.Build());
        xen.Record(Nested, guest.Code["here"], 0xffff_ffff_8010_5000, vector: 14, cs: 0xe033, ss: 0xe02b);
        Assert.DoesNotContain("[#PF]", InHandler(xen, Nested).Names(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_32_bit_guest_has_32_bit_registers()
    {
        var guest = new MadeUpGuest(32);
        guest.Code.Function("_start").Mark("here").Asm.hlt();
        var xen = Interruptible(guest: guest.Build());
        xen.Record(MadeUpXen.RecordAt, guest.Code["here"], 0xc010_5000, vector: 14, cs: 0xe019, ss: 0xe021, error: 2, rbp: 0xc011_c000);

        var frame = InHandler(xen, MadeUpXen.RecordAt).Frames[3];

        Assert.Equal("_start", frame.Function);
        Assert.Equal(0xc011_c000UL, frame.Registers["ebp"]);
        Assert.Equal(0xe019UL, frame.Registers["cs"]);
        Assert.Equal(FrameKind.Kernel, frame.Kind);
    }

    [Fact]
    public void An_NMI_goes_from_its_own_stack_to_the_one_it_interrupted()
    {
        var xen = Interruptible();
        xen.Record(MadeUpXen.NmiRecordAt, xen.Code["in_idle"], Interrupted, vector: 2);
        var trace = InHandler(xen, MadeUpXen.NmiRecordAt);
        Assert.Equal("do_IRQ common_interrupt [NMI] idle_loop", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
    }

    [Fact]
    public void A_fault_on_a_stack_that_ran_out_is_shown_and_the_walk_says_that_the_stack_cannot_be_read()
    {
        const ulong BelowStack = MadeUpXen.Stack + 0x6000 - 8;
        var xen = Interruptible();
        xen.Record(MadeUpXen.NmiRecordAt, xen.Code["in_idle"], BelowStack, vector: 8);
        var trace = InHandler(xen, MadeUpXen.NmiRecordAt);
        Assert.StartsWith("do_IRQ common_interrupt [#DF] idle_loop", trace.Names(), StringComparison.Ordinal);
        Assert.False(trace.Complete);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0x0123_4567_89ab_cdefUL)]
    public void A_call_through_a_bad_pointer_leads_to_who_called(ulong pointer)
    {
        var xen = Interruptible();
        xen.Record(Nested, pointer, Interrupted, vector: pointer == 0 ? 14U : 13, error: 0x10);
        xen.Memory.Put64(Interrupted, xen.Code["after_pointer"]);

        // The frame pointer is the caller's: its chain would leave the caller out.
        xen.Memory.Put64(Nested + 32, Interrupted + 0x20).Put64(Interrupted + 0x20, Interrupted + 0x80).Put64(Interrupted + 0x28, xen.Code["in_entry"]);

        var trace = InHandler(xen, Nested);

        Assert.Equal($"do_IRQ common_interrupt [{(pointer == 0 ? "#PF" : "#GP")}] 0x{pointer:x} run_pointer", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
    }

    [Fact]
    public void The_complement_of_the_frame_pointer_marks_a_record_that_entry_code_has_pushed_more_onto()
    {
        const ulong PushedMore = Nested - 0x60;
        var xen = Interruptible();
        xen.Record(Nested, xen.Code["in_idle"], Interrupted, vector: 0xfb, rbp: 5);
        var trace = InHandler(xen, PushedMore, ("rbp", ~(Nested + 32)));
        Assert.Equal("do_IRQ common_interrupt [IRQ 0xfb] idle_loop", trace.Names());
    }

    [Fact]
    public void A_few_words_that_entry_code_has_pushed_are_passed_over()
    {
        var xen = Interruptible();
        xen.Record(Nested, xen.Code["in_idle"], Interrupted, vector: 0xfb);
        Assert.Equal("do_IRQ common_interrupt [IRQ 0xfb] idle_loop", InHandler(xen, Nested - 0x10).Names());
    }

    /// <summary>
    /// Entry code that calls a handler, and an idle loop that was interrupted with <paramref name="idleSp"/> and whose frame reaches up to the record at the
    /// stack's top; also one that calls a pointer.
    /// </summary>
    private static MadeUpXen Interruptible(ulong idleSp = Interrupted, CodeContext? guest = null)
    {
        var xen = new MadeUpXen { Guest = guest };
        var (code, asm) = (xen.Code, xen.Code.Asm);
        var handler = code.Forward();
        code.Function("common_interrupt").Asm.cld();
        asm.mov(rdi, rsp);
        code.Call(handler, "in_entry");
        asm.iretq();
        code.Function("do_IRQ", handler).Asm.push(rbx);
        code.Mark("in_handler").Asm.hlt();
        asm.pop(rbx);
        asm.ret();
        code.Function("idle_loop").Asm.sub(rsp, (int)(MadeUpXen.RecordAt - idleSp));
        code.Mark("in_idle").Asm.hlt();
        asm.ud2();
        code.Function("run_pointer").Asm.sub(rsp, (int)(MadeUpXen.RecordAt - (Interrupted + 8)));
        asm.call(rax);
        code.ReturnsTo("after_pointer").Asm.ud2();
        return xen.Build();
    }

    /// <summary>Walks from the handler; the entry code's stack pointer when it called it was <paramref name="entrySp"/>.</summary>
    private static StackTrace InHandler(MadeUpXen xen, ulong entrySp, params ReadOnlySpan<(string Name, ulong Value)> others)
    {
        xen.Memory.Put64(entrySp - 8, xen.Code["in_entry"]).Put64(entrySp - 16, 0);
        return xen.Walk(xen.Code["in_handler"], entrySp - 16, others);
    }
}
