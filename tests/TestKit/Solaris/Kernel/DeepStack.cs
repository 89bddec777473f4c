namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// A kernel thread whose stack is too small for what it calls: functions with large local variables, the last of which lowers the stack pointer below the stack's first page and faults
/// where it saves its first register.
/// </summary>
internal sealed class DeepStack
{
    private readonly SolarisKernelBuilder _kernel;
    private readonly KernelFunction[] _chain;

    /// <summary>Names the functions, before their code is placed.</summary>
    public DeepStack(SolarisKernelBuilder kernel)
    {
        _kernel = kernel;
        var functions = kernel.Functions;
        var depths = functions.Depths[kernel.Random.Next(functions.Depths.Count)].Skip(3).ToArray();
        var start = functions.Code.Define(depths[0].Module, $"{kernel.Names.Next()}_thread", 1);
        _chain = [start, .. depths];
        functions.Code.Chain(_chain);
        foreach (var big in depths)
        {
            big.Locals = ((StackBytes / depths.Length) + 32) & ~15;
            big.SavesRegisters = true;
        }
    }

    /// <summary>The thread, which runs.</summary>
    public BuiltThread Thread { get; private set; } = null!;

    /// <summary>Its stack, up to the function that faulted.</summary>
    public KernelStack Stack { get; private set; } = null!;

    /// <summary>The instruction that faulted.</summary>
    public ulong Pc { get; private set; }

    /// <summary>The stack pointer there.</summary>
    public ulong Sp { get; private set; }

    /// <summary>What it could not write.</summary>
    public ulong FaultAddress => Sp - (ulong)_kernel.Memory.Word;

    private int StackBytes => (_kernel.Options.StackPages > 0 ? _kernel.Options.StackPages : _kernel.Is64 ? 5 : _kernel.Options.Is2007 ? 2 : 3) * SolarisMemoryImage.PageSize;

    /// <summary>Runs the thread until its stack is full.</summary>
    public void Fill()
    {
        Thread = _kernel.Tasks.KernelThread(_kernel.Processes[0], _chain[0], BuiltThreadState.OnProc, 60);
        Thread.Cpu = _kernel.Random.Next(_kernel.Cpus.Count);
        _kernel.Cpus[Thread.Cpu].Running = Thread;
        Stack = _kernel.Tasks.StackOf(Thread);
        foreach (var function in _chain.Skip(1))
        {
            Stack.Call(function);
            Sp = Stack.Fp - (ulong)function.LocalBytes;
            if (Sp - (ulong)_kernel.Memory.Word < Thread.StackBase) break;
        }

        if (Sp > Thread.StackBase || Stack.Fp < Thread.StackBase) throw new InvalidOperationException("the stack did not run over");
        Pc = Stack.Function.Address + (ulong)Stack.Function.SaveAt;
        Stack.At(Pc);
    }
}
