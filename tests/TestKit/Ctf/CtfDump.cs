using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace XenDumpAdapter.TestKit.Ctf;

/// <summary>
/// Reads a container as its description says, plainly and trusting it, and writes out every type. Apart from the product's reader, so that the two can be
/// compared.
/// </summary>
public sealed class CtfDump
{
    private readonly int _version;
    private readonly byte[] _body;
    private readonly uint[] _header;
    private readonly List<int> _records = [];
    private readonly CtfDump? _parent;
    private readonly int _pointerSize;

    public CtfDump(byte[] raw, int pointerSize, CtfDump? parent = null)
    {
        _pointerSize = pointerSize;
        _parent = parent;
        _version = raw[2];
        int size = _version == 1 ? 24 : 36;
        _header = new uint[8];
        for (int i = _version == 1 ? 3 : 0, at = 4; i < 8; i++, at += 4) _header[i] = BinaryPrimitives.ReadUInt32LittleEndian(raw.AsSpan(at));
        using var input = new MemoryStream(raw, size, raw.Length - size);
        using Stream stream = (raw[3] & 1) != 0 ? new ZLibStream(input, CompressionMode.Decompress) : input;
        using var body = new MemoryStream();
        stream.CopyTo(body);
        _body = body.ToArray();
        for (int at = (int)_header[5]; at < _header[6]; at = End(at)) _records.Add(at);
    }

    public int Count => _records.Count;

    public string ParentName => Text(_header[1]);

    private int IdSize => _version == 3 ? 4 : 2;

    private uint ChildBit => _version == 3 ? 0x8000_0000 : 0x8000;

    private bool IsChild => _header[1] != 0;

    /// <summary>The number of an own type by its place.</summary>
    public uint IdOf(int index) => (uint)(index + 1) | (IsChild ? ChildBit : 0);

    /// <summary>A type in full: its declaration and size, and what is in it.</summary>
    public string Describe(uint id)
    {
        var text = new StringBuilder($"{Declare(id, "")} of {SizeOf(id)}");
        var (owner, at) = At(id);
        if (owner is null) return text.ToString();
        switch (owner.Kind(at))
        {
            case 1 when owner.Text(owner.U32(at)) != "void": text.Append($" {Format(owner.Word(at))}"); break;
            case 2: text.Append(" Float"); break;
            case 6 or 7:
                foreach (var (name, type, bit) in owner.Members(at))
                {
                    text.Append($"\n  +{bit}");
                    if (owner.Width(type) is { } bits) text.Append($":{bits}");
                    text.Append($" {owner.Declare(type, name)}");
                }

                break;
            case 8:
                for (int i = 0; i < owner.Count_(at); i++)
                    text.Append($"\n  {owner.Text(owner.U32(owner.Data(at) + 8 * i))} = {unchecked((int)owner.U32(owner.Data(at) + 8 * i + 4))}");
                break;
        }

        return text.ToString();
    }

    /// <summary>A declaration as C has it.</summary>
    public string Declare(uint id, string name)
    {
        if (id == 0) return Join("void", name);
        var (owner, at) = At(id);
        if (owner is null) return Join("?", name);
        string own = owner.Text(owner.U32(at));
        uint to = owner.Target(at);
        switch (owner.Kind(at))
        {
            case 3:
                int under = owner.KindOf(to);
                return owner.Declare(to, under is 4 or 5 ? $"(*{name})" : $"*{name}");
            case 4: return owner.Declare(owner.Id(owner.Data(at)), $"{name}[{owner.U32(owner.Data(at) + 2 * IdSize)}]");
            case 5: return owner.Declare(to, $"{name}({string.Join(", ", owner.Arguments(at))})");
            case 6: return Join("struct " + Tag(own), name);
            case 7: return Join("union " + Tag(own), name);
            case 8: return Join("enum " + Tag(own), name);
            case 9: return Join((to switch { 7 => "union ", 8 => "enum ", _ => "struct " }) + own, name);
            case 11: return owner.Qualify("volatile", to, name);
            case 12: return owner.Qualify("const", to, name);
            case 13: return owner.Qualify("restrict", to, name);
            default: return Join(own, name);
        }
    }

    /// <summary>Bytes of a value.</summary>
    public ulong SizeOf(uint id)
    {
        var (owner, at) = At(id);
        return owner is null ? 0 : owner.Kind(at) switch
        {
            3 => (ulong)_pointerSize,
            4 => owner.U32(owner.Data(at) + 2 * IdSize) * owner.SizeOf(owner.Id(owner.Data(at))),
            5 or 0 => 0,
            9 => owner.Target(at) == 8 ? 4UL : 0,
            10 or 11 or 12 or 13 => owner.SizeOf(owner.Target(at)),
            _ => owner.Size(at),
        };
    }

    private static string Tag(string name) => name.Length == 0 ? "{...}" : name;

    private static string Join(string type, string name) => name.Length == 0 ? type : $"{type} {name.TrimStart()}";

    private static string Format(uint word) => (word >> 24 & 4) != 0 ? "Boolean" : (word >> 24 & 2) != 0 ? "Character" : (word >> 24 & 1) != 0 ? "Signed" : "Unsigned";

    private string Qualify(string word, uint to, string name) =>
        KindOf(to) == 3 ? Declare(to, name.Length == 0 ? $" {word}" : $" {word} {name.TrimStart()}") : $"{word} {Declare(to, name)}";

    private IEnumerable<string> Arguments(int at)
    {
        int count = Count_(at);
        for (int i = 0; i < count; i++)
        {
            uint id = Id(Data(at) + i * IdSize);
            yield return id == 0 && i == count - 1 ? "..." : Declare(id, "");
        }
    }

    private IEnumerable<(string Name, uint Type, ulong Bit)> Members(int at)
    {
        int size = MemberSize(at);
        for (int i = 0; i < Count_(at); i++)
        {
            int m = Data(at) + i * size;
            ulong bit = size == 16 ? (ulong)U32(m + 8) << 32 | U32(m + 12) : Id(m + 4 + IdSize);
            yield return (Text(U32(m)), Id(m + 4), bit);
        }
    }

    private int? Width(uint id)
    {
        var (owner, at) = At(id);
        if (owner is null) return null;
        if (owner.Kind(at) is 10 or 11 or 12 or 13) return owner.Width(owner.Target(at));
        if (owner.Kind(at) != 1) return null;
        int bits = (int)(owner.Word(at) & 0xffff);
        return bits != 0 && bits != (int)owner.Size(at) * 8 ? bits : null;
    }

    private (CtfDump? Owner, int At) At(uint id)
    {
        var owner = IsChild && (id & ChildBit) == 0 ? _parent : this;
        int index = (int)(id & ~ChildBit) - 1;
        return owner is null || index < 0 || index >= owner._records.Count ? (null, 0) : (owner, owner._records[index]);
    }

    private int KindOf(uint id) => At(id) is ({ } owner, var at) ? owner.Kind(at) : 0;

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_body.AsSpan(at));

    private uint Id(int at) => IdSize == 4 ? U32(at) : BinaryPrimitives.ReadUInt16LittleEndian(_body.AsSpan(at));

    private uint Info(int at) => Id(at + 4);

    private uint Target(int at) => Id(at + 4 + IdSize);

    private bool IsWide(int at) => Target(at) == (IdSize == 4 ? uint.MaxValue : 0xffff);

    private int Data(int at) => at + 4 + 2 * IdSize + (IsWide(at) ? 8 : 0);

    private ulong Size(int at) => IsWide(at) ? (ulong)U32(at + 4 + 2 * IdSize) << 32 | U32(at + 8 + 2 * IdSize) : Target(at);

    private uint Word(int at) => U32(Data(at));

    private int Kind(int at) => (int)(Info(at) >> _version switch { 1 => 12, 2 => 11, _ => 26 });

    private int Count_(int at) => (int)(Info(at) & _version switch { 1 => 0x7ffu, 2 => 0x3ff, _ => 0x1ff_ffff });

    private int MemberSize(int at) => _version switch
    {
        1 => 8,
        2 => Size(at) < 8192 ? 8 : 16,
        _ => Size(at) < 1UL << 29 ? 12 : 16,
    };

    private int End(int at) => Data(at) + Kind(at) switch
    {
        1 or 2 => 4,
        4 => IdSize == 4 ? 12 : 8,
        5 => IdSize == 4 ? 4 * Count_(at) : (Count_(at) + 1) / 2 * 4,
        6 or 7 => MemberSize(at) * Count_(at),
        8 => 8 * Count_(at),
        _ => 0,
    };

    private string Text(uint reference)
    {
        int at = (int)(_header[6] + reference);
        int end = System.Array.IndexOf(_body, (byte)0, at);
        return Encoding.Latin1.GetString(_body, at, end - at);
    }
}
