using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Types;

/// <summary>A part of a value.</summary>
/// <param name="Name">Member name, <c>[3]</c>, <c>*</c> for what a pointer points at; null for an anonymous member.</param>
/// <param name="Value">The part.</param>
public readonly record struct ValueChild(string? Name, TypedValue Value);

/// <summary>From a value to its parts. Nothing is read from memory but pointers that are followed.</summary>
public static class ValueNavigation
{
    /// <summary>How many parts: members, elements, 1 for a pointer to data; 0 for scalars, void and function pointers, and what is not there.</summary>
    public static ulong ChildCount(this TypedValue value) => value.Status != ValueStatus.Available ? 0 : value.Type.Strip() switch
    {
        AggregateType aggregate => (ulong)aggregate.Members.Count,
        ArrayType array => array.Count ?? 0,
        PointerType pointer when PointsAtData(pointer) => 1,
        _ => 0,
    };

    /// <summary>Parts from <paramref name="start"/> on, at most <paramref name="count"/>.</summary>
    public static IEnumerable<ValueChild> Children(this TypedValue value, ulong start, int count)
    {
        ulong all = value.ChildCount();
        if (start >= all || count <= 0) yield break;
        ulong taken = Math.Min(all - start, (ulong)count);
        var type = value.Type.Strip();
        for (ulong i = 0; i < taken; i++)
        {
            yield return type switch
            {
                AggregateType aggregate => aggregate.Members[(int)(start + i)] is var m ? new ValueChild(m.Name, value.Member(m)) : default,
                ArrayType => new ValueChild($"[{start + i}]", value.Element(unchecked((long)(start + i)))),
                _ => new ValueChild("*", value.Dereference()),
            };
        }
    }

    /// <summary>The member of that name (also in anonymous members); null where there is none.</summary>
    public static TypedValue? Member(this TypedValue value, string name) =>
        value.Type.Strip() is AggregateType aggregate && aggregate.FindMember(name) is { } member ? value.Member(member) : null;

    /// <summary>A member of this value's type.</summary>
    public static TypedValue Member(this TypedValue value, MemberInfo member) =>
        member.BitSize is { } bits ? value.Part(member.Type, member.Offset, (int)(member.BitOffset % 8), bits) : value.Part(member.Type, member.Offset);

    /// <summary>Element of an array, or of what a pointer points at.</summary>
    public static TypedValue Element(this TypedValue value, long index)
    {
        if (value.Type.Strip() is ArrayType array) return value.Part(array.Element, unchecked((ulong)index * array.Element.Size));
        var first = value.Dereference();
        if (first.Address is not { } address) return first;
        return first.Type.Size == 0 && index != 0
            ? TypedValue.Unavailable(first.Type, value.Space, $"{first.Type.DisplayName} has no size")
            : TypedValue.At(first.Type, value.Space, unchecked(address + (ulong)index * first.Type.Size));
    }

    /// <summary>What a pointer points at; an unavailable value that says why where it cannot be followed.</summary>
    public static TypedValue Dereference(this TypedValue value)
    {
        switch (value.Type.Strip())
        {
            case PointerType pointer when value.TryGetUnsigned(out ulong address):
                return TypedValue.At(pointer.Target, value.Space, address);
            case PointerType pointer:
                return TypedValue.Unavailable(pointer.Target, value.Space, value.WhyUnreadable() ?? "the pointer cannot be read");
            case ArrayType:
                return value.Element(0);
            default:
                return TypedValue.Unavailable(VoidType.Instance, value.Space, $"{value.Type.DisplayName} is no pointer");
        }
    }

    /// <summary>The same place or bits as another type: numbers are converted, memory is reinterpreted.</summary>
    public static TypedValue Cast(this TypedValue value, CType type)
    {
        if (value.Status != ValueStatus.Available) return value.Part(type, 0);
        var to = type.Strip();
        var from = value.Type.Strip();
        if (to is PointerType && from is (ArrayType or FunctionType) && value.Address is { } address) return OfNumber(type, value, address);
        if (!IsNumber(from) || !IsNumber(to)) return value.Part(type, 0);
        if (to is BaseType { Encoding: BaseEncoding.Float } real) return OfReal(type, value, real.Size);
        if (from is BaseType { Encoding: BaseEncoding.Float })
        {
            bool known = value.TryGetReal(out double number);
            return known && Math.Abs(number) < 9.2e18 ? OfNumber(type, value, unchecked((ulong)(long)number))
                : TypedValue.Unavailable(type, value.Space, value.WhyUnreadable() ?? "the number does not fit");
        }

        if (!value.TryGetSigned(out long bits)) return TypedValue.Unavailable(type, value.Space, value.WhyUnreadable() ?? "it is no number of at most 64 bits");
        return to is BaseType { Encoding: BaseEncoding.Boolean } ? OfNumber(type, value, bits == 0 ? 0UL : 1) : OfNumber(type, value, unchecked((ulong)bits));
    }

    /// <summary>The value of an integer, enumeration, boolean, character or pointer, zero-extended; false where its bytes are not there or it is none of these.</summary>
    public static bool TryGetUnsigned(this TypedValue value, out ulong number)
    {
        number = 0;
        var type = value.Type.Strip();
        if (type is BaseType { Encoding: BaseEncoding.Float } || !IsNumber(type)) return false;
        int bits = value.BitSize ?? (type.Size <= 8 ? (int)type.Size * 8 : 0);
        if (bits is < 1 or > 64 || value.BitShift < 0) return false;

        // A bit field of 64 bits may touch nine bytes.
        int shift = value.BitShift % 8;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (!value.TryRead((ulong)(value.BitShift / 8), bytes[..((shift + bits + 7) / 8)])) return false;
        var wide = BinaryPrimitives.ReadUInt128LittleEndian(bytes) >> shift;
        number = unchecked((ulong)wide);
        if (bits < 64) number &= (1UL << bits) - 1;
        return true;
    }

    /// <summary>The same, sign-extended where the type is signed.</summary>
    public static bool TryGetSigned(this TypedValue value, out long number)
    {
        bool ok = value.TryGetUnsigned(out ulong raw);
        number = unchecked((long)raw);
        var type = value.Type.Strip();
        int bits = value.BitSize ?? (int)Math.Min(type.Size, 8) * 8;
        if (ok && bits is > 0 and < 64 && IsSigned(type)) number = unchecked((long)(raw << (64 - bits))) >> (64 - bits);
        return ok;
    }

    /// <summary>The value of a floating-point number; false where its bytes are not there or it is none. x86's ten-byte ones lose their last bits.</summary>
    public static bool TryGetReal(this TypedValue value, out double number)
    {
        number = 0;
        if (value.Type.Strip() is not BaseType { Encoding: BaseEncoding.Float } type || type.Size is not (2 or 4 or 8 or 10 or 12 or 16)) return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!value.TryRead(0, bytes[..(int)type.Size])) return false;
        number = type.Size switch
        {
            2 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            4 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            8 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            _ => ExtendedToDouble(bytes),
        };
        return true;
    }

    /// <summary>Whether numbers of a type can be negative.</summary>
    internal static bool IsSigned(CType type) => type is EnumType { IsSigned: true } or BaseType { IsSigned: true };

    internal static bool IsNumber(CType type) => type is BaseType or EnumType or PointerType;

    private static bool PointsAtData(PointerType pointer) => pointer.Target.Strip() switch
    {
        VoidType or FunctionType or BrokenType => false,
        AggregateType aggregate => !aggregate.IsDeclaration,
        _ => true,
    };

    private static TypedValue OfNumber(CType type, TypedValue value, ulong number)
    {
        // Room for any integer type: the sign goes on through the upper half.
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        if (unchecked((long)number) < 0 && IsSigned(value.Type.Strip())) bytes.AsSpan(8).Fill(0xff);
        return TypedValue.OfBytes(type, value.Space, bytes);
    }

    private static TypedValue OfReal(CType type, TypedValue value, ulong size)
    {
        bool known = value.TryGetReal(out double number);
        if (!known && value.TryGetSigned(out long whole))
        {
            number = IsSigned(value.Type.Strip()) ? whole : unchecked((ulong)whole);
            known = true;
        }

        if (!known || size is not (4 or 8)) return TypedValue.Unavailable(type, value.Space, value.WhyUnreadable() ?? $"{type.DisplayName} cannot be computed");
        var bytes = new byte[8];
        if (size == 4) BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)number);
        else BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        return TypedValue.OfBytes(type, value.Space, bytes);
    }

    /// <summary>x87: 64 bits of mantissa with its leading 1, 15 of exponent (bias 16383), a sign (Intel SDM volume 1, section 4.2.2).</summary>
    private static double ExtendedToDouble(ReadOnlySpan<byte> bytes)
    {
        ulong mantissa = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ushort top = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        int exponent = top & 0x7fff;
        double magnitude = exponent == 0x7fff ? mantissa << 1 == 0 ? double.PositiveInfinity : double.NaN : Math.ScaleB(mantissa, exponent - 16383 - 63);
        return (top & 0x8000) != 0 ? -magnitude : magnitude;
    }
}
