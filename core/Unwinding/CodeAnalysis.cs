using Iced.Intel;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Follows the stack pointer through the instructions of one function, from its start along every branch, until the instruction asked for. Offsets
/// count from the stack pointer at entry, where the return address is: a push is at -8.
/// </summary>
internal sealed class CodeAnalysis
{
    private const int MaxInstructionBytes = 15;

    private readonly CodeContext _context;
    private readonly AddressRange[] _code;
    private readonly Dictionary<ulong, StackShape> _seen = [];
    private readonly Queue<(ulong At, StackShape Shape)> _likely = new();

    /// <summary>Behind ud2: reached only where the handler resumes (Xen's WARN and run_in_exception_handler), so tried last.</summary>
    private readonly Queue<(ulong At, StackShape Shape)> _unlikely = new();

    private CodeAnalysis(CodeContext context, AddressRange[] code)
    {
        _context = context;
        _code = code;
    }

    /// <summary>The stack's shape when the instruction at <paramref name="pc"/> is about to run; null where no path leads there or paths disagree.</summary>
    /// <param name="context">Where the code is.</param>
    /// <param name="start">The function's first instruction.</param>
    /// <param name="code">The ranges that belong to the function.</param>
    /// <param name="pc">The instruction; for a frame that called, the return address: then the shape at the call is meant.</param>
    /// <param name="pcIsReturnAddress">Whether <paramref name="pc"/> is a return address.</param>
    public static StackShape? ShapeAt(CodeContext context, VirtualAddress start, AddressRange[] code, VirtualAddress pc, bool pcIsReturnAddress)
    {
        var analysis = new CodeAnalysis(context, code);
        return analysis.Run(start.Value, pc.Value, pcIsReturnAddress);
    }

    private StackShape? Run(ulong start, ulong pc, bool afterCall)
    {
        ulong? answer = null;
        _likely.Enqueue((start, StackShape.AtEntry));
        byte[] buffer = new byte[MaxInstructionBytes];
        for (int steps = 0; steps < DumpLimits.AnalysedInstructions; steps++)
        {
            if (!_likely.TryDequeue(out var item) && (answer is not null || !_unlikely.TryDequeue(out item))) break;
            if (!Array.Exists(_code, r => r.Contains(new VirtualAddress(item.At)))) continue;
            if (_seen.TryGetValue(item.At, out var known))
            {
                if (known != item.Shape && !known.SameStack(item.Shape)) _seen[item.At] = known.WithoutStack();
                continue;
            }

            _seen[item.At] = item.Shape;
            if (!afterCall && item.At == pc) answer = item.At;
            if (Decode(item.At, buffer) is not { } instruction) continue;
            if (afterCall && instruction.NextIP == pc && instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall) answer = item.At;
            Follow(instruction, item.Shape.After(instruction));
        }

        return answer is { } at && _seen[at] is { SpOffset: not null } shape ? shape : null;
    }

    private Instruction? Decode(ulong at, byte[] buffer)
    {
        int got = _context.Memory.Read(new VirtualAddress(at), buffer);
        bool ia32 = _context.Architecture.InstructionSet == InstructionSet.Ia32;
        var decoder = Decoder.Create(ia32 ? 32 : 64, new ByteArrayCodeReader(buffer, 0, got), at);
        var instruction = decoder.Decode();
        return instruction.IsInvalid ? null : instruction;
    }

    private void Follow(in Instruction instruction, StackShape after)
    {
        switch (instruction.FlowControl)
        {
            case FlowControl.Next:
            case FlowControl.Call:
            case FlowControl.IndirectCall:
                _likely.Enqueue((instruction.NextIP, after));
                break;
            case FlowControl.ConditionalBranch:
                _likely.Enqueue((instruction.NextIP, after));
                _likely.Enqueue((instruction.NearBranchTarget, after));
                break;
            case FlowControl.UnconditionalBranch:
                _likely.Enqueue((instruction.NearBranchTarget, after));
                break;
            case FlowControl.Exception:
            case FlowControl.Interrupt:
                _unlikely.Enqueue((instruction.NextIP, after));
                break;
        }
    }
}
