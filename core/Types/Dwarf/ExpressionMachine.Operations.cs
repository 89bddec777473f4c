using System.Buffers.Binary;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

internal ref partial struct ExpressionMachine
{
    private bool Constant(byte op)
    {
        long signed = 0;
        bool ok = op switch
        {
            DwarfOp.Constu => _reader.TryReadUleb128(out ulong u) && Push(u),
            DwarfOp.Consts => _reader.TryReadSleb128(out signed) && Push(unchecked((ulong)signed)),
            _ => SizedConstant(1 << ((op - DwarfOp.Const1u) / 2), isSigned: (op & 1) != 0),
        };
        return ok;
    }

    private bool SizedConstant(int size, bool isSigned)
    {
        if (!_reader.TryReadUnsigned(size, out ulong value)) return false;
        int unused = 64 - size * 8;
        return Push(isSigned ? unchecked((ulong)((long)(value << unused) >> unused)) : value);
    }

    private bool PushIndexed(ulong subtract)
    {
        if (!_reader.TryReadUleb128(out ulong index)) return false;
        return _unit?.ReadAddressIndex(index) is { } address ? Push(unchecked(address - subtract)) : Fail($"entry {index} of .debug_addr cannot be read");
    }

    private bool PushRegister(ulong register) =>
        _reader.TryReadSleb128(out long offset) && RegisterValue(register, out ulong value) && Push(unchecked(value + (ulong)offset));

    private bool PushRelative(ulong? start, string why)
    {
        if (!_reader.TryReadSleb128(out long offset)) return false;
        return start is { } value ? Push(unchecked(value + (ulong)offset)) : Fail(why);
    }

    private bool RegisterValue(ulong register, out ulong value)
    {
        value = 0;
        if (register > int.MaxValue) return false;
        ulong? known = _context.Register((int)register);
        value = known ?? 0;
        return known is not null || Fail(DwarfExpression.RegisterText((int)register));
    }

    private bool Load(int size, BaseType? type)
    {
        if (size is < 1 or > 8 || !Pop(out var address)) return false;
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (!_context.Memory(address.Value, bytes[..size])) return Fail($"memory at {AddressText.Hex(address.Value)} cannot be read");
        return Push(BinaryPrimitives.ReadUInt64LittleEndian(bytes), type);
    }

    private bool Rearrange(byte op)
    {
        if (op == DwarfOp.Drop) return Pop(out _);
        if (op is DwarfOp.Dup or DwarfOp.Over or DwarfOp.Pick)
        {
            byte index = op == DwarfOp.Over ? (byte)1 : (byte)0;
            if (op == DwarfOp.Pick && !_reader.TryReadU8(out index)) return false;
            if (index >= _depth) return false;
            var entry = _stack[_depth - 1 - index];
            return Push(entry.Value, entry.Type);
        }

        int taken = op == DwarfOp.Swap ? 2 : 3;
        if (_depth < taken) return false;
        var top = _stack[_depth - 1];
        Array.Copy(_stack, _depth - taken, _stack, _depth - taken + 1, taken - 1);
        _stack[_depth - taken] = top;
        return true;
    }

    private bool Unary(byte op)
    {
        ulong operand = 0;
        if (op == DwarfOp.PlusUconst && !_reader.TryReadUleb128(out operand)) return false;
        if (!Pop(out var top) || !IsWhole(top.Type)) return false;
        ulong value = unchecked(op switch
        {
            DwarfOp.Abs => Signed(top) < 0 && IsSigned(top.Type) ? 0 - top.Value : top.Value,
            DwarfOp.Neg => 0 - top.Value,
            DwarfOp.Not => ~top.Value,
            _ => top.Value + operand,
        });
        return Push(value, top.Type);
    }

    private bool Binary(byte op)
    {
        if (!Pop(out var right) || !Pop(out var left) || !IsWhole(left.Type) || !IsWhole(right.Type)) return false;
        if (op >= DwarfOp.Eq) return Push(Compare(op, left, right) ? 1UL : 0);
        if (op is DwarfOp.Div or DwarfOp.Mod) return Divide(op, left, right);
        int width = WidthOf(left.Type) * 8;
        int shift = right.Value >= (ulong)width ? width : (int)right.Value;
        ulong value = unchecked(op switch
        {
            DwarfOp.And => left.Value & right.Value,
            DwarfOp.Or => left.Value | right.Value,
            DwarfOp.Xor => left.Value ^ right.Value,
            DwarfOp.Plus => left.Value + right.Value,
            DwarfOp.Minus => left.Value - right.Value,
            DwarfOp.Mul => left.Value * right.Value,
            DwarfOp.Shl => shift >= 64 ? 0 : left.Value << shift,
            DwarfOp.Shr => shift >= 64 ? 0 : left.Value >> shift,
            _ => (ulong)(Signed(left) >> Math.Min(shift, 63)),
        });
        return Push(value, left.Type);
    }

    private readonly bool Compare(byte op, Entry left, Entry right)
    {
        int order = IsSigned(left.Type) ? Signed(left).CompareTo(Signed(right)) : left.Value.CompareTo(right.Value);
        return op switch
        {
            DwarfOp.Eq => order == 0,
            DwarfOp.Ne => order != 0,
            DwarfOp.Ge => order >= 0,
            DwarfOp.Gt => order > 0,
            DwarfOp.Le => order <= 0,
            _ => order < 0,
        };
    }

    /// <summary>Division is signed, modulo unsigned, for numbers without a type (DWARF 5, section 2.5.1.4).</summary>
    private bool Divide(byte op, Entry left, Entry right)
    {
        if (right.Value == 0) return Fail("an expression that divides by zero");
        bool isSigned = op == DwarfOp.Div ? IsSigned(left.Type) : left.Type is not null && IsSigned(left.Type);
        if (!isSigned) return Push(op == DwarfOp.Div ? left.Value / right.Value : left.Value % right.Value, left.Type);

        // The one quotient that does not fit (the lowest number by -1) wraps, as everything does.
        if (Signed(right) == -1) return Push(op == DwarfOp.Div ? unchecked(0 - left.Value) : 0, left.Type);
        long value = op == DwarfOp.Div ? Signed(left) / Signed(right) : Signed(left) % Signed(right);
        return Push(unchecked((ulong)value), left.Type);
    }

    private bool Branch(bool conditional)
    {
        if (!_reader.TryReadU16(out ushort raw)) return false;
        var condition = new Entry(1, null);
        if (conditional && !Pop(out condition)) return false;
        return condition.Value == 0 || _reader.TrySeek(_reader.Position + (long)unchecked((short)raw));
    }

    private bool Block(out ReadOnlyMemory<byte> block)
    {
        block = default;
        if (!_reader.TryReadUleb128(out ulong length) || length > (ulong)_reader.Remaining) return false;
        block = _expression.Slice(_reader.Position, (int)length);
        return _reader.TrySkip((long)length);
    }

    private bool SkipImplicitPointer() => _reader.TrySkip(_unit?.OffsetSize ?? 4) && _reader.TryReadSleb128(out _);

    private bool TypedConstant()
    {
        if (!TypeOperand(out var type) || !_reader.TryReadU8(out byte size) || size is < 1 or > 8) return false;
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (!_reader.TryReadBytes(size, out var read)) return false;
        read.CopyTo(bytes);
        return Push(BinaryPrimitives.ReadUInt64LittleEndian(bytes), type);
    }

    /// <summary>The base type that an operand names by its offset in the unit; 0 is the generic type.</summary>
    private bool TypeOperand(out BaseType? type)
    {
        type = null;
        if (!_reader.TryReadUleb128(out ulong offset)) return false;
        if (offset == 0) return true;
        type = _unit?.TypeAt(offset) as BaseType;
        return type is not null || Fail($"an expression with a type at {offset} that is no base type");
    }

    private bool Retype(bool convert)
    {
        if (!TypeOperand(out var type) || !Pop(out var top)) return false;
        if (!convert) return Push(top.Value, type);
        if (!IsWhole(top.Type) || !IsWhole(type)) return false;
        return Push(IsSigned(top.Type) ? unchecked((ulong)Signed(top)) : top.Value, type);
    }

    private bool IsWhole(BaseType? type) =>
        type is null or { Encoding: not BaseEncoding.Float, Size: <= 8 } || Fail($"an expression that computes with {type.DisplayName}");
}
