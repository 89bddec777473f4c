using CsCheck;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Walks over code and stacks of any bytes: they end, throw nothing, and show no frame that nothing proves.</summary>
public sealed class AnyBytesTests
{
    private const ulong Text = 0xffff_82d0_4020_0000;
    private const ulong Stack = 0xffff_8300_03f5_0000;
    private const int StackBytes = 0x2000;
    private const int CodeBytes = 0x400;

    [Fact]
    public void No_record_is_seen_in_noise() =>
        Gen.Select(Gen.Byte.Array[StackBytes], Gen.Int[0, StackBytes / 8 - 1], Gen.Bool).Sample(
            (stack, slot, guest) =>
            {
                // Code that tells nothing of its stack, so that only a record would help.
                byte[] code = new byte[CodeBytes];
                code.AsSpan().Fill(0x06);
                Assert.DoesNotContain(Walk(code, stack, Text + 16, Stack + (ulong)slot * 8, guest).Frames, f => f.Exception is not null);
            },
            iter: 2000);

    [Fact]
    public void Any_code_and_any_stack_give_frames_that_calls_or_records_prove() =>
        Gen.Select(Gen.Byte.Array[CodeBytes], Gen.OneOf(Gen.Byte.Array[StackBytes], Words()), Gen.Int[0, CodeBytes - 1], Gen.Int[0, StackBytes - 8], Gen.Bool).Sample(
            (code, stack, pc, sp, guest) =>
            {
                var trace = Walk(code, stack, Text + (ulong)pc, Stack + (ulong)(sp & ~7), guest);
                Assert.NotEqual("", trace.Ended);
                for (int i = 1; i < trace.Frames.Count; i++)
                {
                    var frame = trace.Frames[i];
                    if (frame.Exception is not null || trace.Frames[i - 1].Exception is not null) continue;
                    Assert.True(frame.PcIsReturnAddress);
                    Assert.True(frame.Sp > trace.Frames[i - 1].Sp);
                    Assert.InRange(frame.Pc.Value, Text + 2, Text + CodeBytes);
                }
            },
            iter: 3000);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, ulong.MaxValue)]
    [InlineData(ulong.MaxValue, 0)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    [InlineData(ulong.MaxValue - 7, ulong.MaxValue - 7)]
    [InlineData(Text, ulong.MaxValue - 15)]
    [InlineData(Text + CodeBytes - 1, Stack + StackBytes - 1)]
    [InlineData(0x0000_8000_0000_0000, 0xffff_7fff_ffff_ffff)]
    public void Registers_at_the_ends_of_the_space_end_the_walk(ulong pc, ulong sp)
    {
        foreach (ulong fp in (ulong[])[0, 1, sp, ~sp, ulong.MaxValue, ulong.MaxValue - 7])
            Assert.NotEqual("", Walk(new byte[CodeBytes], new byte[StackBytes], pc, sp, true, fp).Ended);
    }

    /// <summary>Stacks of words that look like something: return addresses, stack addresses, their complements.</summary>
    private static Gen<byte[]> Words() => Gen.OneOf(
            Gen.ULong[Text, Text + CodeBytes], Gen.ULong[Stack, Stack + StackBytes], Gen.ULong[Stack, Stack + StackBytes].Select(w => ~w),
            Gen.ULong[0, 0x1ff].Select(w => w << 32), Gen.Const(0xe008UL), Gen.Const(0x246UL), Gen.Const(0UL), Gen.ULong)
        .Array[StackBytes / 8].Select(words => words.SelectMany(BitConverter.GetBytes).ToArray());

    private static StackTrace Walk(byte[] code, byte[] stack, ulong pc, ulong sp, bool guest, ulong? fp = null)
    {
        var memory = new SparseMemory<VirtualAddress>().Put(Text, code).Put(Stack, stack);
        Symbol[] symbols = [.. Enumerable.Range(0, CodeBytes / 64).Select(i => new Symbol($"f{i}", new VirtualAddress(Text + (ulong)i * 64), 64, SymbolKind.Function, true))];
        var context = new CodeContext
        {
            Kind = FrameKind.Hypervisor,
            Architecture = Core.Arch.Architecture.Amd64,
            Space = AddressSpace.Of("xen", 64, memory),
            Memory = memory,
            Modules = [new Module { Name = "xen", Range = new AddressRange(new VirtualAddress(Text), CodeBytes), Symbols = new TableSymbols(symbols) }],
            Stacks = [new StackRange("primary", new AddressRange(new VirtualAddress(Stack), StackBytes), new VirtualAddress(Stack + StackBytes - 264))],
        };
        var registers = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", pc).With("rsp", sp);
        if (fp is { } value) registers = registers.With("rbp", value);
        var environment = new UnwindEnvironment { GuestContext = _ => null, RunsGuest = guest, FaultAddress = _ => (null, null) };
        return StackUnwinder.Walk(FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false)!, environment, TestContext.Current.CancellationToken);
    }
}
