namespace XenDumpAdapter.Core.Types;

/// <summary>
/// C's own types as x86 compilers lay them out (System V ABI, i386 and AMD64: ILP32 and LP64), and the typedefs of stdint.h and Solaris' sys/types.h that
/// people type. For names that the image describes nowhere; they come last.
/// </summary>
public sealed class BaseTypes : ITypeSource
{
    private readonly Dictionary<string, CType> _types = new(StringComparer.Ordinal);
    private readonly int _pointerSize;

    /// <summary>The types of a machine whose pointers have <paramref name="pointerSize"/> bytes, 4 or 8.</summary>
    public BaseTypes(int pointerSize)
    {
        _pointerSize = pointerSize;
        ulong word = (ulong)pointerSize;
        Add("char", 1, BaseEncoding.Character);
        Add("signed char", 1, BaseEncoding.Character);
        Add("unsigned char", 1, BaseEncoding.Character);
        Add("_Bool", 1, BaseEncoding.Boolean);
        AddPair("short", 2);
        AddPair("int", 4);
        AddPair("long", word);
        AddPair("long long", 8);
        Add("float", 4, BaseEncoding.Float);
        Add("double", 8, BaseEncoding.Float);
        Add("long double", pointerSize == 8 ? 16UL : 12, BaseEncoding.Float);
        string wide = pointerSize == 8 ? "long" : "long long";
        string[] aliases =
        [
            "int8_t=signed char", "uint8_t=unsigned char", "int16_t=short", "uint16_t=unsigned short", "int32_t=int", "uint32_t=unsigned int",
            $"int64_t={wide}", $"uint64_t=unsigned {wide}", "intptr_t=long", "uintptr_t=unsigned long", "size_t=unsigned long", "ssize_t=long",
            "uchar_t=unsigned char", "ushort_t=unsigned short", "uint_t=unsigned int", "ulong_t=unsigned long", "longlong_t=long long",
            "u_longlong_t=unsigned long long", "caddr_t=char *",
        ];
        foreach (string alias in aliases)
        {
            string[] pair = alias.Split('=');
            var target = Find(pair[1])!;
            _types[pair[0]] = new TypedefType(pair[0], () => target);
        }
    }

    /// <inheritdoc/>
    public string Description => "the types of C";

    /// <inheritdoc/>
    public IEnumerable<string> Names => _types.Keys;

    /// <inheritdoc/>
    public CType? Find(string name)
    {
        if (TypeName.Parse(name) is not { Kind: TypeNameKind.Plain } parsed) return null;
        if (parsed.Spellings is ["void"]) return parsed.Wrap(VoidType.Instance, _pointerSize);
        foreach (string spelling in parsed.Spellings)
            if (_types.TryGetValue(spelling, out var type)) return parsed.Wrap(type, _pointerSize);
        return null;
    }

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => null;

    private void AddPair(string name, ulong size)
    {
        Add(name, size, BaseEncoding.Signed);
        Add("unsigned " + name, size, BaseEncoding.Unsigned);
    }

    private void Add(string name, ulong size, BaseEncoding encoding) => _types[name] = new BaseType(name, size, encoding);
}
