using Iced.Intel;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Follows the stack pointer through the instructions of one function along every branch. Two ways: from the function's start to an instruction, and from
/// an instruction to the function's end. Paths that come with different shapes are all kept: the caller of this decides by what stands on the stack.
/// </summary>
internal sealed class CodeAnalysis
{
    private const int MaxInstructionBytes = 15;

    /// <summary>Different shapes at one instruction that are followed. Compiled code has one, or two behind a call that never returns.</summary>
    private const int MaxShapes = 4;

    private readonly CodeContext _context;
    private readonly AddressRange[] _code;
    private readonly Dictionary<ulong, List<StackShape>> _seen = [];
    private readonly Queue<(ulong At, StackShape Shape)> _likely = new();

    /// <summary>Behind ud2: reached only where the handler resumes (Xen's WARN and run_in_exception_handler), so tried last.</summary>
    private readonly Queue<(ulong At, StackShape Shape)> _unlikely = new();

    private readonly InstructionInfoFactory _facts = new();
    private readonly byte[] _buffer = new byte[MaxInstructionBytes];
    private readonly List<StackShape> _answers = [];

    private CodeAnalysis(CodeContext context, AddressRange[] code)
    {
        _context = context;
        _code = code;
    }

    /// <summary>
    /// The shapes that the stack can have when the instruction at <paramref name="pc"/> is about to run, counted from the stack pointer at entry, where the
    /// return address is: a push is at -8. Empty where no path leads there.
    /// </summary>
    /// <param name="context">Where the code is.</param>
    /// <param name="start">The function's first instruction.</param>
    /// <param name="code">The ranges that belong to the function.</param>
    /// <param name="pc">The instruction; for a frame that called, the return address: then the shape at the call is meant.</param>
    /// <param name="pcIsReturnAddress">Whether <paramref name="pc"/> is a return address.</param>
    public static IReadOnlyList<StackShape> ShapesAt(CodeContext context, VirtualAddress start, AddressRange[] code, VirtualAddress pc, bool pcIsReturnAddress)
    {
        var analysis = new CodeAnalysis(context, code);
        analysis.Run(start.Value, StackShape.AtEntry, (in Instruction i, StackShape shape) =>
        {
            bool here = pcIsReturnAddress ? i.NextIP == pc.Value && i.FlowControl is FlowControl.Call or FlowControl.IndirectCall : i.IP == pc.Value;
            if (here) analysis.Answer(shape);
        });
        return analysis._answers;
    }

    /// <summary>
    /// The shapes that the stack can have when the function returns (or jumps to another function), counted from the stack pointer at <paramref name="pc"/>:
    /// how far above it the return address is. For code whose start is not known.
    /// </summary>
    public static IReadOnlyList<StackShape> ShapesAtEnd(CodeContext context, AddressRange[] code, VirtualAddress pc)
    {
        var analysis = new CodeAnalysis(context, code);
        analysis.Run(pc.Value, StackShape.Midway, (in Instruction i, StackShape shape) =>
        {
            bool leaves = i.FlowControl == FlowControl.UnconditionalBranch && IsFunction(context, new VirtualAddress(i.NearBranchTarget));
            if (leaves || i.Mnemonic == Mnemonic.Ret) analysis.Answer(shape);
        });
        return analysis._answers;
    }

    private static bool IsFunction(CodeContext context, VirtualAddress at) => context.FindModule(at)?.Symbols.Find(at)?.Address == at;

    private delegate void Visit(in Instruction instruction, StackShape before);

    private void Run(ulong start, StackShape first, Visit visit)
    {
        _likely.Enqueue((start, first));
        for (int steps = 0; steps < DumpLimits.AnalysedInstructions; steps++)
        {
            if (!_likely.TryDequeue(out var item) && (_answers.Count > 0 || !_unlikely.TryDequeue(out item))) break;
            if (!IsInside(item.At) || !IsNew(item.At, item.Shape) || Decode(item.At) is not { } instruction) continue;
            visit(instruction, item.Shape);
            Follow(instruction, item.Shape.After(instruction, _facts));
        }
    }

    private void Answer(StackShape shape)
    {
        if (!_answers.Contains(shape)) _answers.Add(shape);
    }

    private bool IsInside(ulong at) => Array.Exists(_code, r => r.Contains(new VirtualAddress(at)));

    private bool IsNew(ulong at, StackShape shape)
    {
        if (!_seen.TryGetValue(at, out var shapes)) _seen[at] = shapes = new List<StackShape>(1);
        if (shapes.Count >= MaxShapes || shapes.Contains(shape)) return false;
        shapes.Add(shape);
        return true;
    }

    private Instruction? Decode(ulong at)
    {
        int got = _context.Memory.Read(new VirtualAddress(at), _buffer);
        bool ia32 = _context.Architecture.InstructionSet == InstructionSet.Ia32;
        var decoder = Decoder.Create(ia32 ? 32 : 64, new ByteArrayCodeReader(_buffer, 0, got), at);
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
            case FlowControl.Interrupt:
            case FlowControl.Exception:
                _unlikely.Enqueue((instruction.NextIP, after));
                break;
        }
    }
}
