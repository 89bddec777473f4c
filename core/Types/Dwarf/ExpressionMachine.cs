using System.Buffers.Binary;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// One run of one expression. A method that returns false has left why in <see cref="_end"/>: unavailable, or optimized out.
/// Numbers without a type are as wide as an address and wrap, as the standard's generic type does.
/// </summary>
internal ref partial struct ExpressionMachine
{
    private readonly ReadOnlyMemory<byte> _expression;
    private readonly DwarfUnitInfo? _unit;
    private readonly ExpressionContext _context;
    private readonly int _addressSize;
    private SpanReader _reader;
    private Entry[] _stack = new Entry[16];
    private int _depth;
    private DwarfLocation? _place;
    private List<DwarfPiece>? _pieces;
    private DwarfLocation? _end;

    public ExpressionMachine(ReadOnlyMemory<byte> expression, DwarfUnitInfo? unit, ExpressionContext context)
    {
        _expression = expression;
        _unit = unit;
        _context = context;
        _addressSize = (unit?.AddressSize ?? context.AddressSize) == 4 ? 4 : 8;
        _reader = new SpanReader(expression.Span);
    }

    /// <summary>A number on the stack; a null type is the generic one.</summary>
    private readonly record struct Entry(ulong Value, BaseType? Type);

    public DwarfLocation Run()
    {
        if (_context.Initial is { } initial) Push(initial);
        for (int steps = 0; !_reader.AtEnd; steps++)
        {
            if (steps >= DumpLimits.ExpressionSteps) return DwarfLocation.Unavailable($"an expression of more than {DumpLimits.ExpressionSteps} steps");
            if (!Step()) return _end ?? DwarfLocation.Unavailable("a broken expression");
        }

        if (_pieces is not null) return DwarfLocation.Of(_pieces);
        if (_place is not null) return _place;
        return _depth > 0 ? DwarfLocation.At(_stack[_depth - 1].Value) : DwarfLocation.OptimizedOut;
    }

    private bool Step()
    {
        int at = _reader.Position;
        if (!_reader.TryReadU8(out byte op)) return Broken(at);
        bool endsPlace = op is DwarfOp.Piece or DwarfOp.BitPiece or DwarfOp.Nop or DwarfOp.GnuUninit;
        if (_place is not null && !endsPlace) return Fail($"an expression that goes on after its end (operation 0x{op:x2} at {at})");
        bool ok = op switch
        {
            >= DwarfOp.Lit0 and <= DwarfOp.Lit31 => Push((ulong)(op - DwarfOp.Lit0)),
            >= DwarfOp.Reg0 and <= DwarfOp.Reg31 => Place(DwarfLocation.In(op - DwarfOp.Reg0)),
            >= DwarfOp.Breg0 and <= DwarfOp.Breg31 => PushRegister((ulong)(op - DwarfOp.Breg0)),
            >= DwarfOp.Const1u and <= DwarfOp.Consts => Constant(op),
            >= DwarfOp.Dup and <= DwarfOp.Rot => Rearrange(op),
            DwarfOp.Abs or DwarfOp.Neg or DwarfOp.Not or DwarfOp.PlusUconst => Unary(op),
            (>= DwarfOp.And and <= DwarfOp.Xor) or (>= DwarfOp.Eq and <= DwarfOp.Ne) => Binary(op),
            DwarfOp.Bra or DwarfOp.Skip => Branch(op == DwarfOp.Bra),
            DwarfOp.Nop or DwarfOp.GnuUninit => true,
            DwarfOp.Piece or DwarfOp.BitPiece => EndPiece(op == DwarfOp.BitPiece),
            _ => Special(op, at),
        };
        return ok || Broken(at);
    }

    private bool Special(byte op, int at) => op switch
    {
        DwarfOp.Addr => _reader.TryReadUnsigned(_addressSize, out ulong address) && Push(unchecked(address + (_unit?.Bias ?? 0))),
        DwarfOp.Addrx or DwarfOp.GnuAddrIndex => PushIndexed(0),
        DwarfOp.Constx or DwarfOp.GnuConstIndex => PushIndexed(_unit?.Bias ?? 0),
        DwarfOp.Deref => Load(_addressSize, null),
        DwarfOp.DerefSize => _reader.TryReadU8(out byte size) && Load(size, null),
        DwarfOp.DerefType or DwarfOp.GnuDerefType => _reader.TryReadU8(out byte size) && TypeOperand(out var type) && Load(size, type),
        DwarfOp.Regx => _reader.TryReadUleb128(out ulong register) && register <= int.MaxValue && Place(DwarfLocation.In((int)register)),
        DwarfOp.Bregx => _reader.TryReadUleb128(out ulong register) && PushRegister(register),
        DwarfOp.RegvalType or DwarfOp.GnuRegvalType =>
            _reader.TryReadUleb128(out ulong register) && TypeOperand(out var type) && RegisterValue(register, out ulong value) && Push(value, type),
        DwarfOp.Fbreg => PushRelative(_context.FrameBase(), "the frame base is not known"),
        DwarfOp.CallFrameCfa => _context.Cfa() is { } cfa ? Push(cfa) : Fail("the canonical frame address is not known"),
        DwarfOp.ImplicitValue => Block(out var bytes) && Place(DwarfLocation.Of(bytes)),
        DwarfOp.StackValue => TakeValue(),
        DwarfOp.EntryValue or DwarfOp.GnuEntryValue => Block(out var entry) && (_context.EntryValue(entry) is { } value ? Push(value) : Gone()),
        DwarfOp.ConstType or DwarfOp.GnuConstType => TypedConstant(),
        DwarfOp.Convert or DwarfOp.GnuConvert => Retype(convert: true),
        DwarfOp.Reinterpret or DwarfOp.GnuReinterpret => Retype(convert: false),

        // The value that is pointed at may be known, but there is no address to give.
        DwarfOp.ImplicitPointer or DwarfOp.GnuImplicitPointer => SkipImplicitPointer() && Place(DwarfLocation.OptimizedOut),
        DwarfOp.GnuParameterRef or DwarfOp.GnuVariableValue => Gone(),
        _ => Fail($"an expression with operation 0x{op:x2} at {at}, which is not supported"),
    };

    private bool Push(ulong value, BaseType? type = null)
    {
        if (_depth >= DumpLimits.ExpressionDepth) return Fail($"an expression with more than {DumpLimits.ExpressionDepth} numbers on its stack");
        if (_depth == _stack.Length) Array.Resize(ref _stack, _stack.Length * 2);
        _stack[_depth++] = new Entry(Cut(value, type), type);
        return true;
    }

    private bool Pop(out Entry entry)
    {
        bool any = _depth > 0;
        entry = any ? _stack[--_depth] : default;
        return any;
    }

    private readonly int WidthOf(BaseType? type) => type is { Size: >= 1 and <= 8 } ? (int)type.Size : _addressSize;

    private readonly ulong Cut(ulong value, BaseType? type)
    {
        int bits = WidthOf(type) * 8;
        return bits >= 64 ? value : value & ((1UL << bits) - 1);
    }

    private readonly long Signed(Entry entry)
    {
        int unused = 64 - WidthOf(entry.Type) * 8;
        return unchecked((long)(entry.Value << unused)) >> unused;
    }

    private static bool IsSigned(BaseType? type) => type is null or { Encoding: BaseEncoding.Signed or BaseEncoding.Character };

    private bool Place(DwarfLocation place)
    {
        _place = place;
        return true;
    }

    private bool TakeValue()
    {
        if (!Pop(out var top)) return false;
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, top.Value);
        return Place(DwarfLocation.Of(bytes.AsMemory(0, WidthOf(top.Type))));
    }

    private bool EndPiece(bool inBits)
    {
        ulong offset = 0;
        if (!_reader.TryReadUleb128(out ulong size) || (inBits && !_reader.TryReadUleb128(out offset))) return false;
        if (size > DumpLimits.PieceBytes || offset > DumpLimits.PieceBytes) return Fail($"a piece of {size} at {offset}, more than a value can have");
        var place = _place ?? (Pop(out var top) ? DwarfLocation.At(top.Value) : DwarfLocation.OptimizedOut);
        _place = null;
        _pieces ??= [];
        if (_pieces.Count >= DumpLimits.ExpressionDepth) return Fail($"a value in more than {DumpLimits.ExpressionDepth} pieces");
        _pieces.Add(new DwarfPiece(place, inBits ? size : size * 8, offset));
        return true;
    }

    private bool Broken(int at)
    {
        _end ??= DwarfLocation.Unavailable($"a broken expression (at byte {at})");
        return false;
    }

    private bool Fail(string why)
    {
        _end ??= DwarfLocation.Unavailable(why);
        return false;
    }

    private bool Gone()
    {
        _end ??= DwarfLocation.OptimizedOut;
        return false;
    }
}
