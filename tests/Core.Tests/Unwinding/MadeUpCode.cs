using Iced.Intel;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>A program of a few functions, assembled for a test, with the symbols that its functions have.</summary>
internal sealed class MadeUpCode(int bitness, ulong start)
{
    private readonly List<(string Name, Label At, SymbolKind Kind)> _functions = [];
    private readonly Dictionary<string, Label> _marks = [];
    private readonly Dictionary<string, ulong> _addresses = [];

    /// <summary>What writes instructions.</summary>
    public Assembler Asm { get; } = new(bitness);

    /// <summary>Address of a function or mark, once built.</summary>
    public ulong this[string name] => _addresses[name];

    /// <summary>A label for a function that is written later.</summary>
    public Label Forward() => Asm.CreateLabel();

    /// <summary>A function starts here.</summary>
    public MadeUpCode Function(string name, Label? label = null, SymbolKind kind = SymbolKind.Function)
    {
        var at = label ?? Asm.CreateLabel();
        Asm.Label(ref at);
        _functions.Add((name, at, kind));
        return this;
    }

    /// <summary>The next instruction has a name for the test.</summary>
    public MadeUpCode Mark(string name)
    {
        // The assembler takes one label an instruction.
        var at = Asm.CreateLabel();
        Asm.nop();
        Asm.Label(ref at);
        _marks.Add(name, at);
        return this;
    }

    /// <summary>A call, and a name for its return address.</summary>
    public MadeUpCode Call(Label target, string returnsTo)
    {
        Asm.call(target);
        return ReturnsTo(returnsTo);
    }

    /// <summary>A name for the next instruction, which is the return address of the call just written.</summary>
    public MadeUpCode ReturnsTo(string name)
    {
        var at = Asm.CreateLabel();
        Asm.Label(ref at);
        _marks.Add(name, at);
        return this;
    }

    /// <summary>Assembles into memory and makes the module.</summary>
    public Module Build(SparseMemory<VirtualAddress> memory, string name = "xen")
    {
        using var stream = new MemoryStream();
        var result = Asm.Assemble(new StreamCodeWriter(stream), start, BlockEncoderOptions.ReturnNewInstructionOffsets);
        memory.Put(start, stream.ToArray());
        foreach (var (function, label, _) in _functions) _addresses[function] = result.GetLabelRIP(label);
        foreach (var (mark, label) in _marks) _addresses[mark] = result.GetLabelRIP(label);
        ulong end = start + (ulong)stream.Length;
        var symbols = new List<Symbol>();
        for (int i = 0; i < _functions.Count; i++)
        {
            ulong at = _addresses[_functions[i].Name];
            ulong next = i + 1 < _functions.Count ? _addresses[_functions[i + 1].Name] : end;
            symbols.Add(new Symbol(_functions[i].Name, new VirtualAddress(at), next - at, _functions[i].Kind, true));
        }

        return new Module { Name = name, Range = AddressRange.FromTo(new VirtualAddress(start), new VirtualAddress(end)), Symbols = new TableSymbols([.. symbols]) };
    }
}
