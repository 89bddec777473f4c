namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>A frame as it must be shown.</summary>
/// <param name="Function">The function.</param>
/// <param name="Pc">The address that it runs at, or returns to.</param>
/// <param name="Fp">Its frame pointer.</param>
/// <param name="Arguments">Its arguments; null where nothing in the dump tells them.</param>
public sealed record ExpectedFrame(KernelFunction Function, ulong Pc, ulong Fp, IReadOnlyList<ulong>? Arguments)
{
    /// <summary>The function's module.</summary>
    public string Module => Function.Module;

    /// <summary>Bytes from the function's start.</summary>
    public ulong Offset => Pc - Function.Address;

    /// <inheritdoc/>
    public override string ToString() => $"{Fp:x} {Function}+0x{Offset:x}({(Arguments is null ? "" : string.Join(", ", Arguments.Select(a => $"{a:x}")))})";
}

/// <summary>A stack as calls fill it, from its top down: arguments, return addresses, frame pointers, the registers of a trap.</summary>
public sealed class KernelStack
{
    private const int InRegisters = 6;

    private readonly KernelMemory _memory;
    private readonly List<(KernelFunction Function, ulong Fp, IReadOnlyList<ulong>? Arguments, ulong? Pc)> _frames = [];
    private ulong _sp;

    /// <summary>A stack whose outermost frame is that of a function.</summary>
    public KernelStack(KernelMemory memory, KernelFunction outermost, ulong fp, ulong sp)
    {
        _memory = memory;
        _frames.Add((outermost, fp, null, null));
        _sp = sp;
    }

    /// <summary>The innermost frame's function.</summary>
    public KernelFunction Function => _frames[^1].Function;

    /// <summary>The innermost frame's frame pointer.</summary>
    public ulong Fp => _frames[^1].Fp;

    /// <summary>The stack pointer in the innermost frame's body.</summary>
    public ulong Sp => _sp;

    /// <summary>Calls a function.</summary>
    public KernelStack Call(KernelFunction callee, params ulong[] arguments) => Call(callee, Function.CallOf(callee), arguments);

    /// <summary>Calls a function from code that was written by hand.</summary>
    /// <param name="return">Where it returns to, from the start of the innermost frame's function.</param>
    /// <param name="callee">The function.</param>
    /// <param name="pushed">Words that were pushed for it and are popped at the return address.</param>
    /// <param name="arguments">What it was given.</param>
    public KernelStack CallFrom(int @return, KernelFunction callee, int pushed, params ulong[] arguments) => Call(callee, new KernelCall(callee, pushed, @return), arguments);

    /// <summary>The registers of a trap are on the stack, and entry code made a frame of them: <c>struct regs</c> begins with a frame pointer and a pc.</summary>
    /// <param name="entry">The entry code.</param>
    /// <param name="pc">Where the innermost frame was.</param>
    /// <param name="regs">Where the registers are.</param>
    public KernelStack Trap(KernelFunction entry, ulong pc, ulong regs)
    {
        _frames[^1] = _frames[^1] with { Pc = pc };
        _frames.Add((entry, regs, null, null));
        _sp = regs;
        return this;
    }

    /// <summary>The stack goes on elsewhere: the next call's frame is below that.</summary>
    public KernelStack Move(ulong sp)
    {
        _sp = sp;
        return this;
    }

    /// <summary>Says where the innermost frame is.</summary>
    public KernelStack At(ulong pc)
    {
        _frames[^1] = _frames[^1] with { Pc = pc };
        return this;
    }

    /// <summary>The frames, innermost first.</summary>
    public IReadOnlyList<ExpectedFrame> Frames() =>
        [.. _frames.AsEnumerable().Reverse().Select(f => new ExpectedFrame(f.Function, f.Pc ?? throw new InvalidOperationException($"nothing says where {f.Function} is"), f.Fp, f.Arguments))];

    private KernelStack Call(KernelFunction callee, KernelCall site, ulong[] arguments)
    {
        int word = _memory.Word;
        if (arguments.Length == 0 || site.Pushed > arguments.Length) arguments = [.. Enumerable.Range(0, callee.Arguments).Select(i => callee.Address + (ulong)(i * 64))];
        if (word == 8 && site.Pushed % 2 != 0) _sp -= 8;
        for (int i = arguments.Length - 1; i >= arguments.Length - site.Pushed; i--) Push(arguments[i]);
        ulong @return = Function.Address + (ulong)site.Return;
        _frames[^1] = _frames[^1] with { Pc = @return };
        Push(@return);
        Push(Fp);
        ulong fp = _sp;
        bool stored = word == 8 && callee.StoresArguments;
        if (stored)
            for (int i = 0; i < Math.Min(callee.Arguments, InRegisters); i++) _memory.WordAt(fp - (8 * (ulong)(i + 1)), arguments[i]);
        _frames.Add((callee, fp, stored ? arguments[..callee.Arguments] : word == 4 && site.Pushed > 0 ? arguments[..site.Pushed] : null, null));
        _sp = fp - (ulong)callee.FrameBytes;
        return this;
    }

    private void Push(ulong value)
    {
        _sp -= (ulong)_memory.Word;
        _memory.WordAt(_sp, value);
    }
}
