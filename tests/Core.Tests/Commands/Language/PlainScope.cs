using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Tests.Commands.Language;

/// <summary>Names, places and memory of which everything is known: the byte at an address is its lowest byte.</summary>
internal sealed class PlainScope : IMdbScope
{
    public int Radix { get; set; } = 16;

    public int PointerSize { get; set; } = 8;

    public Dictionary<string, ulong> Symbols { get; } = new(StringComparer.Ordinal) { ["panic"] = 0xf0000010, ["xpv`panic"] = 0xff100000, ["add"] = 0x77, ["a.b"] = 0x55 };

    public Dictionary<string, ulong> Variables { get; } = new(StringComparer.Ordinal) { ["eip"] = 0x1234, ["x"] = 5, ["0"] = 9 };

    public ulong? Symbol(string name) => Symbols.TryGetValue(name, out ulong value) ? value : null;

    public string Hint(string name) => "";

    public ulong? Variable(string name) => Variables.TryGetValue(name, out ulong value) ? value : null;

    public ulong Place(PlaceKind kind) => kind switch
    {
        PlaceKind.Dot => 0x100,
        PlaceKind.Next => 0x104,
        PlaceKind.Previous => 0xfc,
        _ => 0x200,
    };

    public ulong Fetch(ulong address, int size)
    {
        ulong value = 0;
        for (int i = size - 1; i >= 0; i--) value = value << 8 | (byte)unchecked(address + (ulong)i);
        return value;
    }

    /// <summary>The value of a text that is one expression.</summary>
    public ulong Value(string text)
    {
        var parser = new MdbParser(text, PointerSize);
        var statement = Assert.IsType<MdbStatement>(parser.Next());
        Assert.Empty(statement.Pipeline);
        Assert.Null(statement.Filter);
        Assert.Null(parser.Next());
        return MdbEvaluator.Evaluate(statement.Address!, this);
    }
}
