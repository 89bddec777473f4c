using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::enum</c>: the constants of an enumeration, or one by its value or name.</summary>
public sealed class EnumDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::enum";

    /// <inheritdoc/>
    public override string Summary => "print the constants of an enumeration";

    /// <inheritdoc/>
    public override string Usage => "[-ex] enum [name | value]";

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Type;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('e', null, "names alone, without a head"), new('x', null, "values in hexadecimal")];

    /// <inheritdoc/>
    public override string Details => "A value may stand before it as well: 2::enum domain_type";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var words = call.Arguments.Operands.ToList();
        if (words.Count == 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        if (TypeWords.Require(call.Session.Types, words).Strip() is not EnumType type) throw new MdbException($"{call.Arguments.Operands[0]} is not an enumeration");
        if (words.Count > 1) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        var values = type.Values.Where(v => Takes(call, words, v)).ToList();
        if (values.Count == 0) throw MdbException.OfItem($"there is no such constant in {type.DisplayName}");
        var table = call.Once(() => new Table(new("VALUE", 11, Left: true), new("NAME", 0, Left: true)));
        if (call.Arguments.Has('e')) return values.Select(v => CommandOutput.Line(v.Name, Bits(type, v)));
        return [.. call.Head(table), .. values.Select(v => table.Row(Bits(type, v), Cell.Of(Text(call, type, v)), Cell.Of(v.Name)))];
    }

    private static bool Takes(DcmdCall call, List<string> words, Enumerator value)
    {
        if (words.Count == 0) return !call.HasAddress || unchecked((long)call.Address) == value.Value || call.Address == unchecked((uint)value.Value);
        return words[0] == value.Name || (MdbNumbers.TryRead(words[0], call.Session.Radix, out ulong number) && unchecked((long)number) == value.Value);
    }

    /// <summary>The constant as memory holds it.</summary>
    private static ulong Bits(EnumType type, Enumerator value) => unchecked((ulong)value.Value) & (type.Size is > 0 and < 8 ? (1UL << (int)(type.Size * 8)) - 1 : ulong.MaxValue);

    private static string Text(DcmdCall call, EnumType type, Enumerator value) =>
        call.Arguments.Has('x') ? MdbNumbers.Hexadecimal(Bits(type, value)) : value.Value.ToString(CultureInfo.InvariantCulture);
}
