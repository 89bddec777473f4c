using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>Types that need no debug information: C's own, by the data model of the space (ILP32 or LP64), and the fixed-width typedefs that everybody uses.</summary>
internal static class BasicTypes
{
    /// <summary>What comparisons give.</summary>
    public static CType Int { get; } = new BaseType("int", 4, BaseEncoding.Signed);

    /// <summary>Signed results of arithmetic, which is always done in 64 bits.</summary>
    public static CType Long { get; } = new BaseType("long", 8, BaseEncoding.Signed);

    /// <summary>Unsigned results of arithmetic.</summary>
    public static CType UnsignedLong { get; } = new BaseType("unsigned long", 8, BaseEncoding.Unsigned);

    /// <summary>An unsigned word of that many bytes, for registers and untyped memory.</summary>
    public static CType Word(int bytes) => bytes switch
    {
        1 => new BaseType("unsigned char", 1, BaseEncoding.Unsigned),
        2 => new BaseType("unsigned short", 2, BaseEncoding.Unsigned),
        4 => new BaseType("unsigned int", 4, BaseEncoding.Unsigned),
        _ => UnsignedLong,
    };

    /// <summary>A pointer to what is not known.</summary>
    public static CType VoidPointer(int addressBits) => new PointerType(() => VoidType.Instance, (ulong)(addressBits / 8));

    /// <summary>C's type of that (normalised) name; null for any other.</summary>
    public static CType? Find(string name, int addressBits)
    {
        ulong word = (ulong)(addressBits / 8);
        return name switch
        {
            "void" => VoidType.Instance,
            "char" => new BaseType(name, 1, BaseEncoding.Character),
            "signed char" => new BaseType(name, 1, BaseEncoding.Character),
            "unsigned char" => new BaseType(name, 1, BaseEncoding.Unsigned),
            "short" => new BaseType(name, 2, BaseEncoding.Signed),
            "unsigned short" => new BaseType(name, 2, BaseEncoding.Unsigned),
            "int" => Int,
            "unsigned int" => new BaseType(name, 4, BaseEncoding.Unsigned),
            "long" => new BaseType(name, word, BaseEncoding.Signed),
            "unsigned long" => new BaseType(name, word, BaseEncoding.Unsigned),
            "long long" => new BaseType(name, 8, BaseEncoding.Signed),
            "unsigned long long" => new BaseType(name, 8, BaseEncoding.Unsigned),
            "_Bool" => new BaseType(name, 1, BaseEncoding.Boolean),
            "float" => new BaseType(name, 4, BaseEncoding.Float),
            "double" => new BaseType(name, 8, BaseEncoding.Float),
            _ => null,
        };
    }

    /// <summary>A typedef that most code has, for images without types; null for any other name.</summary>
    public static CType? FindCommonTypedef(string name)
    {
        int bytes = name switch
        {
            "uint8_t" or "int8_t" or "u8" or "s8" => 1,
            "uint16_t" or "int16_t" or "u16" or "s16" => 2,
            "uint32_t" or "int32_t" or "u32" or "s32" => 4,
            "uint64_t" or "int64_t" or "u64" or "s64" => 8,
            _ => 0,
        };
        if (bytes == 0) return name == "bool" ? new BaseType(name, 1, BaseEncoding.Boolean) : null;
        return new BaseType(name, (ulong)bytes, name[0] == 'u' ? BaseEncoding.Unsigned : BaseEncoding.Signed);
    }
}
