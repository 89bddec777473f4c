using System.IO.Compression;

namespace XenDumpAdapter.TestKit.Ctf;

/// <summary>A member that a test wants: <paramref name="Type"/> at <paramref name="Bit"/>.</summary>
public readonly record struct CtfMember(string Name, uint Type, ulong Bit);

/// <summary>
/// Writes CTF containers of versions 1, 2 and 3, plain or compressed. Types are numbered as they are added; a child's have the child bit. Numbers of the header
/// that a test wants to lie about are changed by <see cref="Header"/>.
/// </summary>
public sealed class CtfWriter(int version = 2, string? parent = null, string? parentLabel = null, bool numberAsChild = false)
{
    private readonly ByteWriter _types = new();
    private readonly ByteWriter _objects = new();
    private readonly ByteWriter _functions = new();
    private readonly ByteWriter _labels = new();
    private readonly ByteWriter _strings = new ByteWriter().U8(0);
    private readonly Dictionary<string, uint> _stringAt = [];
    private uint _next = 1;

    /// <summary>Whether the body is compressed.</summary>
    public bool Compressed { get; init; }

    /// <summary>Changes the fields of the header before it is written: parlabel, parname, lbloff, objtoff, funcoff, typeoff, stroff, strlen.</summary>
    public Action<uint[]>? Header { get; set; }

    /// <summary>Bytes behind the strings, which the header does not count.</summary>
    public byte[] Tail { get; set; } = [];

    /// <summary>Where the last type's record begins in the type section.</summary>
    public int LastRecord { get; private set; }

    private int IdSize => version == 3 ? 4 : 2;

    private uint ChildBit => version == 3 ? 0x8000_0000 : 0x8000u;

    /// <summary>A reference to a string, which is written once.</summary>
    public uint String(string text)
    {
        if (text.Length == 0) return 0;
        if (_stringAt.TryGetValue(text, out uint at)) return at;
        _stringAt[text] = at = (uint)_strings.Length;
        _strings.Text(text);
        return at;
    }

    /// <summary>An integer. Format: 1 signed, 2 char, 4 bool.</summary>
    public uint Integer(string name, uint format, int bits, ulong? size = null)
    {
        uint id = Record(1, String(name), 1, size ?? (ulong)(bits + 7) / 8, true);
        _types.U32(format << 24 | (uint)bits);
        return id;
    }

    /// <summary>A floating-point number. Format: 1 single, 2 double, 3 complex, 6 long double.</summary>
    public uint Float(string name, uint format, int bits)
    {
        uint id = Record(2, String(name), 1, (ulong)bits / 8, true);
        _types.U32(format << 24 | (uint)bits);
        return id;
    }

    public uint Pointer(uint type) => Reference(3, "", type);

    public uint Typedef(string name, uint type, bool root = true) => Reference(10, name, type, root);

    public uint Volatile(uint type) => Reference(11, "", type);

    public uint Const(uint type) => Reference(12, "", type);

    public uint Restrict(uint type) => Reference(13, "", type);

    /// <summary>A tag without definition; 6 struct, 7 union, 8 enum.</summary>
    public uint Forward(string name, uint kind) => Reference(9, name, kind);

    /// <summary>A hole in the numbering.</summary>
    public uint Hole() => Reference(0, "", 0);

    /// <summary>A record of any kind with a reference.</summary>
    public uint Reference(int kind, string name, uint type, bool root = true) => Record(kind, String(name), 0, type, false, root);

    /// <summary>An array; <paramref name="size"/> is the total that the build tools write.</summary>
    public uint Array(uint element, uint index, uint count, ulong size = 0)
    {
        uint id = Record(4, 0, 1, size, true);
        Id(_types, element);
        Id(_types, index);
        _types.U32(count);
        return id;
    }

    /// <summary>A function's type; a last argument of 0 is <c>...</c>.</summary>
    public uint Function(uint result, params uint[] arguments)
    {
        uint id = Record(5, 0, arguments.Length, result, false);
        foreach (uint a in arguments) Id(_types, a);
        if (version != 3 && arguments.Length % 2 != 0) Id(_types, 0);
        return id;
    }

    public uint Struct(string name, ulong size, params CtfMember[] members) => Aggregate(6, name, size, true, members);

    public uint Union(string name, ulong size, params CtfMember[] members) => Aggregate(7, name, size, true, members);

    /// <summary>A struct or union; wide members where its size asks for them.</summary>
    public uint Aggregate(int kind, string name, ulong size, bool root, params CtfMember[] members)
    {
        // The names first, so that none of them moves while the record is written.
        uint[] names = [.. members.Select(m => String(m.Name))];
        uint id = Record(kind, String(name), members.Length, size, true, root);
        bool wide = version == 2 && size >= 8192 || version == 3 && size >= 1UL << 29;
        for (int i = 0; i < members.Length; i++)
        {
            _types.U32(names[i]);
            Id(_types, members[i].Type);
            if (wide && version == 2) _types.U16(0);
            if (wide) _types.Number(members[i].Bit >> 32, 4).Number(members[i].Bit, 4);
            else _types.Number(members[i].Bit, IdSize);
        }

        return id;
    }

    public uint Enum(string name, params (string Name, int Value)[] values)
    {
        uint[] names = [.. values.Select(v => String(v.Name))];
        uint id = Record(8, String(name), values.Length, 4, true);
        for (int i = 0; i < values.Length; i++) _types.U32(names[i]).U32(unchecked((uint)values[i].Value));
        return id;
    }

    /// <summary>Bytes as they are at the end of the type section.</summary>
    public CtfWriter RawTypes(params byte[] bytes)
    {
        _types.Bytes(bytes);
        return this;
    }

    /// <summary>A label up to the last type so far.</summary>
    public CtfWriter Label(string name)
    {
        _labels.U32(String(name)).U32(_next - 1);
        return this;
    }

    /// <summary>The next data symbol's type.</summary>
    public CtfWriter Object(uint type)
    {
        Id(_objects, type);
        return this;
    }

    /// <summary>The next function's result and arguments.</summary>
    public CtfWriter FunctionSymbol(uint result, params uint[] arguments)
    {
        Id(_functions, Info(5, arguments.Length, true));
        Id(_functions, result);
        foreach (uint a in arguments) Id(_functions, a);
        return this;
    }

    /// <summary>The next function has nothing.</summary>
    public CtfWriter NoFunction()
    {
        Id(_functions, 0);
        return this;
    }

    /// <summary>A number as it is in the function section.</summary>
    public CtfWriter RawFunction(uint word)
    {
        Id(_functions, word);
        return this;
    }

    /// <summary>The container.</summary>
    public byte[] Build()
    {
        uint[] fields = new uint[8];
        fields[0] = parentLabel is null ? 0 : String(parentLabel);
        fields[1] = parent is null ? 0 : String(parent);
        var body = new ByteWriter();
        if (version > 1) body.Bytes(_labels.ToArray());
        fields[3] = (uint)body.Length;
        body.Bytes(_objects.ToArray());
        fields[4] = (uint)body.Length;
        body.Bytes(_functions.ToArray()).Align(4);
        fields[5] = (uint)body.Length;
        body.Bytes(_types.ToArray());
        fields[6] = (uint)body.Length;
        body.Bytes(_strings.ToArray());
        fields[7] = (uint)_strings.Length;
        Header?.Invoke(fields);
        var file = new ByteWriter().U16(0xcff1).U8((byte)version).U8((byte)(Compressed ? 1 : 0));
        foreach (uint field in version == 1 ? fields[3..] : fields) file.U32(field);
        byte[] bytes = [.. body.ToArray(), .. Tail];
        return file.Bytes(Compressed ? Pack(bytes) : bytes).ToArray();
    }

    /// <summary>A zlib stream.</summary>
    public static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) stream.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The info word of a record.</summary>
    public uint Info(int kind, int count, bool root) => version switch
    {
        1 => (uint)(kind << 12 | (root ? 0x800 : 0) | count),
        2 => (uint)(kind << 11 | (root ? 0x400 : 0) | count),
        _ => (uint)kind << 26 | (root ? 0x200_0000u : 0) | (uint)count,
    };

    private uint Record(int kind, uint name, int count, ulong size, bool hasSize, bool root = true)
    {
        LastRecord = _types.Length;
        uint limit = version == 3 ? uint.MaxValue : 0xffff;
        _types.U32(name);
        Id(_types, Info(kind, count, root));
        bool wide = hasSize && size >= limit;
        _types.Number(wide ? limit : size, IdSize);
        if (wide) _types.Number(size >> 32, 4).Number(size, 4);
        uint id = _next++;
        return parent is not null || numberAsChild ? id | ChildBit : id;
    }

    private void Id(ByteWriter to, uint id) => to.Number(id, IdSize);
}
