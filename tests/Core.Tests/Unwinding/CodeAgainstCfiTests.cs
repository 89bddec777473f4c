using System.Buffers.Binary;
using Iced.Intel;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>
/// The analysis of code against the compiler's own word: in a hypervisor that has call frame information, each place must have the stack depth that it says.
/// </summary>
public sealed class CodeAgainstCfiTests
{
    private const ulong Stack = 0xffff_8300_0000_0000;

    /// <summary>Of so many calls one is looked at.</summary>
    private const int OneIn = 23;

    [Theory]
    [InlineData("xen-syms-4.20")]
    [InlineData("xen-syms-4.17-rel")]
    public void Agrees_with_call_frame_information_wherever_it_gives_an_answer(string file)
    {
        Assert.SkipUnless(Lab.Find($"symbols/{file}") is not null, Lab.Absent);
        using var source = FileByteSource.Open(Lab.Find($"symbols/{file}")!);
        var diagnostics = new DiagnosticBag();
        var elf = ElfFile.Open(source, diagnostics);
        var cfi = CallFrameInfo.FromElf(elf)!;
        var text = elf.FindSection(".text")!;
        var code = elf.ReadSection(text);
        var symbols = ElfSymbolTable.Read(elf, diagnostics);
        var module = new Module { Name = "xen", Range = new AddressRange(new VirtualAddress(text.Address), text.Size), Symbols = symbols };
        var (asked, answered, wrong) = (0, 0, new List<string>());
        int calls = 0;
        ulong anywhere = Calls(code, text.Address)
            .First(c => symbols.Find(new VirtualAddress(c.NearBranchTarget))?.Name.StartsWith("__x86_indirect_thunk", StringComparison.Ordinal) == true).NextIP;
        foreach (ulong returnAddress in Calls(code, text.Address).Select(c => c.NextIP))
        {
            if (calls++ % OneIn != 0 || DepthByCfi(cfi, returnAddress - 1) is not { } depth) continue;
            asked++;
            if (Step(module, code, text.Address, returnAddress, depth, anywhere) is not { } found) continue;
            answered++;
            if (found != depth) wrong.Add($"{symbols.Find(new VirtualAddress(returnAddress - 1))?.Name} 0x{returnAddress:x}: {found} bytes, not {depth}");
        }

        Assert.True(asked > 500, $"only {asked} places were looked at");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(answered >= asked * 0.97, $"{answered} of {asked} have an answer");
    }

    private static IEnumerable<Instruction> Calls(ReadOnlyMemory<byte> code, ulong address)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code.ToArray()), address);
        while (decoder.IP - address < (ulong)code.Length)
            if (decoder.Decode() is { Mnemonic: Mnemonic.Call } call) yield return call;
    }

    /// <summary>Bytes from the stack pointer to the CFA, where the rule counts from the stack pointer.</summary>
    private static ulong? DepthByCfi(CallFrameInfo cfi, ulong pc) =>
        cfi.FindRow(new VirtualAddress(pc)) is { Cfa: { Register: 7, Offset: > 0 and < 4096 } cfa } ? (ulong)cfa.Offset : null;

    /// <summary>How many bytes above the frame's stack pointer its caller's is, by the code alone; null where that is not told.</summary>
    private static ulong? Step(Module module, ReadOnlyMemory<byte> code, ulong address, ulong pc, ulong depth, ulong anywhere)
    {
        var stack = new byte[depth + 64];

        // Each word of the stack is a return address that any function may have, so that nothing but the depth decides.
        for (int i = 0; i < stack.Length / 8; i++) BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(i * 8), anywhere);
        var memory = new Two(code, address, stack);
        var context = new CodeContext
        {
            Kind = FrameKind.Hypervisor,
            Architecture = Core.Arch.Architecture.Amd64,
            Space = AddressSpace.Of("xen", 64, memory),
            Memory = memory,
            Modules = [module],
        };
        var registers = new Core.Arch.RegisterSet(context.Architecture).With("rip", pc).With("rsp", Stack);
        var start = FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: true)!;
        var environment = new UnwindEnvironment { GuestContext = _ => null, FaultAddress = _ => (null, null) };
        var frames = StackUnwinder.Walk(start, environment, TestContext.Current.CancellationToken).Frames;
        return frames.Count > 1 && frames[1].FoundBy == FoundBy.CodeAnalysis ? frames[1].Sp.Value - Stack : null;
    }

    /// <summary>Code and a stack.</summary>
    private sealed class Two(ReadOnlyMemory<byte> code, ulong address, byte[] stack) : IMemory<VirtualAddress>
    {
        public int Read(VirtualAddress from, Span<byte> destination)
        {
            bool isCode = unchecked(from.Value - address) < (ulong)code.Length;
            var bytes = isCode ? code.Span : stack;
            ulong offset = unchecked(from.Value - (isCode ? address : Stack));
            if (offset >= (ulong)bytes.Length) return 0;
            var rest = bytes[(int)offset..];
            int count = Math.Min(rest.Length, destination.Length);
            rest[..count].CopyTo(destination);
            return count;
        }

        public Fault Explain(VirtualAddress at)
        {
            Span<byte> one = stackalloc byte[1];
            return Read(at, one) == 1 ? Fault.None : new Fault(FaultKind.NotMapped, "nothing is there");
        }
    }
}
