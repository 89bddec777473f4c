using System.Collections.Concurrent;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>Turns a container's records into <see cref="CType"/>s: each once, and no further than the record itself until somebody looks.</summary>
internal sealed class CtfTypeReader(CtfContainer container, CtfSurroundings surroundings, CtfTypes owner)
{
    private readonly ConcurrentDictionary<uint, CType> _types = new();

    /// <summary>The type that a reference of this container names; void for 0.</summary>
    public CType TypeOf(uint id)
    {
        if (id == 0) return VoidType.Instance;
        if (ReaderOf(id) is { } reader) return reader.Own(IndexOf(id));
        return new BrokenType(owner.WhyNoParent is { } why ? $"type {id} is {why}" : $"type {id} is in no container");
    }

    /// <summary>An own type by its index; a <see cref="BrokenType"/> where there is none.</summary>
    public CType Own(uint index)
    {
        if (_types.TryGetValue(index, out var known)) return known;
        return container.TryGet(index, out var record) ? _types.GetOrAdd(index, Create(record))
            : new BrokenType($"type {index} is not among the {container.TypeCount} of {container.Description}");
    }

    /// <summary>The function's type that an entry of the function section describes.</summary>
    public FunctionType FunctionAt(CtfFunctionEntry entry) => Function(container.Sections.Functions, entry.Result, entry.Arguments, entry.Count);

    /// <summary>Bits of an integer that is a bit field's private copy: fewer than its bytes hold; null for others.</summary>
    public static int? BitFieldWidth(CtfContainer container, in CtfRecord record)
    {
        int bits = EncodingOf(container, record).Bits;
        return record.Kind == CtfKind.Integer && bits is > 0 and < 64 && record.Size <= 16 && (ulong)bits < record.Size * 8 ? bits : null;
    }

    private static CtfEncoding EncodingOf(CtfContainer container, in CtfRecord record)
    {
        var r = new SpanReader(container.Types);
        return r.TrySeek(record.Data) && r.TryReadU32(out uint word) ? new CtfEncoding(word) : default;
    }

    private uint IndexOf(uint id) => id & ~container.Dialect.ChildBit;

    /// <summary>The reader of the container that a reference leads to: this, or the parent's; null where that is missing.</summary>
    private CtfTypeReader? ReaderOf(uint id) => (id & container.Dialect.ChildBit) != 0 || !container.IsChild ? this : owner.Parent?.Reader;

    private CType Create(in CtfRecord record)
    {
        string name = container.Text(record.Name);
        string? tag = name.Length == 0 ? null : name;
        uint target = record.Reference;
        CType Target() => TypeOf(target);
        switch (record.Kind)
        {
            case CtfKind.Integer: return EncodingOf(container, record).Integer(tag ?? "?", record.Size);
            case CtfKind.Float: return EncodingOf(container, record).Real(tag ?? "?", record.Size);
            case CtfKind.Pointer: return new PointerType(Target, (ulong)surroundings.PointerSize);
            case CtfKind.Array: return Array(record);
            case CtfKind.Function: return Function(container.Sections.Types, record.Reference, record.Data, record.Count);
            case CtfKind.Struct or CtfKind.Union: return Aggregate(record, tag);
            case CtfKind.Enum: return Enumeration(record, tag);
            case CtfKind.Forward: return Forward(record, tag);
            case CtfKind.Typedef: return tag is null ? new BrokenType("a typedef without a name") : new TypedefType(name, Target);
            case CtfKind.Volatile: return new QualifiedType("volatile", Target);
            case CtfKind.Const: return new QualifiedType("const", Target);
            case CtfKind.Restrict: return new QualifiedType("restrict", Target);
            default: return new BrokenType("a hole in the numbering");
        }
    }

    private ArrayType Array(in CtfRecord record)
    {
        var r = new SpanReader(container.Types);
        int size = container.Dialect.IdSize;
        r.TrySeek(record.Data);
        r.TryReadUnsigned(size, out ulong element);
        r.TryReadUnsigned(size, out _);
        r.TryReadU32(out uint count);
        return new ArrayType(() => ValueTypeOf((uint)element), count);
    }

    private FunctionType Function(ReadOnlyMemory<byte> section, uint result, int arguments, int count)
    {
        int size = container.Dialect.IdSize;
        uint Argument(int i)
        {
            var r = new SpanReader(section.Span);
            return r.TrySeek(arguments + (long)i * size) && r.TryReadUnsigned(size, out ulong id) ? (uint)id : 0;
        }

        bool isVariadic = count > 0 && Argument(count - 1) == 0;
        int parameters = Math.Min(isVariadic ? count - 1 : count, DumpLimits.Arguments);
        return new FunctionType(() => TypeOf(result), () => [.. Enumerable.Range(0, parameters).Select(i => ValueTypeOf(Argument(i)))], isVariadic);
    }

    /// <summary>The type of something that has a value: there 0 is not void, but a type that the converter did not know.</summary>
    private CType ValueTypeOf(uint id) => id == 0 ? new BrokenType("CTF does not tell it") : TypeOf(id);

    private AggregateType Aggregate(CtfRecord record, string? tag) =>
        new(tag, record.Kind == CtfKind.Union, record.Size, declaration: false, () => Members(record));

    private List<MemberInfo> Members(CtfRecord record)
    {
        var list = new List<MemberInfo>();
        int size = container.Dialect.MemberSize(record.Size);
        var r = new SpanReader(container.Types);
        for (int i = 0; i < Math.Min(record.Count, DumpLimits.Members); i++)
        {
            r.TrySeek(record.Data + (long)i * size);
            r.TryReadU32(out uint name);
            r.TryReadUnsigned(container.Dialect.IdSize, out ulong type);
            ulong bits;
            if (size == 16)
            {
                r.TrySeek(record.Data + (long)i * size + 8);
                r.TryReadU32(out uint high);
                r.TryReadU32(out uint low);
                bits = (ulong)high << 32 | low;
            }
            else
            {
                r.TryReadUnsigned(container.Dialect.IdSize, out bits);
            }

            string text = container.Text(name);
            list.Add(Member(text.Length == 0 ? null : text, (uint)type, bits, record.Size));
        }

        return list;
    }

    private MemberInfo Member(string? name, uint id, ulong offset, ulong structSize)
    {
        if (offset / 8 > structSize || offset > long.MaxValue)
            return new MemberInfo(name, new BrokenType($"a member at byte {offset / 8} of a structure of {structSize}"), 0);
        var type = ValueTypeOf(id);
        if (WidthOf(id) is { } bits) return new MemberInfo(name, type, offset, bits);
        if (offset % 8 == 0) return new MemberInfo(name, type, offset);
        return type.Strip() is BaseType { Size: > 0 and <= 8, Encoding: not BaseEncoding.Float } whole
            ? new MemberInfo(name, type, offset, (int)whole.Size * 8)
            : new MemberInfo(name, new BrokenType($"a bit field at bit {offset} whose width CTF does not tell"), offset - offset % 8);
    }

    /// <summary>The width of a bit field by its type: the integer's under typedefs and qualifiers.</summary>
    private int? WidthOf(uint id)
    {
        var at = this;
        for (int i = 0; i < DumpLimits.Nesting; i++)
        {
            if (id == 0 || at.ReaderOf(id) is not { } next || !next.Container.TryGet(at.IndexOf(id), out var record)) return null;
            at = next;
            if (record.Kind is not (CtfKind.Typedef or CtfKind.Const or CtfKind.Volatile or CtfKind.Restrict)) return BitFieldWidth(at.Container, record);
            id = record.Reference;
        }

        return null;
    }

    private CtfContainer Container => container;

    private EnumType Enumeration(CtfRecord record, string? tag)
    {
        bool isSigned = Enumerators(record).Any(e => e.Value < 0);
        return new EnumType(tag, record.Size, isSigned, () => Enumerators(record));
    }

    private List<Enumerator> Enumerators(in CtfRecord record)
    {
        var list = new List<Enumerator>();
        var r = new SpanReader(container.Types);
        r.TrySeek(record.Data);
        while (list.Count < Math.Min(record.Count, DumpLimits.Members) && r.TryReadU32(out uint name) && r.TryReadU32(out uint value))
            list.Add(new Enumerator(container.Text(name), unchecked((int)value)));
        return list;
    }

    private CType Forward(in CtfRecord record, string? tag)
    {
        var kind = record.NameKind ?? TypeNameKind.Struct;
        if (tag is null) return new BrokenType("a forward without a name");
        if (kind != TypeNameKind.Enum)
            return new AggregateType(tag, kind == TypeNameKind.Union, 0, declaration: true, () => [], () => owner.DefinitionOf(kind, tag) as AggregateType);

        // C's enumerations are ints; of a forward CTF does not tell more.
        return new EnumType(tag, 4, signed: false, () => (owner.DefinitionOf(kind, tag) as EnumType)?.Values ?? []) { IsOnlyName = true };
    }
}
