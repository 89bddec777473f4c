using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;
using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Steps by call frame information (DWARF 5, section 6.4), written by hand.</summary>
public sealed class CfiTests
{
    private const ulong Sp = MadeUpXen.Top - 0x800;
    private const byte DefCfa = 0x0c;
    private const byte Undefined = 0x07;
    private const byte SameValue = 0x08;
    private const byte Offset = 0x80;
    private const byte Rbx = 3;
    private const byte Rbp = 6;
    private const byte Rsp = 7;
    private const byte Return = 16;

    [Fact]
    public void Registers_come_from_where_the_rules_say()
    {
        // CFA = rsp + 32; the return address at CFA - 8, rbx at CFA - 24; rbp unchanged; rip undefined in the caller: it is the outermost.
        var xen = Of([DefCfa, Rsp, 32, Offset | Return, 1, Offset | Rbx, 3, SameValue, Rbp]);
        xen.Memory.Put64(Sp + 24, xen.Code["in_root"]).Put64(Sp + 8, 0x1111);

        var trace = xen.Walk(xen.Code["here"], Sp, ("rbx", 1UL), ("rbp", 2UL), ("r12", 3UL), ("rax", 4UL));

        Assert.Equal("f root", trace.Names());
        Assert.Equal(("end of stack", true), (trace.Ended, trace.Complete));
        var caller = trace.Frames[1];
        Assert.Equal(FoundBy.Cfi, caller.FoundBy);
        Assert.Equal(Sp + 32, caller.Sp.Value);
        Assert.Equal(Sp + 32, trace.Frames[0].Cfa?.Value);
        Assert.Equal([0x1111UL, 2, 3], new[] { caller.Registers["rbx"], caller.Registers["rbp"], caller.Registers["r12"] });
        Assert.Null(caller.Registers["rax"]);
    }

    [Fact]
    public void A_register_whose_place_cannot_be_read_is_unknown()
    {
        var xen = Of([DefCfa, Rsp, 32, Offset | Return, 1, Offset | Rbx, 0x80, 0x80, 0x40]);
        xen.Memory.Put64(Sp + 24, xen.Code["in_root"]);
        Assert.Null(xen.Walk(xen.Code["here"], Sp, ("rbx", 1UL)).Frames[1].Registers["rbx"]);
    }

    [Fact]
    public void A_frame_that_counts_from_an_unknown_register_is_left_to_the_other_ways()
    {
        var xen = Of([DefCfa, Rbp, 32, Offset | Return, 1]);
        var trace = xen.Walk(xen.Code["here"], Sp);
        Assert.All(trace.Frames.Skip(1), f => Assert.NotEqual(FoundBy.Cfi, f.FoundBy));
    }

    [Fact]
    public void A_frame_that_does_not_go_up_ends_the_walk()
    {
        var xen = Of([DefCfa, Rbp, 0, Offset | Return, 1]);
        xen.Memory.Put64(Sp - 24, xen.Code["in_root"]);
        var trace = xen.Walk(xen.Code["here"], Sp, ("rbp", Sp - 16));
        Assert.Equal("f", trace.Names());
        Assert.StartsWith("stopped: cycle", trace.Ended, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL, "0x0 is not code")]
    [InlineData(0xffff_82d0_4fff_0000UL, "0xffff82d04fff0000 is not code")]
    public void A_return_address_outside_code_is_named(ulong returnAddress, string said)
    {
        var xen = Of([DefCfa, Rsp, 32, Offset | Return, 1]);
        xen.Memory.Put64(Sp + 24, returnAddress);
        var trace = xen.Walk(xen.Code["here"], Sp);
        Assert.Equal("f", trace.Names());
        Assert.EndsWith(said, trace.Ended, StringComparison.Ordinal);
        Assert.False(trace.Complete);
    }

    [Fact]
    public void A_frame_that_leaves_its_stack_is_no_end_of_it()
    {
        var xen = Of([DefCfa, Rbp, 0, Offset | Return, 1]);
        var trace = xen.Walk(xen.Code["here"], Sp, ("rbp", 0xffff_ffff_ffff_fff0UL));
        Assert.Contains("0xffffffffffffffe8, beyond the top of the stack", trace.Ended, StringComparison.Ordinal);
        Assert.False(trace.Complete);
    }

    [Fact]
    public void A_return_address_that_cannot_be_read_is_named_with_the_reason()
    {
        var xen = Of([DefCfa, Rbp, 0, Offset | Return, 1]);
        var trace = xen.Walk(xen.Code["here"], 0x4000, ("rbp", 0x5000UL));
        Assert.Contains("the return address at 0x4ff8 cannot be read: nothing is mapped", trace.Ended, StringComparison.Ordinal);
    }

    /// <summary>A function f with these rules, and its caller, whose return address is undefined.</summary>
    private static MadeUpXen Of(ReadOnlySpan<byte> rules)
    {
        var xen = new MadeUpXen();
        var f = xen.Code.Forward();
        xen.Code.Function("f", f).Asm.push(rbx);
        xen.Code.Mark("here").Asm.ud2();
        xen.Code.Function("root").Asm.nop();
        xen.Code.Call(f, "in_root").Asm.ud2();
        xen.Build();
        var frame = new ByteWriter();
        int cie = Entry(frame, [0xff, 0xff, 0xff, 0xff, 4, 0, 8, 0, 1, 0x78, Return]);
        Entry(frame, new ByteWriter().U32((uint)cie).U64(xen.Code["f"]).U64(xen.Code["root"] - xen.Code["f"]).Bytes(rules).ToArray());
        Entry(frame, new ByteWriter().U32((uint)cie).U64(xen.Code["root"]).U64(16).Bytes([DefCfa, Rsp, 8, Undefined, Return]).ToArray());
        xen.Cfi = CallFrameInfo.Open(frame.ToArray(), default, 0, 8);
        return xen;
    }

    /// <summary>Length, contents, padding with DW_CFA_nop; returns where the entry is.</summary>
    private static int Entry(ByteWriter section, ReadOnlySpan<byte> body)
    {
        int at = section.Length;
        int padded = (body.Length + 4 + 7 & ~7) - 4;
        section.U32((uint)padded).Bytes(body).Zeros(padded - body.Length);
        return at;
    }
}
