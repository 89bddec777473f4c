using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>The value of a name: a variable of the frame; an object in memory; of code, and of symbols without a type, the address.</summary>
internal sealed class NameValue(NameScope names, AddressSpace space)
{
    /// <summary>The value.</summary>
    /// <exception cref="ExpressionException">Nothing has that name.</exception>
    public TypedValue Of(NameNode node)
    {
        if (!node.OnlySymbol && names.FindVariable(node.Name) is { } variable) return variable.Value;
        if (names.FindSymbol(node.Module, node.Name) is { } found) return OfSymbol(found, node.Name);
        if (!node.OnlySymbol && FindConstant(node.Name) is { } constant) return constant;
        throw Unknown(node);
    }

    private static TypedValue OfSymbol(FoundSymbol found, string written)
    {
        var (symbol, image) = found;
        var types = image.Module.Types;
        var type = types?.OfSymbol(written) ?? types?.OfSymbol(symbol.Name);
        if (symbol.Kind == SymbolKind.Function && type?.Strip() is not FunctionType) type = null;
        return type switch
        {
            null => Number.Of(BasicTypes.VoidPointer(image.Space.AddressBits), image.Space, symbol.Address.Value),
            _ when type.Strip() is FunctionType => Number.Of(new PointerType(() => type, (ulong)(image.Space.AddressBits / 8)), image.Space, symbol.Address.Value),
            _ => TypedValue.At(type, image.Space, symbol.Address.Value),
        };
    }

    // C has no other constants: true, false and NULL are macros, which debug information rarely holds.
    private TypedValue? FindConstant(string name) => name switch
    {
        "true" => Number.Of(BasicTypes.Int, space, 1),
        "false" => Number.Of(BasicTypes.Int, space, 0),
        "NULL" => Number.Of(BasicTypes.VoidPointer(space.AddressBits), space, 0),
        _ => null,
    };

    private ExpressionException Unknown(NameNode node)
    {
        if (node.Module is { } module && !names.HasModule(module))
            return new ExpressionException(node.Position, $"no module is called {module}; there are: {names.ModuleNames}");
        if (node.Name.Length is >= 6 and <= 16 && node.Name.All(char.IsAsciiHexDigit))
            return new ExpressionException(node.Position, $"no symbol is called {node.Name}; a hexadecimal number is written 0x{node.Name}");
        if (!node.OnlySymbol && names.FindType(node.Name, space) is not null)
            return new ExpressionException(node.Position, $"{node.Name} is a type: cast with it, as in *({node.Name} *)ADDRESS");
        return new ExpressionException(node.Position, $"no symbol is called {node.Name}{NearestName.Hint(node.Name, names.VisibleNames)}");
    }
}
