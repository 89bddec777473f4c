namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>A call in a function's code: what it calls, how many words it pushed before, and where it returns to, from the function's start.</summary>
public sealed record KernelCall(KernelFunction Callee, int Pushed, int Return);

/// <summary>
/// A function with machine code as the compilers of Solaris kernels made it: a frame pointer always, on i386 arguments that are pushed and popped by the caller, on
/// amd64 arguments that are stored below the frame pointer on entry where it was compiled so.
/// </summary>
public sealed class KernelFunction(string module, string name, int arguments)
{
    /// <summary>The module's name.</summary>
    public string Module { get; } = module;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Words that it takes.</summary>
    public int Arguments { get; } = arguments;

    /// <summary>Whether it stores its arguments on entry (amd64).</summary>
    public bool StoresArguments { get; init; }

    /// <summary>Where it is; 0 until the code was placed.</summary>
    public ulong Address { get; internal set; }

    /// <summary>Its code; empty until then.</summary>
    public byte[] Code { get; internal set; } = [];

    /// <summary>Bytes of its local variables, on demand of the test; 0 for what the dice say.</summary>
    public int Locals { get; internal set; }

    /// <summary>Bytes from its frame pointer down to the stack pointer in its body.</summary>
    public int FrameBytes { get; internal set; }

    /// <summary>Instructions at the end of its body, such as one that faults; <see cref="MarkAt"/> is where they begin.</summary>
    public byte[] Mark { get; internal set; } = [];

    /// <summary>From the function's start.</summary>
    public int MarkAt { get; internal set; }

    /// <summary>Whether it saves registers on entry; null for what the dice say.</summary>
    public bool? SavesRegisters { get; internal set; }

    /// <summary>Where it saves the first of them, right below its local variables; 0 where it saves none.</summary>
    public int SaveAt { get; internal set; }

    /// <summary>Bytes of its local variables and stored arguments: from its frame pointer down to the first saved register.</summary>
    public int LocalBytes { get; internal set; }

    /// <summary>Where its body begins, behind what sets the frame up.</summary>
    public int BodyAt { get; internal set; }

    /// <summary>Its calls.</summary>
    public IReadOnlyList<KernelCall> Calls => CallList;

    internal List<KernelCall> CallList { get; } = [];

    /// <summary>What it calls, in order: through a pointer, or not.</summary>
    internal List<(KernelFunction Callee, bool Indirect)> Callees { get; } = [];

    /// <summary>Code that is written by hand; null where the writer makes it.</summary>
    internal byte[]? Raw { get; set; }

    /// <summary>The call of a function.</summary>
    public KernelCall CallOf(KernelFunction callee) => CallList.First(c => c.Callee == callee);

    /// <inheritdoc/>
    public override string ToString() => $"{Module}`{Name}";
}
