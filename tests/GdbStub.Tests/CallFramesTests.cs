using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.GdbStub.SymbolFiles;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.GdbStub.Tests;

/// <summary>The call frame information of the file: followed by nothing but DWARF's rules it must give the frames that the engine's own walk gives.</summary>
public sealed class CallFramesTests
{
    /// <summary>Kernels that differ in all that is free.</summary>
    public static TheoryData<string, int, int> Kernels
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (int bits in new[] { 32, 64 })
                for (int seed = 1; seed <= 3; seed++)
                    foreach (string what in new[] { "xpv overflow", "xpv fault", "xpv panic", "null pointer", "called" }) data.Add(what, bits, seed);
            return data;
        }
    }

    [Fact]
    public void Lead_through_goldcloth_s_stack_as_the_engine_walks_it()
    {
        using var target = DumpOpener.Open(new OpenOptions { Dump = "sample:goldcloth" }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(Expected(target), Walk(target));
        Assert.Contains("exception_frame", Walk(target));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Lead_through_a_stack_as_the_engine_walks_it(string what, int bits, int seed)
    {
        using var target = Open(what, bits, seed);
        Assert.True(target.Threads[0].Stack(TestContext.Current.CancellationToken).Complete);
        Assert.Equal(Expected(target), Walk(target));
    }

    [Fact]
    public void Before_a_function_has_its_frame_its_caller_is_where_the_stack_pointer_is()
    {
        using var target = DumpOpener.Open(new OpenOptions { Dump = "sample:goldcloth" }, cancel: TestContext.Current.CancellationToken);
        var cfi = Cfi(target, out var symbols);
        var function = symbols.Find("page_create_va")!.Address;
        Assert.Equal((4, 4L), At(cfi, function));
        Assert.Equal((4, 8L), At(cfi, function + 1));
        Assert.Equal((4, 8L), At(cfi, function + 2));
        Assert.Equal((5, 8L), At(cfi, function + 3));
        Assert.Equal(RegisterRuleKind.Undefined, cfi.FindRow(symbols.Find("thread_start")!.Address + 7)!.Registers[8].Kind);
        var record = cfi.FindRow(symbols.Find("exception_frame")!.Address)!;
        Assert.True(record.IsSignalFrame);
        Assert.Equal([0x75, 0x0c], record.Registers[8].Expression.ToArray());
    }

    private static (int, long) At(CallFrameInfo cfi, VirtualAddress pc)
    {
        var cfa = cfi.FindRow(pc)!.Cfa;
        return (cfa.Register, cfa.Offset);
    }

    private static DumpTarget Open(string what, int bits, int seed)
    {
        var options = new SolarisKernelOptions { WordSize = bits, Seed = seed, Is2007 = bits == 32 };
        var scenario = what switch
        {
            "xpv overflow" => XpvPanics.Overflow(options, bits == 32 ? 0 : 4, bits == 32 ? 1 : 2),
            "xpv fault" => XpvPanics.FaultInXen(options, bits == 32 ? 0 : 4, bits == 32 ? 1 : 2),
            "xpv panic" => XpvPanics.PlainDom0(options),
            "null pointer" => PlainPanics.NullPointer(options),
            _ => PlainPanics.Called(options),
        };
        return DumpOpener.OpenFiles(
            new SampleFiles(new BytesByteSource(scenario.Vmcore(), "vmcore.0"), null, new BytesByteSource(scenario.Unix(), "unix.0"), ""), cancel: TestContext.Current.CancellationToken);
    }

    // A trap frame of the kernel's own is passed through; one of Xen's is a frame.
    private static List<string> Expected(DumpTarget target)
    {
        var names = new List<string>();
        Frame? below = null;
        foreach (var frame in target.Threads[0].Stack(TestContext.Current.CancellationToken).Frames)
        {
            if (frame.Kind != FrameKind.Exception) names.Add(frame.Function ?? "?");
            else if (below?.Kind == FrameKind.Hypervisor) names.Add("exception_frame");
            below = frame;
        }

        return names;
    }

    private static CallFrameInfo Cfi(DumpTarget target, out ElfSymbolTable symbols)
    {
        var diagnostics = new DiagnosticBag();
        var file = ElfFile.Open(new BytesByteSource(SymbolImage.Of(target, allThreads: false)!.Bytes, "image"), diagnostics);
        symbols = ElfSymbolTable.Read(file, diagnostics);
        return CallFrameInfo.FromElf(file, 0, diagnostics)!;
    }

    /// <summary>A walk that knows nothing of kernels: as a debugger does it.</summary>
    private static List<string> Walk(DumpTarget target)
    {
        var cfi = Cfi(target, out var symbols);
        int word = target.Architecture.PointerSize, sp = word == 4 ? 4 : 7, fp = word == 4 ? 5 : 6, pc = word == 4 ? 8 : 16;
        var start = target.Threads[0].Registers!;
        var registers = new Dictionary<int, ulong> { [sp] = start.Sp!.Value.Value, [fp] = start.Fp!.Value.Value, [pc] = start.Pc!.Value.Value };
        var names = new List<string>();
        bool exact = true;
        while (names.Count < 200)
        {
            ulong at = unchecked(registers[pc] - (exact ? 0UL : 1));
            if (cfi.FindRow(new VirtualAddress(at)) is not { } row) break;
            names.Add(symbols.Find(new VirtualAddress(at))?.Name ?? "?");
            exact = row.IsSignalFrame;
            if (row.Registers[pc].Kind == RegisterRuleKind.Undefined) break;
            registers = Caller(target.Kernel!.Space, row, registers, word, (sp, fp, pc));
        }

        return names;
    }

    private static Dictionary<int, ulong> Caller(AddressSpace space, UnwindRow row, Dictionary<int, ulong> registers, int word, (int Sp, int Fp, int Pc) numbers)
    {
        var context = new ExpressionContext { AddressSize = word, Register = n => registers.TryGetValue(n, out ulong v) ? v : null, Memory = (a, bytes) => space.Read(a, bytes) == bytes.Length };
        ulong cfa = row.Cfa.Register >= 0 ? registers[row.Cfa.Register] + (ulong)row.Cfa.Offset : Number(row.Cfa.Expression, context);
        var inRule = new ExpressionContext { AddressSize = word, Register = context.Register, Memory = context.Memory, Initial = cfa };
        ulong Of(int register) => row.Registers[register] switch
        {
            { Kind: RegisterRuleKind.SameValue } => registers[register],
            { Kind: RegisterRuleKind.AtCfaOffset } rule => Load(space, unchecked(cfa + (ulong)rule.Value), word),
            { Kind: RegisterRuleKind.AtExpression } rule => Load(space, Number(rule.Expression, inRule), word),
            { Kind: RegisterRuleKind.ValueExpression } rule => Number(rule.Expression, inRule),
            var rule => throw new InvalidOperationException($"{rule.Kind}"),
        };
        return new Dictionary<int, ulong> { [numbers.Sp] = cfa, [numbers.Fp] = Of(numbers.Fp), [numbers.Pc] = Of(numbers.Pc) };
    }

    private static ulong Number(ReadOnlyMemory<byte> expression, ExpressionContext context)
    {
        Assert.True(DwarfExpression.TryEvaluateNumber(expression, null, context, out ulong value, out string? why), why);
        return value;
    }

    private static ulong Load(AddressSpace space, ulong at, int word)
    {
        byte[] bytes = new byte[8];
        Assert.Equal(word, space.Read(at, bytes.AsSpan(0, word)));
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
