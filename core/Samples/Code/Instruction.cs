namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>General registers by their x86 encoding; 32-bit code uses the first eight as eax … edi.</summary>
internal enum Reg : byte
{
    Rax, Rcx, Rdx, Rbx, Rsp, Rbp, Rsi, Rdi, R8, R9, R10, R11, R12, R13, R14, R15,
}

/// <summary>The instruction forms that the samples' code is made of.</summary>
internal enum Op
{
    Push,
    Pop,
    PushFlags,
    PushNumber,
    Move,
    MoveNumber,
    MoveFromCr2,

    /// <summary>A full word from [B + Value].</summary>
    Load,

    /// <summary>A full word to [A + Value].</summary>
    Store,

    /// <summary>The low 32 bits of B to [A + Value].</summary>
    StoreHalf,

    /// <summary>32 bits of Extra to [A + Value].</summary>
    StoreNumber,

    /// <summary>A = B + Value.</summary>
    AddressOf,

    /// <summary>A = the address of the symbol, plus Value.</summary>
    AddressOfSymbol,

    /// <summary>A = the word at the symbol.</summary>
    LoadSymbol,
    Add,
    Subtract,
    And,
    Or,
    Test,
    Clear,
    Not,
    Call,
    CallRegister,
    Jump,
    JumpIfZero,
    JumpIfNotZero,
    Return,
    Halt,

    /// <summary>A guest's call of its hypervisor: <c>syscall</c>, from 32-bit code <c>int 0x82</c>.</summary>
    Hypercall,
    EnableInterrupts,
    DisableInterrupts,
    Pause,
    NoOperation,
    Undefined,
}

/// <summary>One instruction before it is encoded.</summary>
/// <param name="Op">What it does.</param>
/// <param name="A">The first register operand: the one written, or the base of the memory written.</param>
/// <param name="B">The second one.</param>
/// <param name="Value">The immediate or the displacement.</param>
/// <param name="Target">The symbol, or the label of the same function.</param>
/// <param name="Extra">A second immediate.</param>
internal readonly record struct Instruction(Op Op, Reg A = Reg.Rax, Reg B = Reg.Rax, long Value = 0, string? Target = null, int Extra = 0);
