namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>The functions of a kernel: who calls whom, their machine code, and where it is.</summary>
public sealed class KernelCode(int wordSize, Random random)
{
    private readonly Dictionary<string, KernelFunction> _functions = [];
    private readonly List<(KernelFunction In, int At, KernelFunction To)> _relative = [];

    /// <summary>Every function, in the order in which they were named.</summary>
    public IEnumerable<KernelFunction> Functions => _functions.Values;

    /// <summary>The function that <c>module`name</c> stands for.</summary>
    public KernelFunction this[string name] => _functions[name];

    /// <summary>A function, which is there from now on.</summary>
    public KernelFunction Define(string module, string name, int arguments = 0)
    {
        string key = $"{module}`{name}";
        if (_functions.TryGetValue(key, out var known)) return known;
        bool stores = wordSize == 64 && arguments > 0 && random.Next(4) != 0;
        return _functions[key] = new KernelFunction(module, name, arguments) { StoresArguments = stores };
    }

    /// <summary>
    /// A function whose code is written by hand. Its calls are relative ones, 5 bytes, or through a register: where each ends, from the function's start; the callee is null for one
    /// through a register.
    /// </summary>
    public KernelFunction DefineRaw(string module, string name, byte[] code, params (int Return, KernelFunction? Callee)[] calls)
    {
        var function = Define(module, name);
        function.Raw = code;
        foreach (var (end, callee) in calls)
            if (callee is not null) _relative.Add((function, end - 4, callee));
        return function;
    }

    /// <summary>Makes one function call another.</summary>
    public static void Call(KernelFunction caller, KernelFunction callee, bool indirect = false)
    {
        if (caller.Raw is null && !caller.Callees.Exists(c => c.Callee == callee)) caller.Callees.Add((callee, indirect));
    }

    /// <summary>Makes each call the next.</summary>
    public void Chain(params KernelFunction[] chain)
    {
        for (int i = 0; i + 1 < chain.Length; i++) Call(chain[i], chain[i + 1], chain[i].Module != chain[i + 1].Module && random.Next(3) == 0);
    }

    /// <summary>Makes the code and places it: the functions of a module one behind the other.</summary>
    /// <param name="starts">Where each module's text begins.</param>
    /// <returns>Where each ends.</returns>
    public Dictionary<string, ulong> Lay(IReadOnlyDictionary<string, ulong> starts)
    {
        var ends = new Dictionary<string, ulong>();
        foreach (var function in _functions.Values)
        {
            var made = function.Raw is null ? new FunctionWriter(wordSize, random, function).Make() : ([.. function.Raw], []);
            function.Code = made.Code;
            foreach (var (at, to) in made.Relative) _relative.Add((function, at, to));
            ulong end = ends.GetValueOrDefault(function.Module, starts[function.Module]);
            function.Address = (end + 15) & ~15UL;
            ends[function.Module] = function.Address + (ulong)function.Code.Length + (ulong)random.Next(2, 24);
        }

        foreach (var (function, at, to) in _relative)
        {
            long distance = unchecked((long)(to.Address - (function.Address + (ulong)at + 4)));
            if (wordSize == 64 && distance != (int)distance) throw new InvalidOperationException($"{function} is too far from {to}");
            BitConverter.TryWriteBytes(function.Code.AsSpan(at), unchecked((int)distance));
        }

        return ends;
    }
}
