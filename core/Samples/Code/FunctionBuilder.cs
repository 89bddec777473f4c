using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>One instruction of a function, the source line it stands for, and the frame's shape when it starts.</summary>
internal readonly record struct CodeStep(Instruction Instruction, int Line, FrameShape Shape);

/// <summary>A function under construction: instructions, their source lines, and what its debug information declares.</summary>
internal sealed class FunctionBuilder
{
    private readonly int _word;
    private readonly List<Reg> _pushed = [];
    private FrameShape _shape;
    private FrameShape? _body;
    private int _line;
    private int _locals;
    private bool _framePointer;

    public FunctionBuilder(string name, string file, int line, bool is64)
    {
        Name = name;
        File = file;
        DeclarationLine = _line = line;
        _word = is64 ? 8 : 4;
        _shape = FrameShape.AtEntry(_word);
    }

    public string Name { get; }

    /// <summary>Source file, relative to the build's folder.</summary>
    public string File { get; }

    public int DeclarationLine { get; }

    /// <summary>Assembly has no call frame information and no function in its debug information, only lines.</summary>
    public bool IsAssembly { get; init; }

    /// <summary>Nobody called it: its frame is the outermost.</summary>
    public bool IsOutermost { get; init; }

    public bool IsStatic { get; init; }

    public List<CodeStep> Steps { get; } = [];

    /// <summary>Labels by name: the index of the step behind.</summary>
    public Dictionary<string, int> Labels { get; } = [];

    public List<SampleVariable> Variables { get; } = [];

    public List<InlinedCall> Inlined { get; } = [];

    /// <summary>What it returns; null for nothing.</summary>
    public SampleType? Returns { get; init; }

    /// <summary>Bytes from the stack pointer of the body up to the canonical frame address.</summary>
    public int FrameBytes => (_body ?? _shape).Depth ?? throw new InvalidOperationException($"{Name} has no frame of a constant size");

    public FunctionBuilder Line(int line)
    {
        _line = line;
        return this;
    }

    public FunctionBuilder Label(string name)
    {
        Labels.Add(name, Steps.Count);
        return this;
    }

    public FunctionBuilder Do(Op op, Reg a = Reg.Rax, Reg b = Reg.Rax, long value = 0, string? target = null)
    {
        var instruction = new Instruction(op, a, b, value, target);
        Steps.Add(new CodeStep(instruction, _line, _shape));
        _shape = _shape.After(instruction, _word);
        if (op is Op.Return && _body is not null) _shape = _body;
        return this;
    }

    /// <summary>32 bits of a number to memory.</summary>
    public FunctionBuilder StoreNumber(Reg at, long offset, int number)
    {
        Steps.Add(new CodeStep(new Instruction(Op.StoreNumber, at, Value: offset, Extra: number), _line, _shape));
        return this;
    }

    public FunctionBuilder Load(Reg to, Reg from, long offset) => Do(Op.Load, to, from, offset);

    public FunctionBuilder Store(Reg at, long offset, Reg from) => Do(Op.Store, at, from, offset);

    /// <summary>Saves registers and makes room, as a compiler does at a function's start.</summary>
    public FunctionBuilder Prologue(int locals, params ReadOnlySpan<Reg> saved)
    {
        foreach (var register in saved)
        {
            Do(Op.Push, register);
            _pushed.Add(register);
        }

        return Reserve(locals);
    }

    /// <summary>The same with a frame pointer.</summary>
    public FunctionBuilder FramePrologue(int locals, params ReadOnlySpan<Reg> saved)
    {
        _framePointer = true;
        Do(Op.Push, Reg.Rbp).Do(Op.Move, Reg.Rbp, Reg.Rsp);
        return Prologue(locals, saved);
    }

    /// <summary>Undoes the prologue and returns.</summary>
    public FunctionBuilder Epilogue()
    {
        if (_locals > 0) Do(Op.Add, Reg.Rsp, value: _locals);
        for (int i = _pushed.Count - 1; i >= 0; i--) Do(Op.Pop, _pushed[i]);
        if (_framePointer) Do(Op.Pop, Reg.Rbp);
        return Do(Op.Return);
    }

    public FunctionBuilder Call(string function) => Do(Op.Call, target: function);

    public FunctionBuilder Set(Reg register, long value) => Do(Op.MoveNumber, register, value: value);

    public FunctionBuilder Copy(Reg to, Reg from) => Do(Op.Move, to, from);

    /// <summary>Puts NUL-terminated text into memory, a word at a time.</summary>
    public FunctionBuilder StoreText(int offset, string text, Reg at = Reg.Rsp)
    {
        byte[] bytes = new byte[(text.Length / _word + 1) * _word];
        System.Text.Encoding.ASCII.GetBytes(text, bytes);
        for (int i = 0; i < bytes.Length; i += _word)
        {
            long word = _word == 8 ? BitConverter.ToInt64(bytes, i) : BitConverter.ToUInt32(bytes, i);
            Set(Reg.Rax, word).Do(Op.Store, at, Reg.Rax, offset + i);
        }

        return this;
    }

    /// <summary>A local variable, <paramref name="offset"/> bytes above the stack pointer of the body.</summary>
    public FunctionBuilder Local(string name, SampleType type, int offset)
    {
        Variables.Add(new SampleVariable(name, type, DeclarationLine, IsParameter: false, FrameOffset: offset - FrameBytes));
        return this;
    }

    /// <summary>A variable that is in a register from the next instruction on, and nowhere before.</summary>
    public FunctionBuilder InRegister(string name, SampleType type, Reg register, bool isParameter)
    {
        Variables.Add(new SampleVariable(name, type, DeclarationLine, isParameter, Register: register, FromStep: Steps.Count));
        return this;
    }

    /// <summary>A variable that the compiler has removed.</summary>
    public FunctionBuilder Gone(string name, SampleType type, bool isParameter)
    {
        Variables.Add(new SampleVariable(name, type, DeclarationLine, isParameter));
        return this;
    }

    /// <summary>Code of another function that the compiler has put here.</summary>
    public FunctionBuilder Inline(string name, string file, int declarationLine, int callLine, Action<FunctionBuilder> body)
    {
        int start = Steps.Count;
        int line = _line;
        body(this);
        _line = line;
        Inlined.Add(new InlinedCall(name, file, declarationLine, callLine, start, Steps.Count));
        return this;
    }

    private FunctionBuilder Reserve(int locals)
    {
        _locals = locals;
        if (locals > 0) Do(Op.Subtract, Reg.Rsp, value: locals);
        _body = _shape;
        return this;
    }
}
