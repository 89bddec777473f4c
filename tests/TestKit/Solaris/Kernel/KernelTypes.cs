using System.Globalization;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Writes measured structures as CTF: members of other structures, pointers to them, arrays and numbers.</summary>
internal sealed class KernelTypes
{
    private const int Signed = 1, Character = 2;

    private readonly KernelFacts _facts;
    private readonly int _word;
    private readonly CtfWriter _writer;
    private readonly Dictionary<string, uint> _known = [];

    private KernelTypes(KernelFacts facts, int wordBytes, CtfWriter writer) => (_facts, _word, _writer) = (facts, wordBytes, writer);

    /// <summary>Names that kernels use for structures (usr/src/uts/common/sys).</summary>
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["kthread_t"] = "_kthread",
        ["cpu_t"] = "cpu",
        ["proc_t"] = "proc",
        ["klwp_t"] = "_klwp",
        ["disp_t"] = "_disp",
        ["dispq_t"] = "dispq",
        ["user_t"] = "user",
        ["lwpchan_t"] = "lwpchan",
        ["queue_t"] = "queue",
        ["mblk_t"] = "msgb",
        ["log_ctl_t"] = "log_ctl",
        ["modctl_t"] = "modctl",
        ["sobj_ops_t"] = "_sobj_ops",
        ["vcpu_runstate_info_t"] = "vcpu_runstate_info",
    };

    /// <summary>A container of its own, such as genunix's or the hypervisor's.</summary>
    public static (byte[] Bytes, KernelTypes Types) Own(KernelFacts facts, int wordBytes, IReadOnlyList<SolarisSymbol> symbols, Func<SolarisSymbol, int?> functions, bool compressed)
    {
        var types = new KernelTypes(facts, wordBytes, new CtfWriter(2) { Compressed = compressed });
        types.Basics();
        foreach (var structure in facts.All) types.Struct(structure.Name);
        foreach (var (alias, structure) in Aliases)
            if (facts.Find(structure) is not null) types._known.TryAdd(alias, types._writer.Typedef(alias, types.Struct(structure)));
        types.Symbols(symbols, functions, null);
        return (types._writer.Label("kit").Build(), types);
    }

    /// <summary>A container whose parent is genunix's: a structure of its own, and the module's symbols.</summary>
    public static byte[] Child(KernelTypes parent, string structure, IReadOnlyList<SolarisSymbol> symbols, Func<SolarisSymbol, int?> functions, bool compressed)
    {
        var types = new KernelTypes(parent._facts, parent._word, new CtfWriter(2, parent: "genunix", parentLabel: "kit") { Compressed = compressed });
        uint link = types._writer.Pointer(parent._known["struct _kthread"]);
        types._writer.Struct(structure, (ulong)(4 * parent._word), new CtfMember("owner", link, 0), new CtfMember("count", parent._known["int"], (ulong)(8 * parent._word)), new CtfMember("next", parent._known["void *"], (ulong)(16 * parent._word)));
        types.Symbols(symbols, functions, parent);
        return types._writer.Build();
    }

    private void Basics()
    {
        _known["int"] = _writer.Integer("int", Signed, 32);
        _known["unsigned int"] = _writer.Integer("unsigned int", 0, 32);
        _known["char"] = _writer.Integer("char", Signed | Character, 8);
        _known["unsigned char"] = _writer.Integer("unsigned char", Character, 8);
        _known["short"] = _writer.Integer("short", Signed, 16);
        _known["unsigned short"] = _writer.Integer("unsigned short", 0, 16);
        _known["long"] = _writer.Integer("long", Signed, 8 * _word);
        _known["unsigned long"] = _writer.Integer("unsigned long", 0, 8 * _word);
        _known["long long"] = _writer.Integer("long long", Signed, 64);
        _known["unsigned long long"] = _writer.Integer("unsigned long long", 0, 64);
        _known["void *"] = _writer.Pointer(0);
        _known["function *"] = _writer.Pointer(_writer.Function(_known["int"]));
        _known["char *"] = _writer.Pointer(_known["char"]);
    }

    /// <summary>What the symbols of a table are: in its order, a type for each variable and for each function.</summary>
    private void Symbols(IReadOnlyList<SolarisSymbol> symbols, Func<SolarisSymbol, int?> functions, KernelTypes? parent)
    {
        var known = (parent ?? this)._known;
        foreach (var symbol in symbols)
        {
            if (symbol.Type == 1) _writer.Object(TypeOf(symbol, known));
            if (symbol.Type != 2) continue;
            if (functions(symbol) is not { } arguments) _writer.NoFunction();
            else _writer.FunctionSymbol(known["int"], [.. Enumerable.Range(0, arguments).Select(i => known[i % 2 == 0 ? "void *" : "unsigned long"])]);
        }
    }

    private static uint TypeOf(SolarisSymbol symbol, Dictionary<string, uint> known) => symbol.Name switch
    {
        "p0" => known.GetValueOrDefault("struct proc"),
        "t0" => known.GetValueOrDefault("struct _kthread"),
        "cpus" or "panic_cpu" => known.GetValueOrDefault("struct cpu"),
        "utsname" => known.GetValueOrDefault("struct utsname"),
        _ when symbol.Size == 4 => known["int"],
        _ => 0,
    };

    private uint Struct(string name)
    {
        string key = "struct " + name;
        if (_known.TryGetValue(key, out uint known)) return known;
        var structure = _facts[name];
        var members = new List<CtfMember>();
        foreach (var member in structure.Members) members.Add(new CtfMember(member.Name, TypeOf(member), (ulong)member.Offset * 8));
        return _known[key] = _writer.Struct(name, (ulong)structure.Bytes, [.. members]);
    }

    private uint TypeOf(FactMember member)
    {
        string type = member.Type;
        if (type.EndsWith('*')) return PointerTo(type.TrimEnd('*', ' '));
        if (type.EndsWith(']'))
        {
            string element = type[..type.IndexOf('[')];
            string counts = type[(type.IndexOf('[') + 1)..type.IndexOf(']')];
            int count = int.Parse(counts, CultureInfo.InvariantCulture);
            uint of = element.EndsWith('*') ? PointerTo(element.TrimEnd('*')) : Number(element, count == 0 ? 1 : member.Bytes / count);
            return _writer.Array(of, _known["unsigned long"], (uint)count);
        }

        if (type == "label_t") return _known.TryGetValue(type, out uint label) ? label : _known[type] = _writer.Typedef("label_t", _writer.Struct("_label_t", (ulong)member.Bytes, new CtfMember("val", _writer.Array(_known["long"], _known["unsigned long"], (uint)(member.Bytes / _word)), 0)));
        string bare = type.StartsWith("struct ", StringComparison.Ordinal) ? type[7..] : Aliases.GetValueOrDefault(type, "");
        if (_facts.Find(bare) is not null) return Struct(bare);
        return member.Bytes is 1 or 2 or 4 or 8 ? Number(type, member.Bytes) : _writer.Array(_known["unsigned char"], _known["unsigned long"], (uint)member.Bytes);
    }

    /// <summary>A number: an integer that every container has, behind its own name where it has one.</summary>
    private uint Number(string name, int bytes)
    {
        bool unsigned = name.StartsWith('u') || name.StartsWith("size", StringComparison.Ordinal) || name.EndsWith("flag_t", StringComparison.Ordinal) || name is "caddr_t" or "symid_t" or "kt_did_t" or "domid_t" or "bool_t";
        string integer = bytes switch { 1 => "char", 2 => "short", 4 => "int", _ => _word == 8 ? "long" : "long long" };
        uint under = _known[unsigned ? "unsigned " + integer : integer];
        if (name == integer || name.Contains(' ', StringComparison.Ordinal) || name is "long" or "char") return under;
        return _known.TryGetValue(name, out uint known) ? known : _known[name] = _writer.Typedef(name, under);
    }

    /// <summary>A pointer; to a structure that is not written yet it goes by way of its name.</summary>
    private uint PointerTo(string type)
    {
        string key = type + " *";
        if (_known.TryGetValue(key, out uint known)) return known;
        string name = type.StartsWith("struct ", StringComparison.Ordinal) ? type[7..] : Aliases.GetValueOrDefault(type, "");
        if (_known.TryGetValue("struct " + name, out uint written)) return _known[key] = _writer.Pointer(written);
        if (name.Length > 0) return _known[key] = _writer.Pointer(_writer.Forward(name, 6));
        return _known[key] = type switch
        {
            "unsigned char" or "uchar_t" => _writer.Pointer(_known["unsigned char"]),
            _ => _known["void *"],
        };
    }
}
