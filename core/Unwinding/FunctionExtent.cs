using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Which code belongs to a function, by its symbols.</summary>
/// <param name="Start">Its first instruction.</param>
/// <param name="Code">Its ranges; empty where no symbol covers the place.</param>
internal readonly record struct FunctionExtent(VirtualAddress Start, AddressRange[] Code)
{
    /// <summary>gcc moves unlikely code of <c>f</c> out of line under this name.</summary>
    private const string ColdSuffix = ".cold";

    /// <summary>The function that covers an address; for a cold part, the likeliest one that it is a part of.</summary>
    public static FunctionExtent Of(CodeContext context, VirtualAddress address) => AllOf(context, address).FirstOrDefault(new FunctionExtent(address, []));

    /// <summary>
    /// The functions that an address can belong to, the likeliest first: several where it lies in a cold part and more than one file has a function of the name.
    /// Empty where no symbol covers it, or nothing tells whose cold part it is.
    /// </summary>
    public static IEnumerable<FunctionExtent> AllOf(CodeContext context, VirtualAddress address)
    {
        if (context.FindModule(address)?.Symbols is not { } symbols || symbols.Find(address) is not { } function) yield break;
        var own = RangeOf(symbols, function);
        int cold = function.Name.IndexOf(ColdSuffix, StringComparison.Ordinal);
        if (cold <= 0)
        {
            yield return Named(symbols, function, function.Name + ColdSuffix) is { } moved
                ? new FunctionExtent(function.Address, [own, RangeOf(symbols, moved)])
                : new FunctionExtent(function.Address, [own]);
            yield break;
        }

        string name = function.Name[..cold];
        if (Named(symbols, function, name) is not { } first) yield break;
        yield return new FunctionExtent(first.Address, [RangeOf(symbols, first), own]);
        foreach (var other in symbols.All)
            if (other.Name == name && other.Address != first.Address) yield return new FunctionExtent(other.Address, [RangeOf(symbols, other), own]);
    }

    /// <summary>A symbol of the same file if there is one: Xen's tables tell local symbols of one name apart by their file.</summary>
    private static Symbol? Named(ISymbolSource symbols, Symbol like, string name) =>
        (like.FilePrefix is { } file ? symbols.Find($"{file}#{name}") : null) ?? symbols.Find(name);

    private static AddressRange RangeOf(ISymbolSource symbols, Symbol function)
    {
        if (function.Size > 0) return new AddressRange(function.Address, function.Size);
        return symbols.NextBoundary(function.Address) is { } end ? AddressRange.FromTo(function.Address, end) : new AddressRange(function.Address, 4096);
    }
}
