using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Unwinding;
using Op = XenDumpAdapter.GdbStub.SymbolFiles.RuleExpression.Op;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>
/// How the caller of a function is found, as DWARF says it (DWARF 5, 6.4). Kernels keep frame pointers. So does Xen, and where its entry code saved the record of an exception
/// the chain runs into the complement of the address of the saved frame pointer in that record (SAVE_ALL and friends of xen/arch/x86): then the caller is
/// an artificial function, whose own rules read the record.
/// </summary>
/// <param name="architecture">The architecture.</param>
/// <param name="hypervisorCode">The hypervisor's functions, from the first to one past the last: what a return address into its entry code is in. Null without a hypervisor.</param>
/// <param name="exceptionFrame">A pc in the artificial function.</param>
internal sealed class FrameRules(Architecture architecture, (ulong First, ulong Length)? hypervisorCode, ulong exceptionFrame)
{
    /// <summary>Bytes of the largest stack of the hypervisor: an inverted pointer points up within its own.</summary>
    private const ulong LargestStack = 0x8000;

    // Numbers of registers: System V psABI, i386 (2.4.2: eax ecx edx ebx esp ebp esi edi eip eflags) and amd64 (3.6.2).
    private static readonly (string Name, int Number)[] Ia32 =
        [("rax", 0), ("rcx", 1), ("rdx", 2), ("rbx", 3), ("rbp", 5), ("rsi", 6), ("rdi", 7), ("rip", 8), ("rflags", 9)];

    private static readonly (string Name, int Number)[] Amd64 =
    [
        ("rax", 0), ("rdx", 1), ("rcx", 2), ("rbx", 3), ("rsi", 4), ("rdi", 5), ("rbp", 6), ("r8", 8), ("r9", 9), ("r10", 10), ("r11", 11), ("r12", 12), ("r13", 13),
        ("r14", 14), ("r15", 15), ("rip", 16), ("rflags", 49),
    ];

    // In both, the six selectors follow each other; fs.base and gs.base are amd64's.
    private static readonly string[] Selectors = ["es", "cs", "ss", "ds", "fs", "gs"];
    private const int FirstSelector32 = 40, FirstSelector64 = 50, FsBase = 58, GsBase = 59;

    private readonly int _word = architecture.PointerSize;
    private readonly bool _is32 = architecture.InstructionSet == InstructionSet.Ia32;

    private (string Name, int Number)[] Registers => _is32 ? Ia32 : Amd64;

    /// <summary>DWARF's number of the stack pointer.</summary>
    public int Sp => _is32 ? 4 : 7;

    /// <summary>DWARF's number of the frame pointer.</summary>
    public int Fp => _is32 ? 5 : 6;

    /// <summary>DWARF's number of the return address.</summary>
    public int Pc => _is32 ? 8 : 16;

    /// <summary>Rules of a kernel's function that has its frame.</summary>
    public void Kernel(LittleEndianBuffer code)
    {
        Cfa(code, Fp, 2 * _word);
        Saved(code, Pc, 1);
        Saved(code, Fp, 2);
        Lost(code);
    }

    /// <summary>Rules of a function of the hypervisor that has its frame.</summary>
    public void Hypervisor(LittleEndianBuffer code)
    {
        Expression(code, CallFrameOp.DefCfaExpression, null, Marked().Do(Op.Dup).Jump("end", true).Do(Op.Drop).Register(Fp, 2 * _word).Label("end"));
        Expression(code, CallFrameOp.ValExpression, Pc, Marked().Jump("record", true).Load(Fp, _word).Jump("end").Label("record").Address(exceptionFrame).Label("end"));
        Expression(code, CallFrameOp.ValExpression, Fp, Marked().Do(Op.Dup).Jump("end", true).Do(Op.Drop).Load(Fp).Label("end"));
        Lost(code);
    }

    /// <summary>Rules of the artificial function: its frame pointer is the address of the one in a <c>cpu_user_regs</c>.</summary>
    public void Record(LittleEndianBuffer code)
    {
        var layout = new UserRegsLayout(architecture);
        long From(string member) => layout.Offset(member) - layout.Rbp;
        var sp = new RuleExpression(_word);

        // A 32-bit processor pushes no stack pointer where the ring stays: the interrupted one is where that would be.
        if (_is32) sp.Register(Fp, From("rsp")).Load(Fp, From("cs")).Constant(3).Do(Op.And, Op.Zero, Op.Eq).Jump("end", true).Do(Op.Deref).Label("end");
        else sp.Load(Fp, From("rsp"));
        Expression(code, CallFrameOp.DefCfaExpression, null, sp);
        foreach (var (name, number) in Registers) Expression(code, CallFrameOp.Expression, number, new RuleExpression(_word).Register(Fp, From(name)));
        for (int i = 0; i < Selectors.Length; i++)
            Expression(code, CallFrameOp.ValExpression, (_is32 ? FirstSelector32 : FirstSelector64) + i, Selector(Selectors[i], (_is32 ? FirstSelector32 : FirstSelector64) + i, From));
        if (_is32) return;
        Undefined(code, FsBase);
        Undefined(code, GsBase);
    }

    // Data selectors are saved of guests only; the stack's is pushed by an amd64 processor always. What was not saved was not changed either.
    private RuleExpression Selector(string name, int number, Func<string, long> from)
    {
        var value = new RuleExpression(_word);
        if (name == "cs" || (name == "ss" && !_is32)) return value.Load(Fp, from(name)).Constant(ushort.MaxValue).Do(Op.And);
        return value.Load(Fp, from("cs")).Constant(3).Do(Op.And).Jump("saved", true).HighRegister(number).Jump("end")
            .Label("saved").Load(Fp, from(name)).Constant(ushort.MaxValue).Do(Op.And).Label("end");
    }

    /// <summary>
    /// Rules of a function that begins with <c>push %ebp; mov %esp,%ebp</c>, before and between the two; then those of its kind. <c>mov</c> has two bytes, three on amd64.
    /// </summary>
    public void Prologue(LittleEndianBuffer code)
    {
        code.U8((int)CallFrameOp.RememberState);
        AtEntry(code);
        code.U8((int)CallFrameOp.AdvanceLoc + 1);
        Cfa(code, Sp, 2 * _word);
        Saved(code, Fp, 2);
        code.U8((int)CallFrameOp.AdvanceLoc + (_is32 ? 2 : 3));
        code.U8((int)CallFrameOp.RestoreState);
    }

    /// <summary>Rules of a function that nothing calls: an undefined return address.</summary>
    public void Outermost(LittleEndianBuffer code) => Undefined(code, Pc);

    // Where a function keeps its caller's other registers only its code tells.
    private void Lost(LittleEndianBuffer code)
    {
        foreach (var (_, number) in Registers)
            if (number != Fp && number != Pc) Undefined(code, number);
    }

    private static void Undefined(LittleEndianBuffer code, int register)
    {
        code.U8((int)CallFrameOp.Undefined);
        code.Unsigned((ulong)register);
    }

    /// <summary>Rules of what traps enter: the chain of frame pointers leads over the registers that it saved, but the interrupted stack pointer is not known from that.</summary>
    public void TrapEntry(LittleEndianBuffer code) => Undefined(code, Sp);

    private void AtEntry(LittleEndianBuffer code)
    {
        Cfa(code, Sp, _word);
        Saved(code, Pc, 1);
        code.U8((int)CallFrameOp.SameValue);
        code.Unsigned((ulong)Fp);
    }

    /// <summary>
    /// Pushes the address that an inverted frame pointer means, or 0 where there is none: the function's own (entry code that called), or the one that it saved, unless the word
    /// above that is a return address, which makes the entry code a frame of its own.
    /// </summary>
    private RuleExpression Marked()
    {
        if (hypervisorCode is not var (first, length)) return new RuleExpression(_word).Do(Op.Zero);
        ulong near = LargestStack - (ulong)_word;
        return new RuleExpression(_word)
            .Register(Fp).Do(Op.Not, Op.Dup).Register(Sp).Do(Op.Minus).Constant(near).Do(Op.Not, Op.And, Op.Zero, Op.Eq).Jump("marked", true)
            .Do(Op.Drop).Load(Fp).Do(Op.Not, Op.Dup).Register(Fp).Do(Op.Minus).Constant(near).Do(Op.Not, Op.And).Jump("none", true)
            .Load(Fp, _word).Address(first).Do(Op.Minus, Op.Dup, Op.Zero, Op.Ge, Op.Swap).Constant(length).Do(Op.Lt, Op.And, Op.Zero, Op.Eq).Jump("marked", true)
            .Label("none").Do(Op.Drop, Op.Zero)
            .Label("marked");
    }

    private static void Cfa(LittleEndianBuffer code, int register, int offset)
    {
        code.U8((int)CallFrameOp.DefCfa);
        code.Unsigned((ulong)register);
        code.Unsigned((ulong)offset);
    }

    // The data alignment factor is one word downwards.
    private static void Saved(LittleEndianBuffer code, int register, int words)
    {
        code.U8((int)CallFrameOp.Offset + register);
        code.Unsigned((ulong)words);
    }

    private static void Expression(LittleEndianBuffer code, CallFrameOp operation, int? register, RuleExpression expression)
    {
        byte[] bytes = expression.ToArray();
        code.U8((int)operation);
        if (register is { } number) code.Unsigned((ulong)number);
        code.Unsigned((ulong)bytes.Length);
        code.Bytes(bytes);
    }

    /// <summary>Call frame instructions (DW_CFA_*, DWARF 5, 7.24).</summary>
    private enum CallFrameOp
    {
        Undefined = 0x07,
        SameValue = 0x08,
        RememberState = 0x0a,
        RestoreState = 0x0b,
        DefCfa = 0x0c,
        DefCfaExpression = 0x0f,
        Expression = 0x10,
        ValExpression = 0x16,
        AdvanceLoc = 0x40,
        Offset = 0x80,
    }
}
