using System.Buffers.Binary;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>A DWARF expression (DWARF 5, 2.5 and 7.7.1), written operation by operation.</summary>
/// <param name="word">Bytes of an address.</param>
internal sealed class RuleExpression(int word)
{
    private readonly LittleEndianBuffer _code = new(word);
    private readonly List<(int Operand, string Label)> _jumps = [];
    private readonly Dictionary<string, int> _labels = [];

    /// <summary>Writes operations without operands.</summary>
    public RuleExpression Do(params ReadOnlySpan<Op> operations)
    {
        foreach (var operation in operations) _code.U8((int)operation);
        return this;
    }

    /// <summary>Pushes a register and a number added.</summary>
    public RuleExpression Register(int number, long plus = 0)
    {
        _code.U8((int)Op.FirstBaseRegister + number);
        _code.Signed(plus);
        return this;
    }

    /// <summary>Pushes a register of any number.</summary>
    public RuleExpression HighRegister(int number)
    {
        _code.U8((int)Op.BaseRegister);
        _code.Unsigned((ulong)number);
        _code.Signed(0);
        return this;
    }

    /// <summary>Pushes a word of memory: the one at a register and a number added.</summary>
    public RuleExpression Load(int register, long plus = 0) => Register(register, plus).Do(Op.Deref);

    /// <summary>Pushes a small number.</summary>
    public RuleExpression Constant(ulong value)
    {
        _code.U8((int)Op.Constu);
        _code.Unsigned(value);
        return this;
    }

    /// <summary>Pushes an address.</summary>
    public RuleExpression Address(ulong value)
    {
        _code.U8((int)Op.Addr);
        _code.Address(value);
        return this;
    }

    /// <summary>Goes on at a label, or only if what it pops is not 0.</summary>
    public RuleExpression Jump(string label, bool ifTrue = false)
    {
        _code.U8((int)(ifTrue ? Op.Bra : Op.Skip));
        _jumps.Add((_code.Length, label));
        _code.U16(0);
        return this;
    }

    /// <summary>A place to go on at.</summary>
    public RuleExpression Label(string label)
    {
        _labels.Add(label, _code.Length);
        return this;
    }

    /// <summary>The bytes, jumps resolved: they count from after their operand.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = _code.ToArray();
        foreach (var (operand, label) in _jumps) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(operand), (short)(_labels[label] - operand - 2));
        return bytes;
    }

    /// <summary>Operations (DW_OP_*).</summary>
    internal enum Op
    {
        Addr = 0x03,
        Deref = 0x06,
        Constu = 0x10,
        Dup = 0x12,
        Drop = 0x13,
        Swap = 0x16,
        And = 0x1a,
        Minus = 0x1c,
        Not = 0x20,
        Bra = 0x28,
        Eq = 0x29,
        Ge = 0x2a,
        Lt = 0x2d,
        Skip = 0x2f,
        Zero = 0x30,
        FirstBaseRegister = 0x70,
        BaseRegister = 0x92,
    }
}
