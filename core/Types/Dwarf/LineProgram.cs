using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The state machine of a line program (DWARF 5, section 6.2.5). Every opcode takes at least a byte, so a run is no longer than the program;
/// what it was before broken bytes is kept.
/// </summary>
internal sealed class LineProgram(LineHeader header, DwarfUnit unit)
{
    private const byte Copy = 1;
    private const byte AdvancePc = 2;
    private const byte AdvanceLine = 3;
    private const byte SetFile = 4;
    private const byte SetColumn = 5;
    private const byte NegateStatement = 6;
    private const byte ConstAddPc = 8;
    private const byte FixedAdvancePc = 9;
    private const byte EndSequence = 1;
    private const byte SetAddress = 2;
    private const byte SetDiscriminator = 4;

    private ulong _address;
    private ulong _operation;
    private ulong _file = 1;
    private ulong _line = 1;
    private ulong _column;
    private bool _isStatement = header.DefaultIsStatement;
    private bool _hasDiscriminator;
    private bool _lineHasDiscriminator;
    private (ulong File, ulong Line) _last;
    private ulong _lastAddress;
    private bool _statementAtAddress;
    private int _first;

    public List<LineRow> Rows { get; } = [];

    public List<LineSequence> Sequences { get; } = [];

    /// <summary>Runs it over the bytes of .debug_line up to the program's end.</summary>
    public void Run(ReadOnlySpan<byte> section, bool bigEndian)
    {
        var reader = new SpanReader(section, bigEndian);
        reader.TrySeek(header.Program);
        while (!reader.AtEnd && Rows.Count < DumpLimits.DwarfLineRows)
        {
            int at = reader.Position;
            reader.TryReadU8(out byte opcode);
            bool ok = opcode >= header.OpcodeBase ? Special(opcode) : opcode == 0 ? Extended(ref reader) : Standard(ref reader, opcode);
            if (ok) continue;
            unit.Data.Warn("line", $"the line program of the unit at 0x{unit.Offset:x} breaks off at 0x{at:x} of .debug_line; code after it has no lines.");
            break;
        }

        Rows.RemoveRange(_first, Rows.Count - _first);
    }

    private bool Special(byte opcode)
    {
        int adjusted = opcode - header.OpcodeBase;
        Advance((ulong)(adjusted / header.LineRange));
        MoveLine(header.LineBase + adjusted % header.LineRange);
        Emit();
        return true;
    }

    private bool Standard(ref SpanReader reader, byte opcode)
    {
        ulong operand;
        switch (opcode)
        {
            case Copy:
                Emit();
                return true;
            case AdvancePc:
                if (!reader.TryReadUleb128(out operand)) return false;
                Advance(operand);
                return true;
            case AdvanceLine:
                if (!reader.TryReadSleb128(out long delta)) return false;
                MoveLine(delta);
                return true;
            case SetFile: return reader.TryReadUleb128(out _file);
            case SetColumn: return reader.TryReadUleb128(out _column);
            case NegateStatement:
                _isStatement = !_isStatement;
                return true;
            case ConstAddPc:
                Advance((ulong)((255 - header.OpcodeBase) / header.LineRange));
                return true;
            case FixedAdvancePc:
                if (!reader.TryReadU16(out ushort bytes)) return false;
                _address = unchecked(_address + bytes);
                _operation = 0;
                return true;
            default:
                for (int i = 0; i < header.OperandCounts[opcode - 1]; i++)
                    if (!reader.TryReadUleb128(out operand)) return false;
                return true;
        }
    }

    private bool Extended(ref SpanReader reader)
    {
        if (!reader.TryReadUleb128(out ulong length) || length == 0 || length > (ulong)reader.Remaining) return false;
        int end = reader.Position + (int)length;
        reader.TryReadU8(out byte opcode);
        switch (opcode)
        {
            case EndSequence:
                FinishSequence();
                break;
            case SetAddress:
                if (!reader.TryReadUnsigned((int)length - 1, out _address)) return false;
                _operation = 0;
                break;
            case SetDiscriminator:
                if (!reader.TryReadUleb128(out ulong discriminator)) return false;
                _hasDiscriminator = discriminator != 0;
                _lineHasDiscriminator |= _hasDiscriminator;
                break;
        }

        return reader.TrySeek(end);
    }

    private void Advance(ulong operations)
    {
        ulong sum = unchecked(_operation + operations);
        ulong perInstruction = (ulong)header.MaximumOperations;
        _address = unchecked(_address + (ulong)header.MinimumInstructionLength * (sum / perInstruction));
        _operation = sum % perInstruction;
    }

    private void MoveLine(long delta)
    {
        _line = unchecked(_line + (ulong)delta);
        if (delta != 0) _lineHasDiscriminator = _hasDiscriminator;
    }

    /// <summary>
    /// A row, as gdb keeps it. One that goes on with the line before it, only in another block of that line (its discriminator says so), or that changes the
    /// file where a statement starts at the same address, is no line of its own: it is left out.
    /// </summary>
    private void Emit()
    {
        bool isFirst = Rows.Count == _first;
        bool isOvershadowed = _file != _last.File && _address == _lastAddress && !_isStatement && _statementAtAddress;
        bool isNew = _last != (_file, _line) || !_lineHasDiscriminator;
        if (isFirst || (isNew && !isOvershadowed))
        {
            Rows.Add(new LineRow(
                _address, _file <= uint.MaxValue ? (uint)_file : uint.MaxValue, _line <= uint.MaxValue ? (uint)_line : 0,
                _column <= ushort.MaxValue ? (ushort)_column : (ushort)0, _isStatement));
        }

        if (isFirst || !isOvershadowed) _last = (_file, _line);
        _statementAtAddress = _isStatement || (_statementAtAddress && !isFirst && _address == _lastAddress);
        _lastAddress = _address;
        _hasDiscriminator = false;
    }

    private void FinishSequence()
    {
        int count = Rows.Count - _first;
        if (count > 0 && _address > Rows[_first].Address) Sequences.Add(new LineSequence(Rows[_first].Address, _address, _first, count));
        else Rows.RemoveRange(_first, count);
        _first = Rows.Count;
        (_address, _operation, _file, _line, _column, _isStatement) = (0, 0, 1, 1, 0, header.DefaultIsStatement);
        _hasDiscriminator = _lineHasDiscriminator = false;
    }
}
