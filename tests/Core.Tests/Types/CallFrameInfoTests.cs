using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

public class CallFrameInfoTests
{
    private const ulong Start = 0xffff_82d0_4020_0000;

    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void Rows_follow_the_instructions_up_to_the_pc()
    {
        var cfi = DebugFrame(w => w
            .U8(0x41).U8(0x0e).Uleb(16).U8(0x86).Uleb(2) // +1: cfa offset 16, rbp at cfa-16
            .U8(0x43).U8(0x0d).Uleb(6) // +3: cfa register rbp
            .U8(2).U8(0x20).U8(0x0c).Uleb(7).Uleb(8).U8(0xc6)); // +32: cfa rsp+8, restore rbp
        Assert.Equal("7+8 16@-8", At(cfi, 0));
        Assert.Equal("7+16 6@-16 16@-8", At(cfi, 1));
        Assert.Equal("6+16 6@-16 16@-8", At(cfi, 4));
        Assert.Equal("6+16 6@-16 16@-8", At(cfi, 0x23));
        Assert.Equal("7+8 16@-8", At(cfi, 0x24));
        Assert.Null(At(cfi, 0x100));
        Assert.Null(cfi.FindRow(new VirtualAddress(Start - 1)));
        Assert.Equal((16, Start, false), cfi.FindRow(new VirtualAddress(Start)) is { } row ? (row.ReturnAddressRegister, row.FunctionStart.Value, row.IsSignalFrame) : default);
    }

    [Fact]
    public void Every_rule_is_read()
    {
        var cfi = DebugFrame(w => w
            .U8(5).Uleb(3).Uleb(4).U8(7).Uleb(0).U8(8).Uleb(1).U8(9).Uleb(2).Uleb(5) // offset_extended, undefined, same_value, register
            .U8(0x10).Uleb(12).Uleb(2).U8(0x77).U8(8) // expression
            .U8(0x11).Uleb(13).Sleb(-2).U8(0x14).Uleb(14).Uleb(2).U8(0x15).Uleb(15).Sleb(-1).U8(0x16).Uleb(8).Uleb(1).U8(0x30)
            .U8(0x2f).Uleb(9).Uleb(1).U8(0x2e).Uleb(32).U8(0x0f).Uleb(3).U8(0x77).U8(8).U8(0x06));
        Assert.Equal("exp77-08-06 0undefined 1same 2=5 3@-32 8=exp30 9@8 12@exp77-08 13@16 14=-16 15=8 16@-8", At(cfi, 0));
    }

    [Fact]
    public void Remembered_rows_come_back_whole()
    {
        var cfi = DebugFrame(w => w.U8(0x0a).U8(0x41).U8(0x0e).Uleb(32).U8(0x83).Uleb(2).U8(0x41).U8(0x0b).U8(0x41).U8(0x12).Uleb(7).Sleb(-3).U8(0x13).Sleb(-5));
        Assert.Equal("7+32 3@-16 16@-8", At(cfi, 1));
        Assert.Equal("7+8 16@-8", At(cfi, 2));
        Assert.Equal("7+40 16@-8", At(cfi, 3));
    }

    [Theory]
    [InlineData((byte)0x1b)]
    [InlineData((byte)0x1c)]
    [InlineData((byte)0x00)]
    [InlineData((byte)0x0c)]
    public void Eh_frame_pointers_are_decoded(byte encoding)
    {
        const ulong Section = 0x4000_0000;
        var w = new ByteWriter();
        w.U32(0).U32(0).U8(1).Text("zPLRSB").Uleb(1).Sleb(-8).U8(16).Uleb(7).U8(0x1b).U32(0x1234).U8(0x1b).U8(encoding).U8(0x0c).Uleb(7).Uleb(8).U8(0x90).Uleb(1);
        w.Align(4).Patch(0, (ulong)w.Length - 4, 4);
        int fde = w.Length;
        w.U32(0).U32((uint)(w.Length + 4 - 0));
        w.Patch(fde + 4, (ulong)fde + 4, 4);
        int size = (encoding & 0x0f) is 0x0b ? 4 : 8;
        ulong here = Section + (ulong)w.Length;
        w.Number((encoding & 0x70) == 0x10 ? unchecked(0x4100_0000 - here) : 0x4100_0000, size).Number(0x40, size).Uleb(4).U32(0).U8(0x0e).Uleb(24);
        w.Align(4).Patch(fde, (ulong)(w.Length - fde - 4), 4);
        w.U32(0);
        var cfi = CallFrameInfo.Open(default, w.ToArray(), Section, 8, diagnostics: _diagnostics);
        var row = cfi!.FindRow(new VirtualAddress(0x4100_003f));
        Assert.NotNull(row);
        Assert.Equal((new CfaRule(7, 24), true, 0x4100_0000UL), (row.Cfa, row.IsSignalFrame, row.FunctionStart.Value));
        Assert.Null(cfi.FindRow(new VirtualAddress(0x4100_0040)));
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Reads_32_bit_images_with_a_bias()
    {
        var w = Frame(4, 0xc010_0000, 0x100, i => i.U8(0x0c).Uleb(4).Uleb(4).U8(0x88).Uleb(1), i => i.U8(0x41).U8(0x0e).Uleb(8), version: 4);
        var cfi = CallFrameInfo.Open(w, default, 0, 4, bias: 0x1000, diagnostics: _diagnostics)!;
        var row = cfi.FindRow(new VirtualAddress(0xc010_1001));
        Assert.NotNull(row);
        Assert.Equal((new CfaRule(4, 8), 0xc010_1000UL), (row.Cfa, row.FunctionStart.Value));
        Assert.Null(cfi.FindRow(new VirtualAddress(0xc010_0001)));
    }

    [Fact]
    public void An_undefined_return_address_is_said()
    {
        var row = DebugFrame(w => w.U8(7).Uleb(16)).FindRow(new VirtualAddress(Start));
        Assert.Equal(RegisterRuleKind.Undefined, row!.Registers[16].Kind);
    }

    [Fact]
    public void States_remembered_without_end_are_refused() => AssertBroken(w =>
    {
        for (int i = 0; i < 100_000; i++) w.U8(0x0a);
    });

    [Fact]
    public void A_state_that_was_not_remembered_cannot_come_back() => AssertBroken(w => w.U8(0x0b));

    [Fact]
    public void Registers_beyond_the_limit_are_refused() => AssertBroken(w => w.U8(5).Uleb(ulong.MaxValue).Uleb(1));

    [Fact]
    public void A_block_past_the_end_is_refused() => AssertBroken(w => w.U8(0x0f).Uleb(ulong.MaxValue));

    [Fact]
    public void An_unknown_instruction_is_refused() => AssertBroken(w => w.U8(0x3f));

    [Fact]
    public void Offsets_that_overflow_wrap()
    {
        string? row = At(DebugFrame(w => w.U8(0x05).Uleb(3).Uleb(ulong.MaxValue).U8(0x12).Uleb(7).Sleb(long.MinValue)), 0);
        Assert.Equal("7+0 3@8 16@-8", row);
    }

    [Fact]
    public void A_section_that_is_cut_off_anywhere_does_no_harm()
    {
        byte[] whole = Frame(8, Start, 0x100, i => i.U8(0x0c).Uleb(7).Uleb(8).U8(0x90).Uleb(1), i => i.U8(0x41).U8(0x0e).Uleb(16));
        for (int length = 1; length < whole.Length; length++)
        {
            var cfi = CallFrameInfo.Open(whole.AsMemory(0, length), whole.AsMemory(0, length), 0, 8, diagnostics: _diagnostics);
            Assert.Null(cfi!.FindRow(new VirtualAddress(Start)));
        }

        Assert.All(_diagnostics.Items, d => Assert.Equal("dwarf/cfi", d.Id));
    }

    [Fact]
    public void No_sections_are_no_information() => Assert.Null(CallFrameInfo.Open(default, default, 0, 8));

    private void AssertBroken(Action<ByteWriter> instructions)
    {
        Assert.Null(DebugFrame(instructions).FindRow(new VirtualAddress(Start)));
        Assert.Equal("dwarf/cfi", Assert.Single(_diagnostics.Items).Id);
    }

    private CallFrameInfo DebugFrame(Action<ByteWriter> instructions) => CallFrameInfo.Open(
        Frame(8, Start, 0x100, i => i.U8(0x0c).Uleb(7).Uleb(8).U8(0x90).Uleb(1), instructions), default, 0, 8, diagnostics: _diagnostics)!;

    private static byte[] Frame(int addressSize, ulong start, ulong length, Action<ByteWriter> common, Action<ByteWriter> instructions, int version = 1)
    {
        var w = new ByteWriter();
        w.U32(0).U32(uint.MaxValue).U8((byte)version).U8(0);
        if (version == 4) w.U8((byte)addressSize).U8(0);
        w.Uleb(1).Sleb(-8).U8((byte)(addressSize == 8 ? 16 : 8));
        common(w);
        w.Patch(0, (ulong)w.Length - 4, 4);
        int fde = w.Length;
        w.U32(0).U32(0).Number(start, addressSize).Number(length, addressSize);
        instructions(w);
        return w.Patch(fde, (ulong)(w.Length - fde - 4), 4).ToArray();
    }

    /// <summary>A row as text: the CFA, then each register's rule.</summary>
    private static string? At(CallFrameInfo cfi, ulong offset)
    {
        if (cfi.FindRow(new VirtualAddress(Start + offset)) is not { } row) return null;
        string cfa = row.Cfa.Register < 0 ? "exp" + BitConverter.ToString(row.Cfa.Expression.ToArray()) : $"{row.Cfa.Register}+{row.Cfa.Offset}";
        return string.Join(' ', row.Registers.OrderBy(r => r.Key).Select(r => r.Key + Text(r.Value)).Prepend(cfa));
    }

    private static string Text(RegisterRule rule) => rule.Kind switch
    {
        RegisterRuleKind.Undefined => "undefined",
        RegisterRuleKind.SameValue => "same",
        RegisterRuleKind.AtCfaOffset => $"@{rule.Value}",
        RegisterRuleKind.ValueCfaOffset => $"={rule.Value}",
        RegisterRuleKind.InRegister => $"={rule.Value}",
        RegisterRuleKind.AtExpression => "@exp" + BitConverter.ToString(rule.Expression.ToArray()),
        _ => "=exp" + BitConverter.ToString(rule.Expression.ToArray()),
    };
}
