using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Printing;

/// <summary>
/// A member as it is typed behind a type: <c>arch.guest_context.user_regs</c>, <c>t_procp->p_user.u_comm</c>, <c>vcpu[3]</c>. Taken apart once; then following it
/// costs an addition, and a read for each pointer.
/// </summary>
public sealed class MemberPath
{
    private readonly List<Step> _steps = [];
    private int _bitShift;
    private int? _bitSize;

    private MemberPath(string text, CType type) => (Text, Type) = (text, type);

    /// <summary>As it was typed.</summary>
    public string Text { get; }

    /// <summary>The member's type.</summary>
    public CType Type { get; private set; }

    /// <summary>Bytes from the start of the object; null where the way goes through a pointer.</summary>
    public ulong? Offset => _steps.Any(s => s.PointerSize > 0) ? null : _steps.Count == 0 ? 0 : _steps[0].Offset;

    /// <summary>Bits of a bit field; null for other members.</summary>
    public int? BitSize => _bitSize;

    /// <summary>Bits of that byte before a bit field.</summary>
    public int BitShift => _bitShift;

    /// <summary>Whether it ends in <c>[0]</c> of a pointer that is a member: its members are then written with an arrow.</summary>
    public bool EndsInFirstElement { get; private set; }

    /// <summary>The object itself.</summary>
    public static MemberPath Whole(CType type) => new("", type);

    /// <summary>Takes a path apart.</summary>
    /// <param name="type">The type before it.</param>
    /// <param name="text">The path; a leading <c>.</c>, <c>-></c> or <c>[</c> may stand.</param>
    /// <param name="radix">The radix of indices without prefix.</param>
    /// <exception cref="MdbException">There is no such member.</exception>
    public static MemberPath Parse(CType type, string text, int radix)
    {
        var path = new MemberPath(text, type);
        int at = 0;
        bool isFirst = true, afterMember = false;
        while (at < text.Length)
        {
            if (path._steps.Count > DumpLimits.Nesting) throw new MdbException($"{text} has more than {DumpLimits.Nesting} steps");
            path.EndsInFirstElement = false;
            if (text[at] == '[')
            {
                path.EndsInFirstElement = path.Index(text, ref at, radix) && afterMember;
            }
            else
            {
                path.Separator(text, ref at, isFirst);
                path.Member(text, ref at);
                afterMember = true;
            }

            isFirst = false;
        }

        return path;
    }

    /// <summary>The value there.</summary>
    /// <exception cref="MdbException">A pointer on the way cannot be read.</exception>
    public TypedValue Of(AddressSpace space, ulong address)
    {
        foreach (var step in _steps)
            address = step.PointerSize > 0 ? MdbMemory.Number(space, unchecked(address + step.Offset), step.PointerSize) : unchecked(address + step.Offset);
        return _bitSize is { } bits ? TypedValue.BitField(Type, space, address, _bitShift, bits) : TypedValue.At(Type, space, address);
    }

    /// <summary>The value within one that is in no memory.</summary>
    /// <exception cref="MdbException">A pointer on the way leads nowhere, or a member lies outside of what is known.</exception>
    public TypedValue Of(TypedValue value)
    {
        if (value.Address is { } address) return Of(value.Space, address);
        ulong offset = 0;
        foreach (var step in _steps)
        {
            offset = unchecked(offset + step.Offset);
            if (step.PointerSize == 0) continue;
            Span<byte> pointer = stackalloc byte[8];
            pointer.Clear();
            if (!value.TryRead(offset, pointer[..step.PointerSize])) throw MdbException.OfItem("failed to read a pointer outside of the value");
            return Rest(step).Of(value.Space, BitConverter.ToUInt64(pointer));
        }

        return value.Part(Type, offset, _bitShift, _bitSize);
    }

    private MemberPath Rest(Step last)
    {
        var rest = new MemberPath(Text, Type) { _bitShift = _bitShift, _bitSize = _bitSize };
        rest._steps.AddRange(_steps.SkipWhile(s => s != last).Skip(1));
        return rest;
    }

    private void Separator(string text, ref int at, bool isFirst)
    {
        bool isPointer = Type.Strip() is PointerType;
        if (text[at] == '.')
        {
            at++;
        }
        else if (text.AsSpan(at).StartsWith("->"))
        {
            at += 2;
            if (!isPointer) throw new MdbException($"{Type.DisplayName} is not a pointer type");
            Follow();
        }
        else if (!isFirst)
        {
            throw new MdbException($"'{text[at]}' is not a valid delimiter in {text}");
        }
        else if (isPointer)
        {
            Follow();
        }
    }

    private void Member(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        string name = text[start..at];
        if (Type.Strip() is BrokenType broken) throw MdbException.OfDump($"failed to find member {name}: {broken.DisplayName}");
        if (Type.Strip() is not AggregateType aggregate) throw new MdbException($"{Type.DisplayName} is not a struct or union type");
        if (name.Length == 0 || aggregate.FindMember(name) is not { } member)
            throw new MdbException($"failed to find member {(name.Length == 0 ? text[at..] : name)} of {aggregate.DisplayName}{NearestName.Hint(name, aggregate.Members.Select(m => m.Name).OfType<string>())}");
        Add(member.Offset);
        Type = member.Type;
        _bitSize = member.BitSize;
        _bitShift = member.BitSize is null ? 0 : (int)(member.BitOffset % 8);
    }

    /// <summary>An index; whether it is that of a pointer's first element.</summary>
    private bool Index(string text, ref int at, int radix)
    {
        int end = text.IndexOf(']', at);
        if (end < 0) throw new MdbException($"no trailing ']' in {text}");
        string digits = text[(at + 1)..end].Trim();
        if (!MdbNumbers.TryRead(digits, radix, out ulong index)) throw new MdbException($"[{digits}] is no index");
        at = end + 1;
        (_bitShift, _bitSize) = (0, null);
        var type = Type.Strip();
        if (type is PointerType) Follow();
        else if (type is ArrayType array) Type = array.Element;
        else throw new MdbException("cannot index into non-array, non-pointer type");
        if (type is ArrayType { Count: { } count and > 0 } && index >= count)
            throw new MdbException($"index {MdbNumbers.Prefixed(index, radix)} is outside of array bounds [0 .. {MdbNumbers.Prefixed(count - 1, radix)}]");
        if (Type.Size == 0) throw new MdbException("cannot dereference void type");
        Add(unchecked(index * Type.Size));
        return type is PointerType && index == 0;
    }

    private void Follow()
    {
        var pointer = (PointerType)Type.Strip();
        _steps.Add(new Step(0, (int)Math.Clamp(pointer.Size, 1, 8)));
        Type = pointer.Target;
    }

    private void Add(ulong offset)
    {
        if (_steps.Count > 0 && _steps[^1].PointerSize == 0) _steps[^1] = _steps[^1] with { Offset = unchecked(_steps[^1].Offset + offset) };
        else _steps.Add(new Step(offset, 0));
    }

    /// <summary>Bytes to go on, and the pointer to follow there (its bytes; 0 for none).</summary>
    private sealed record Step(ulong Offset, int PointerSize);
}
