using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>From a type as written to the type.</summary>
internal static class TypeResolver
{
    /// <summary>The type; pointers are as wide as addresses of <paramref name="space"/>.</summary>
    /// <exception cref="ExpressionException">No image knows the base type.</exception>
    public static CType Resolve(TypeSyntax syntax, NameScope names, AddressSpace? space)
    {
        var type = names.FindType(syntax.BaseName, space) ?? throw Unknown(syntax, names);
        ulong pointerSize = (ulong)((space?.AddressBits ?? 64) / 8);
        foreach (var layer in syntax.Layers)
        {
            var inner = type;
            type = layer.Kind switch
            {
                TypeLayerKind.Pointer => new PointerType(() => inner, pointerSize),
                TypeLayerKind.Array => new ArrayType(() => inner, layer.Count),
                _ => new FunctionType(() => inner, () => [], false),
            };
        }

        return type;
    }

    private static ExpressionException Unknown(TypeSyntax syntax, NameScope names)
    {
        string hint = names.HasTypes
            ? NearestName.Hint(syntax.BaseName, names.TypeNames)
            : ", as no image here has debug information (name one with --xen-syms or --kernel)";
        return new ExpressionException(syntax.Position, $"no type is called {syntax.BaseName}{hint}");
    }
}
