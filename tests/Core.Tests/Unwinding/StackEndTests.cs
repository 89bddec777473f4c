using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Unwinding;
using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Where a walk ends, and what it says.</summary>
public sealed class StackEndTests
{
    [Fact]
    public void A_function_that_was_jumped_to_on_an_empty_stack_ends_in_the_guests_registers()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("_start").Mark("here").Asm.hlt();
        var xen = Crashing(guest.Build());
        xen.Record(MadeUpXen.RecordAt, guest.Code["here"], 0xffff_ffff_8010_5000, vector: 14, cs: 0xe033, ss: 0xe02b, error: 6);

        var trace = xen.Walk(xen.Code["here"], MadeUpXen.RecordAt - 8);

        Assert.StartsWith("asm_domain_crash_synchronous [#PF] _start", trace.Names(), StringComparison.Ordinal);
        Assert.Equal(MadeUpXen.RecordAt, trace.Frames[0].Cfa?.Value);
    }

    [Fact]
    public void What_stands_there_while_no_guest_runs_is_stale()
    {
        var xen = Crashing(guest: null);
        xen.Record(MadeUpXen.RecordAt, 0xffff_ffff_8010_0000, 0xffff_ffff_8010_5000, vector: 14, cs: 0xe033, ss: 0xe02b);

        var trace = xen.Walk(xen.Code["here"], MadeUpXen.RecordAt - 8);

        Assert.Equal("asm_domain_crash_synchronous", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.True(trace.Complete);
    }

    [Fact]
    public void Registers_that_are_none_are_not_shown()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("_start").Asm.hlt();
        var xen = Crashing(guest.Build());
        xen.Memory.Put(MadeUpXen.RecordAt, Enumerable.Repeat((byte)0xbe, 200).ToArray());

        var trace = xen.Walk(xen.Code["here"], MadeUpXen.RecordAt - 8);

        Assert.Equal("asm_domain_crash_synchronous", trace.Names());
        Assert.Contains("holds no registers of a guest", trace.Ended, StringComparison.Ordinal);
        Assert.False(trace.Complete);
    }

    [Fact]
    public void A_return_address_that_is_no_code_ends_the_walk_with_its_value()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("f").Asm.push(rbp);
        guest.Code.Asm.mov(rbp, rsp);
        guest.Code.Mark("here").Asm.hlt();
        var context = guest.Build();
        guest.Memory.Put64(0x5000, 0x5100).Put64(0x5008, 0x1234);
        var trace = MadeUpGuest.Walk(context, ("rip", guest.Code["here"]), ("rsp", 0x5000UL), ("rbp", 0x5000UL));
        Assert.Equal("f", trace.Names());
        Assert.False(trace.Complete);
        Assert.StartsWith("stopped: ", trace.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_why_the_stack_cannot_be_read()
    {
        var guest = new MadeUpGuest(64);
        guest.Code.Function("f").Asm.push(rbx);
        guest.Code.Mark("here").Asm.hlt();
        var context = guest.Build();
        var trace = MadeUpGuest.Walk(context, ("rip", guest.Code["here"]), ("rsp", 0x7000UL));
        Assert.Contains("nothing is mapped at 0x7000", trace.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_of_frame_pointers_ends_at_zero()
    {
        var guest = Chained(out var context, frames: 3, last: 0);
        var trace = MadeUpGuest.Walk(context, ("rip", guest.Code["here"]), ("rsp", 0x5000UL), ("rbp", 0x5000UL));
        Assert.Equal("f f f f", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.All(trace.Frames.Skip(1), f => Assert.Equal(FoundBy.FramePointer, f.FoundBy));
        Assert.Equal([0x5000UL, 0x5010, 0x5020, 0x5030], trace.Frames.Select(f => f.Sp.Value));
    }

    [Theory]
    [InlineData(0x5000UL)]
    [InlineData(0x4ff0UL)]
    [InlineData(0xffff_ffff_ffff_fff8UL)]
    public void A_chain_that_does_not_go_up_ends_the_walk(ulong last)
    {
        var guest = Chained(out var context, frames: 2, last);
        var trace = MadeUpGuest.Walk(context, ("rip", guest.Code["here"]), ("rsp", 0x5000UL), ("rbp", 0x5000UL));
        Assert.Equal("f f f", trace.Names());
        Assert.StartsWith("stopped: ", trace.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void No_stack_has_more_frames_than_the_limit()
    {
        var guest = Chained(out var context, frames: DumpLimits.Frames + 10, last: 0);
        var trace = MadeUpGuest.Walk(context, ("rip", guest.Code["here"]), ("rsp", 0x5000UL), ("rbp", 0x5000UL));
        Assert.Equal(DumpLimits.Frames, trace.Frames.Count);
        Assert.Contains("the limit", trace.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        var crashing = new MadeUpXen { Cancel = cancel.Token };
        crashing.Code.Function("f").Mark("here").Asm.hlt();
        crashing.Build();
        Assert.Throws<OperationCanceledException>(() => crashing.Walk(crashing.Code["here"], MadeUpXen.RecordAt - 16));
    }

    [Fact]
    public void The_last_resort_is_a_marked_guess()
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        xen.Code.Function("f", f).Asm.mov(rsp, rax);
        xen.Code.Mark("here").Asm.hlt();
        xen.Code.Function("root").Asm.sub(rsp, 0x100);
        xen.Code.Call(f, "in_root").Asm.ud2();
        xen.Build();
        ulong sp = MadeUpXen.RecordAt - 0x108 - 0x40;

        // Words that look like code but follow no call, or follow a call of something else, are no guesses.
        xen.Memory.Put64(sp + 8, xen.Code["root"]).Put64(sp + 0x38, xen.Code["in_root"]);
        var trace = xen.Walk(xen.Code["here"], sp);

        Assert.Equal("f root", trace.Names());
        Assert.Equal(FoundBy.Scan, trace.Frames[1].FoundBy);
        Assert.Null(trace.Frames[1].Registers["rbx"]);
        Assert.Equal(sp + 0x40, trace.Frames[1].Sp.Value);
    }

    [Fact]
    public void A_guess_is_never_taken_from_beyond_the_stack()
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        xen.Code.Function("f", f).Asm.mov(rsp, rax);
        xen.Code.Mark("here").Asm.hlt();
        xen.Code.Function("root").Asm.sub(rsp, 0x100);
        xen.Code.Call(f, "in_root").Asm.ud2();
        xen.Build();
        xen.Memory.Put64(MadeUpXen.RecordAt + 0x10, xen.Code["in_root"]);
        Assert.Equal("f", xen.Walk(xen.Code["here"], MadeUpXen.RecordAt - 0x40).Names());
    }

    /// <summary>A function that entry code jumps to when it gives a domain up.</summary>
    private static MadeUpXen Crashing(CodeContext? guest)
    {
        var xen = new MadeUpXen { Guest = guest };
        xen.Code.Function("asm_domain_crash_synchronous").Asm.push(rbx);
        xen.Code.Mark("here").Asm.ud2();
        return xen.Build();
    }

    /// <summary>A function that keeps a frame pointer and calls itself.</summary>
    private static MadeUpGuest Chained(out CodeContext context, int frames, ulong last)
    {
        var guest = new MadeUpGuest(64);
        var f = guest.Code.Forward();
        guest.Code.Function("f", f).Asm.push(rbp);
        guest.Code.Asm.mov(rbp, rsp);
        guest.Code.Call(f, "again").Mark("here").Asm.hlt();
        context = guest.Build();
        for (int i = 0; i < frames; i++)
        {
            ulong fp = 0x5000 + (ulong)i * 16;
            guest.Memory.Put64(fp, i == frames - 1 ? last : fp + 16).Put64(fp + 8, guest.Code["again"]);
        }

        return guest;
    }
}
