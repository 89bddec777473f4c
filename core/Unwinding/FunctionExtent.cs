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

    /// <summary>The function that covers an address.</summary>
    public static FunctionExtent Of(CodeContext context, VirtualAddress address)
    {
        if (context.FindModule(address)?.Symbols is not { } symbols || symbols.Find(address) is not { } function) return new(address, []);
        var own = RangeOf(symbols, function);
        int cold = function.Name.IndexOf(ColdSuffix, StringComparison.Ordinal);
        if (cold > 0) return Named(symbols, function, function.Name[..cold]) is { } parent ? new(parent.Address, [RangeOf(symbols, parent), own]) : new(function.Address, [own]);
        return Named(symbols, function, function.Name + ColdSuffix) is { } moved ? new(function.Address, [own, RangeOf(symbols, moved)]) : new(function.Address, [own]);
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
