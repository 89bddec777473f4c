using Iced.Intel;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Arguments that an amd64 function stored below its frame pointer on entry, as Solaris' compilers do when told to save arguments: the first at -8(%rbp), the next below it,
/// by moves in either order, or by pushes right after the frame pointer was set up. They are never changed later.
/// </summary>
/// <param name="Registers">How many arguments that came in registers were stored, from the first without a gap.</param>
/// <param name="Skipped">Words that stand above them: 1 for the address of a structure to return, where that was stored too.</param>
internal readonly record struct SavedArguments(int Registers, int Skipped)
{
    /// <summary>Bytes of a function that are looked at: compilers store arguments before anything else.</summary>
    private const int PrologueBytes = 256;

    private const int InRegisters = 6;

    private static readonly Register[] Order = [Register.RDI, Register.RSI, Register.RDX, Register.RCX, Register.R8, Register.R9];

    /// <summary>What the frame's function has stored when the frame's pc is reached; null where its code is not in the dump or stores none.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="signature">The function's type, where it is known: then all of its arguments must have been stored.</param>
    public static SavedArguments? Of(Frame frame, FunctionType? signature)
    {
        if (frame.Module?.Symbols.Find(frame.LookupPc) is not { } function) return null;
        ulong ran = unchecked(frame.Pc.Value - function.Address.Value);
        byte[] code = new byte[(int)Math.Min(ran, PrologueBytes)];
        int got = frame.Context.Memory.Read(function.Address, code);
        if (Stores(code.AsMemory(0, got).ToArray(), function.Address.Value) is not { } stores) return null;
        bool returnsStructure = signature is not null && ReturnsStructure(signature);
        int? expected = signature is null ? null : Math.Min(signature.Parameters.Count, InRegisters - (returnsStructure ? 1 : 0));
        if (expected == 0) return null;
        if (!returnsStructure) return Run(stores, 0, 0) is > 0 and var run && run >= (expected ?? 1) ? new SavedArguments(expected ?? run, 0) : null;

        // The address of the result came first: some compilers store it as if it were an argument, others leave it out.
        if (Run(stores, 0, 0) > expected) return new SavedArguments(expected!.Value, 1);
        return Run(stores, 1, 1) >= expected ? new SavedArguments(expected!.Value, 0) : null;
    }

    /// <summary>Registers that stand at their places without a gap, from the one with number <paramref name="first"/> on, if that one stands at the first place but <paramref name="offset"/>.</summary>
    private static int Run(Dictionary<long, Register> stores, int first, int offset)
    {
        int run = 0;
        while (first + run < InRegisters && stores.TryGetValue(-8 * (first + run + 1 - offset), out var stored) && stored == Order[first + run]) run++;
        return run;
    }

    /// <summary>Which argument register stands where below the frame pointer; null where the function sets none up first.</summary>
    private static Dictionary<long, Register>? Stores(byte[] code, ulong start)
    {
        var reader = new ByteArrayCodeReader(code);
        var decoder = Decoder.Create(64, reader, start);
        var stores = new Dictionary<long, Register>();
        var changed = new HashSet<Register>();
        var facts = new InstructionInfoFactory();
        bool hasFrame = false, pushing = false;
        long depth = 0;
        while (reader.CanReadByte)
        {
            var i = decoder.Decode();
            if (i.IsInvalid || i.FlowControl is FlowControl.Return or FlowControl.IndirectBranch or FlowControl.UnconditionalBranch) break;
            if (i.Mnemonic == Mnemonic.Mov && i.Op0Register == Register.RBP && i.Op1Register == Register.RSP)
            {
                hasFrame = pushing = true;
                continue;
            }

            if (!hasFrame) continue;
            if (pushing && i.Mnemonic == Mnemonic.Push && i.Op0Kind == OpKind.Register)
            {
                depth -= 8;
                if (!changed.Contains(i.Op0Register)) stores.TryAdd(depth, i.Op0Register);
                continue;
            }

            pushing = false;
            if (IsStore(i) && !changed.Contains(i.Op1Register)) stores.TryAdd(unchecked((long)i.MemoryDisplacement64), i.Op1Register);
            if (i.FlowControl is FlowControl.Call or FlowControl.IndirectCall) break;
            foreach (var used in facts.GetInfo(i, InstructionInfoOptions.NoMemoryUsage).GetUsedRegisters())
                if (used.Access is OpAccess.Write or OpAccess.ReadWrite or OpAccess.CondWrite or OpAccess.ReadCondWrite) changed.Add(used.Register.GetFullRegister());
        }

        return hasFrame ? stores : null;
    }

    private static bool IsStore(in Instruction i) =>
        i.Mnemonic == Mnemonic.Mov && i.Op0Kind == OpKind.Memory && i.Op1Kind == OpKind.Register && i.MemoryBase == Register.RBP && i.MemoryIndex == Register.None && Array.IndexOf(Order, i.Op1Register) >= 0;

    /// <summary>Whether the result is a structure that the caller has to make room for: the address of that room comes before the arguments.</summary>
    private static bool ReturnsStructure(FunctionType type) => type.Result.Strip() is AggregateType { Size: > 16 };
}
