using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// Runs call frame instructions (DWARF 5, section 6.4.2) up to one pc. Each instruction takes at least a byte, so a run is no longer than its
/// bytes; what DW_CFA_remember_state keeps is limited.
/// </summary>
internal sealed class CfiProgram
{
    private readonly CfiSection _section;
    private readonly CfiEntry _entry;
    private readonly ulong _target;
    private readonly Stack<(CfaRule? Cfa, Dictionary<int, RegisterRule> Rules)> _saved = new();
    private CfaRule? _cfa;
    private Dictionary<int, RegisterRule> _rules = [];
    private Dictionary<int, RegisterRule>? _initial;
    private ulong _at;

    private CfiProgram(CfiSection section, CfiEntry entry, ulong target)
    {
        _section = section;
        _entry = entry;
        _target = target;
    }

    /// <summary>The row that holds at an offset from the entry's start; null with a diagnostic where the instructions are broken.</summary>
    public static UnwindRow? RowAt(CfiSection section, CfiEntry entry, ulong target, VirtualAddress functionStart)
    {
        var program = new CfiProgram(section, entry, target);
        if (!program.Run(entry.Common.Instructions)) return program.Broken();
        program._initial = new Dictionary<int, RegisterRule>(program._rules);
        program._at = 0;
        if (!program.Run(entry.Instructions) || program._cfa is not { } cfa) return program.Broken();
        return new UnwindRow
        {
            FunctionStart = functionStart,
            Cfa = cfa,
            Registers = program._rules,
            ReturnAddressRegister = entry.Common.ReturnAddressRegister,
            IsSignalFrame = entry.Common.IsSignalFrame,
        };
    }

    private UnwindRow? Broken()
    {
        _section.Warn($"the instructions for the function at 0x{_entry.Start:x} are broken; it cannot be unwound by them.");
        return null;
    }

    private bool Run((int Start, int Length) instructions)
    {
        var reader = new SpanReader(_section.Bytes.Span[..(instructions.Start + instructions.Length)], _section.BigEndian);
        reader.TrySeek(instructions.Start);
        while (reader.TryReadU8(out byte op))
        {
            ulong low = (ulong)op & 0x3f;
            bool past = false;
            bool ok = (op >> 6) switch
            {
                1 => Advance(low, out past),
                2 => reader.TryReadUleb128(out ulong n) && Set(low, RegisterRuleKind.AtCfaOffset, Factored(n)),
                3 => Restore(low),
                _ => op <= 0x04 && op != 0 ? TryAdvance(ref reader, op, out past) : op is >= 0x0a and <= 0x0b ? State(op) : Extended(ref reader, op),
            };
            if (!ok) return false;
            if (past) return true;
        }

        return true;
    }

    private bool TryAdvance(ref SpanReader reader, byte op, out bool past)
    {
        past = false;
        if (op != 0x01) return reader.TryReadUnsigned(1 << (op - 2), out ulong delta) && Advance(delta, out past);
        if (!_section.TryReadPointer(ref reader, _entry.Common.PointerEncoding, _entry.Common.AddressSize, out ulong address)) return false;
        ulong next = unchecked(address - _entry.Start);
        past = next > _target;
        _at = next;
        return true;
    }

    private bool Advance(ulong delta, out bool past)
    {
        _at = unchecked(_at + delta * _entry.Common.CodeAlignment);

        // The CIE's instructions hold for the whole function.
        past = _initial is not null && _at > _target;
        return true;
    }

    private bool State(byte op)
    {
        if (op == 0x0b)
        {
            if (!_saved.TryPop(out var state)) return false;
            (_cfa, _rules) = state;
            return true;
        }

        if (_saved.Count >= DumpLimits.CfiSavedStates) return false;
        _saved.Push((_cfa, new Dictionary<int, RegisterRule>(_rules)));
        return true;
    }

    private bool Extended(ref SpanReader reader, byte op)
    {
        ulong register;
        ulong number;
        long signed;
        switch (op)
        {
            case 0x00: return true;
            case 0x05: return Two(ref reader, out register, out number) && Set(register, RegisterRuleKind.AtCfaOffset, Factored(number));
            case 0x06: return reader.TryReadUleb128(out register) && Restore(register);
            case 0x07: return reader.TryReadUleb128(out register) && Set(register, RegisterRuleKind.Undefined, 0);
            case 0x08: return reader.TryReadUleb128(out register) && Set(register, RegisterRuleKind.SameValue, 0);
            case 0x09: return Two(ref reader, out register, out number) && number < DumpLimits.CfiRegisters && Set(register, RegisterRuleKind.InRegister, (long)number);
            case 0x0c: return Two(ref reader, out register, out number) && SetCfa(register, unchecked((long)number));
            case 0x0d: return reader.TryReadUleb128(out register) && _cfa is { } old && SetCfa(register, old.Offset);
            case 0x0e: return reader.TryReadUleb128(out number) && MoveCfa(unchecked((long)number));
            case 0x0f: return Block(ref reader, out var cfa) && SetCfa(cfa);
            case 0x10: return reader.TryReadUleb128(out register) && Block(ref reader, out var at) && Set(register, RegisterRuleKind.AtExpression, 0, at);
            case 0x11: return TwoSigned(ref reader, out register, out signed) && Set(register, RegisterRuleKind.AtCfaOffset, Factored(signed));
            case 0x12: return TwoSigned(ref reader, out register, out signed) && SetCfa(register, Factored(signed));
            case 0x13: return reader.TryReadSleb128(out signed) && MoveCfa(Factored(signed));
            case 0x14: return Two(ref reader, out register, out number) && Set(register, RegisterRuleKind.ValueCfaOffset, Factored(number));
            case 0x15: return TwoSigned(ref reader, out register, out signed) && Set(register, RegisterRuleKind.ValueCfaOffset, Factored(signed));
            case 0x16: return reader.TryReadUleb128(out register) && Block(ref reader, out var value) && Set(register, RegisterRuleKind.ValueExpression, 0, value);

            // DW_CFA_GNU_args_size: what a landing pad must know, not an unwinder of the stack.
            case 0x2e: return reader.TryReadUleb128(out _);

            // DW_CFA_GNU_negative_offset_extended.
            case 0x2f: return Two(ref reader, out register, out number) && Set(register, RegisterRuleKind.AtCfaOffset, unchecked(0 - Factored(number)));
            default: return false;
        }
    }

    private static bool Two(ref SpanReader reader, out ulong register, out ulong number) => reader.TryReadUleb128(out register) & reader.TryReadUleb128(out number);

    private static bool TwoSigned(ref SpanReader reader, out ulong register, out long number) => reader.TryReadUleb128(out register) & reader.TryReadSleb128(out number);

    private bool Block(ref SpanReader reader, out ReadOnlyMemory<byte> block)
    {
        block = default;
        if (!reader.TryReadUleb128(out ulong length) || length > (ulong)reader.Remaining) return false;
        block = _section.Bytes.Slice(reader.Position, (int)length);
        return reader.TrySkip((long)length);
    }

    private long Factored(ulong number) => unchecked((long)number * _entry.Common.DataAlignment);

    private long Factored(long number) => unchecked(number * _entry.Common.DataAlignment);

    private bool SetCfa(ulong register, long offset)
    {
        if (register >= DumpLimits.CfiRegisters) return false;
        _cfa = new CfaRule((int)register, offset);
        return true;
    }

    private bool SetCfa(ReadOnlyMemory<byte> expression)
    {
        _cfa = new CfaRule(-1, 0, expression);
        return true;
    }

    private bool MoveCfa(long offset)
    {
        if (_cfa is not { Register: >= 0 } cfa) return false;
        _cfa = cfa with { Offset = offset };
        return true;
    }

    private bool Set(ulong register, RegisterRuleKind kind, long value, ReadOnlyMemory<byte> expression = default)
    {
        if (register >= DumpLimits.CfiRegisters) return false;
        _rules[(int)register] = new RegisterRule(kind, value, expression);
        return true;
    }

    private bool Restore(ulong register)
    {
        if (register >= DumpLimits.CfiRegisters || _initial is null) return false;
        if (_initial.TryGetValue((int)register, out var rule)) _rules[(int)register] = rule;
        else _rules.Remove((int)register);
        return true;
    }
}
