using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>One stack across the record that a frame-pointer build of Xen marks with an inverted frame pointer.</summary>
public sealed class InvertedPointerTests
{
    /// <summary>
    /// The stack of a domain that is given up: the frames of xpv-like Xen down to the entry code, which had pushed a text for its message and jumped; the 32-bit record,
    /// and the kernel's frames.
    /// </summary>
    private static MadeUpKernel Crashed(out MadeUpKernel dom0, uint pushed = 0xff17_daf1, bool empty = false)
    {
        dom0 = new MadeUpKernel(32);
        ulong pc = dom0["page_ctr_sub_internal"] + 9, fp = 0xc5a0_a01c;
        dom0.Frame(fp, fp + 0x30, dom0["page_ctr_sub"] + 0x47).Frame(fp + 0x30, 0, 0);
        var xen = new MadeUpKernel(32, FrameKind.Hypervisor) { Guest = empty ? null : dom0.Context(), RecordAt = 0xffbf_3fb4 };
        xen.Frame(0xffbf_3f38, 0xffbf_3f48, xen["dom0_shutdown"] + 0x43)
            .Frame(0xffbf_3f48, 0xffbf_3fa8, xen["__domain_crash"] + 0x9d)
            .Frame(0xffbf_3fa8, 0x0040_c037, pushed);
        xen.Words(0xffbf_3fb4, 0xb, 0xc, 0xd, 0x51, 0xd1, fp, 0, 0x000e_0002, pc, 0x159, 0x1_0282, 0xc5a0_9fe0, 0x161, 0x161, 0x161, 0, 0x1b1);
        return xen;
    }

    private static StackTrace Walk(MadeUpKernel xen) => xen.Walk(xen["panic"] + 0x33, 0xffbf_3f1c, 0xffbf_3f38);

    [Fact]
    public void The_interrupted_function_follows_the_record_and_the_pushed_text_is_no_frame()
    {
        var trace = Walk(Crashed(out _));

        Assert.Equal("panic dom0_shutdown __domain_crash [#PF] page_ctr_sub_internal page_ctr_sub", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.True(trace.Complete);
        var record = trace.Frames[3];
        Assert.Equal(FrameKind.Exception, record.Kind);
        Assert.Equal((0xeu, 2u, (ushort)0x159, (ushort)0x161), (record.Exception!.Vector, record.Exception.ErrorCode, record.Exception.Cs, record.Exception.Ss));
        Assert.Equal("write to a page that is not present, in a guest's kernel", record.Exception.ErrorText);
        Assert.Equal(0xffbf_3fb4UL, record.Exception.Address.Value);
        Assert.Equal("the guest's", record.Exception.FaultAddressText);
        var interrupted = trace.Frames[4];
        Assert.Equal((9UL, 0xc5a0_9fe0UL, 0xc5a0_a01cUL), (interrupted.Offset!.Value, interrupted.Sp.Value, interrupted.Fp!.Value.Value));
        Assert.Equal(FrameKind.Kernel, interrupted.Kind);
        Assert.Equal([0x51UL, 0xd1, 0xb], interrupted.Values("esi", "edi", "ebx"));
        Assert.Equal(0xffbf_3fb0UL, trace.Frames[2].Cfa!.Value.Value);
    }

    [Fact]
    public void A_return_address_into_entry_code_is_a_frame_of_its_own()
    {
        var xen = Crashed(out _);
        xen.Words(0xffbf_3fac, xen["handle_exception"] + 0x20);
        Assert.Equal("panic dom0_shutdown __domain_crash handle_exception [#PF] page_ctr_sub_internal page_ctr_sub", Walk(xen).Names());
    }

    [Fact]
    public void What_a_symbol_covers_but_no_call_stands_before_is_not()
    {
        var xen = Crashed(out _);
        ulong text = xen["handle_exception"] + 0x20;
        xen.Memory.Put(text - 8, "\0entry.S: "u8);
        xen.Words(0xffbf_3fac, text);
        Assert.Equal("panic dom0_shutdown __domain_crash [#PF] page_ctr_sub_internal page_ctr_sub", Walk(xen).Names());
    }

    [Fact]
    public void Xen_interrupted_by_itself_goes_on_in_xen()
    {
        var xen = Crashed(out _);

        // Ring 0 of a 32-bit processor: no stack pointer and no selectors are pushed.
        const ulong Nested = 0xffbf_3e40;
        ulong fp = Nested + 0x14;
        xen.Frame(0xffbf_3e00, ~fp & uint.MaxValue, xen["handle_exception"] + 0x20);
        xen.Words(Nested, 1, 2, 3, 4, 5, 0xffbf_3f38, 6, 0x000e_0000, xen["panic"] + 0x33, 0xe008, 0x246);
        var trace = xen.Walk(xen["do_page_fault"] + 0x10, 0xffbf_3df0, 0xffbf_3e00);

        Assert.Equal("do_page_fault handle_exception [#PF] panic dom0_shutdown __domain_crash [#PF] page_ctr_sub_internal page_ctr_sub", trace.Names());
        Assert.Equal(Nested + 0x2c, trace.Frames[3].Sp.Value);
        Assert.Null(trace.Frames[3].Registers["ss"]);
        Assert.Equal((ushort)0, trace.Frames[2].Exception!.Ss);
        Assert.Equal("Xen's", trace.Frames[2].Exception!.FaultAddressText);
    }

    [Fact]
    public void The_guests_kernel_is_not_needed_to_know_the_end_of_xens_frames()
    {
        var trace = Walk(Crashed(out _, empty: true));
        Assert.Equal("panic dom0_shutdown __domain_crash [#PF]", trace.Names());
        Assert.Equal("write to a page that is not present, in a guest's kernel", trace.Frames[^1].Exception!.ErrorText);
        Assert.False(trace.Complete);
        Assert.Contains("0xffbf3fb4 are of a guest whose memory cannot be reached", trace.Ended, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the complement is below", 0x0040_c0d7u)]
    [InlineData("it is the frame's own address", 0x0040_c057u)]
    [InlineData("it lies on no stack", 0x0040_a037u)]
    [InlineData("it is not aligned", 0x0040_c036u)]
    public void An_inverted_pointer_that_cannot_be_one_is_not_followed(string lie, uint saved)
    {
        var xen = Crashed(out _);
        xen.Words(0xffbf_3fa8, saved);
        var trace = Walk(xen);
        Assert.True(trace.Frames.All(f => f.Exception is null), lie);
        Assert.Equal("panic dom0_shutdown __domain_crash", trace.Names());
        Assert.False(trace.Complete);
    }

    [Theory]
    [InlineData(0xffbf_3fdcUL, 0UL)]
    [InlineData(0xffbf_3fd0UL, 0xffff_0000UL)]
    public void A_marked_record_that_is_none_is_not_shown(ulong at, ulong word)
    {
        var xen = Crashed(out _);
        xen.Words(at, word);
        Assert.DoesNotContain('[', Walk(xen).Names());
    }

    [Fact]
    public void A_64_bit_record_is_marked_where_rbp_is_saved()
    {
        var dom0 = new MadeUpKernel(64);
        ulong kernelSp = dom0.Stack + 0x3000;
        dom0.Frame(kernelSp + 0x40, 0, 0);
        ulong pc = dom0["page_fault_here"] + 0x21;
        var xen = new MadeUpKernel(64, FrameKind.Hypervisor) { Guest = dom0.Context() };
        ulong record = xen.Top - 264, fp = record - 0x40;
        xen.Frame(fp, ~(record + 0x20), 0x1234, 0, 0);
        ulong[] saved = [15, 14, 13, 12, kernelSp + 0x40, 3, 11, 10, 9, 8, 0xa, 0xc, 0xd, 0x51, 0xd1, 0x0000_000e_0000_0002, pc, 0xe033, 0x1_0246, kernelSp, 0xe02b, 0, 0, 0, 0];
        xen.Words(record, saved);

        var trace = xen.Walk(xen["__domain_crash"] + 0x33, fp - 0x20, fp);

        Assert.Equal("__domain_crash [#PF] page_fault_here", trace.Names());
        Assert.Equal("end of stack", trace.Ended);
        Assert.Equal((3UL, 15UL, kernelSp), (trace.Frames[2].Registers["rbx"]!.Value, trace.Frames[2].Registers["r15"]!.Value, trace.Frames[2].Sp.Value));
        Assert.Equal(FrameKind.Kernel, trace.Frames[2].Kind);
    }

    [Fact]
    public void A_32_bit_guests_program_runs_in_ring_3()
    {
        var xen = Crashed(out _);
        xen.Words(0xffbf_3fd4, 0x0806_1234, 0x2b);
        var trace = Walk(xen);
        Assert.Equal(FrameKind.User, trace.Frames[^1].Kind);
        Assert.Equal(new VirtualAddress(0x0806_1234), trace.Frames[^1].Pc);
        Assert.Equal("end of stack", trace.Ended);
    }
}
