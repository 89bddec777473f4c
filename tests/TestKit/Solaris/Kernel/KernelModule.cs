namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>A module of the kernel: its text and data, and its symbols.</summary>
public sealed class KernelModule(string name, int id, ulong text, ulong data, Random random)
{
    private readonly List<SolarisSymbol> _variables = [];
    private ulong _data = data;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary><c>mod_id</c>.</summary>
    public int Id { get; } = id;

    /// <summary>Where its text begins.</summary>
    public ulong Text { get; } = text;

    /// <summary>Bytes of its text.</summary>
    public ulong TextSize { get; internal set; }

    /// <summary>Where its data begins.</summary>
    public ulong Data { get; } = data;

    /// <summary>Bytes of its data.</summary>
    public ulong DataSize => _data - Data;

    /// <summary>Its <c>struct modctl</c>.</summary>
    public ulong Control { get; internal set; }

    /// <summary>Its <c>struct module</c>.</summary>
    public ulong Structure { get; internal set; }

    /// <summary>Its symbols as its own table has them, locals first.</summary>
    public IReadOnlyList<SolarisSymbol> Symbols { get; internal set; } = [];

    /// <summary>Its types; null where it has none.</summary>
    public byte[]? Ctf { get; internal set; }

    /// <summary>Its variables so far.</summary>
    public IReadOnlyList<SolarisSymbol> Variables => _variables;

    /// <summary>Where a variable is.</summary>
    public ulong this[string variable] => _variables.First(v => v.Name == variable).Value;

    /// <summary>A variable of its data.</summary>
    public ulong Variable(string variable, int bytes, bool isLocal = false)
    {
        ulong at = (_data + 15) & ~15UL;
        _data = at + (ulong)bytes + ((ulong)random.Next(3) * 16);
        _variables.Add(new SolarisSymbol(variable, at, (ulong)bytes, Type: 1, Bind: (byte)(isLocal ? 0 : 1)));
        return at;
    }

    /// <summary>Whether an address is in its text or data.</summary>
    public bool Contains(ulong address) => address - Text < TextSize || address - Data < DataSize;

    /// <summary>Its functions and variables as a symbol table has them: locals first.</summary>
    internal void MakeSymbols(IEnumerable<KernelFunction> functions)
    {
        var all = functions.Select(f => new SolarisSymbol(f.Name, f.Address, (ulong)f.Code.Length, Type: 2, Bind: 1)).Concat(_variables).ToList();
        all.Insert(0, new SolarisSymbol($"{Name}.c", 0, 0, Type: 4, Bind: 0));
        Symbols = [.. all.Where(s => s.Bind == 0 && s.Value != 0), .. all.Where(s => s.Bind != 0)];
    }
}
