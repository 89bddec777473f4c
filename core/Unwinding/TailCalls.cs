using Iced.Intel;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Whether a call can have led to a frame: its target is the frame's function, or a function that ends in a jump to it.</summary>
internal sealed class TailCalls
{
    /// <summary>Functions in a chain of jumps. Compilers seldom make more than two.</summary>
    private const int MaxChain = 3;

    /// <summary>Code of one function that is looked at for jumps out of it.</summary>
    private const int MaxFunctionBytes = 64 * 1024;

    private readonly CodeContext _context;
    private readonly AddressRange[] _code;
    private readonly HashSet<ulong> _seen = [];

    private TailCalls(CodeContext context, AddressRange[] code)
    {
        _context = context;
        _code = code;
    }

    /// <summary>Whether the call before <paramref name="returnAddress"/> can have led into <paramref name="code"/>; false where no call stands there.</summary>
    /// <param name="context">Where both are.</param>
    /// <param name="returnAddress">The return address.</param>
    /// <param name="code">The ranges of the function that was called, or empty where they are not known.</param>
    public static bool CanLead(CodeContext context, VirtualAddress returnAddress, AddressRange[] code)
    {
        if (CallSite.Before(context, returnAddress) is not { } call) return false;
        return call.Target is not { } target || code.Length == 0 || new TailCalls(context, code).Reaches(target, MaxChain);
    }

    /// <summary>
    /// Whether the function that holds <paramref name="returnAddress"/> calls into <paramref name="code"/> from another place. Registers that a CPU saved of
    /// itself (Xen's crash notes) are older than its stack: the caller has gone on since, and its next call has put another return address in the same slot.
    /// </summary>
    public static bool CallerAlsoCalls(CodeContext context, VirtualAddress returnAddress, AddressRange[] code)
    {
        if (code.Length == 0 || CallSite.Before(context, returnAddress) is null) return false;
        var calls = new TailCalls(context, code);
        return calls.CallsIn(FunctionExtent.Of(context, returnAddress - 1).Code).Exists(t => calls.Reaches(t, MaxChain));
    }

    private List<VirtualAddress> CallsIn(AddressRange[] own)
    {
        var found = new List<VirtualAddress>();
        foreach (var range in own)
            foreach (var instruction in Decode(range))
                if (instruction.FlowControl == FlowControl.Call) found.Add(new VirtualAddress(instruction.NearBranchTarget));
        return found;
    }

    private List<Instruction> Decode(AddressRange range)
    {
        byte[] bytes = new byte[Math.Min(range.Length, MaxFunctionBytes)];
        int got = _context.Memory.Read(range.Start, bytes);
        var reader = new ByteArrayCodeReader(bytes, 0, got);
        var decoder = Decoder.Create(_context.Architecture.InstructionSet == InstructionSet.Ia32 ? 32 : 64, reader, range.Start.Value);
        var instructions = new List<Instruction>();
        while (reader.CanReadByte) instructions.Add(decoder.Decode());
        return instructions;
    }

    private bool Reaches(VirtualAddress target, int chain)
    {
        if (Array.Exists(_code, r => r.Contains(target))) return true;
        if (chain == 0 || !_seen.Add(target.Value)) return false;

        // Retpolines: the register says where, as with an indirect call.
        if (_context.FindModule(target)?.Symbols.Find(target) is not { } function) return false;
        if (function.Name.StartsWith("__x86_indirect_thunk", StringComparison.Ordinal)) return true;
        var own = FunctionExtent.Of(_context, target).Code;
        return own.Length > 0 && own[0].Length <= MaxFunctionBytes && JumpsOut(own).Exists(t => t is null || Reaches(t.Value, chain - 1));
    }

    /// <summary>Where the function jumps to outside itself, and what it runs into at its end; null for a jump through a register or memory.</summary>
    private List<VirtualAddress?> JumpsOut(AddressRange[] own)
    {
        var found = new List<VirtualAddress?>();
        foreach (var range in own)
        {
            var last = FlowControl.Next;
            foreach (var instruction in Decode(range))
            {
                last = instruction.FlowControl;
                if (last == FlowControl.IndirectBranch) found.Add(null);
                if (last is not (FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch)) continue;
                var target = new VirtualAddress(instruction.NearBranchTarget);
                if (!Array.Exists(own, r => r.Contains(target))) found.Add(target);
            }

            if (last is FlowControl.Next or FlowControl.ConditionalBranch) found.Add(range.End);
        }

        return found;
    }
}
