namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>The word behind an integer or a floating-point number (illumos sys/ctf.h, CTF_INT_DATA and CTF_FP_DATA).</summary>
/// <param name="Word">Format in the upper eight bits, width in bits in the lower sixteen.</param>
internal readonly record struct CtfEncoding(uint Word)
{
    private const uint Signed = 1;
    private const uint Char = 2;
    private const uint Bool = 4;

    /// <summary>Bits of a value.</summary>
    public int Bits => (int)(Word & 0xffff);

    private uint Format => Word >> 24;

    /// <summary>The integer.</summary>
    public CType Integer(string name, ulong size)
    {
        if (name == "void" && Bits == 0) return VoidType.Instance;
        bool isSigned = (Format & Signed) != 0;
        var encoding = (Format & Bool) != 0 ? BaseEncoding.Boolean
            : (Format & Char) != 0 ? BaseEncoding.Character
            : isSigned ? BaseEncoding.Signed : BaseEncoding.Unsigned;
        return new BaseType(name, size, encoding, isSigned && encoding != BaseEncoding.Boolean);
    }

    /// <summary>The floating-point number. C keeps a complex one as an array of two (C11, 6.2.5); so are the ends of an interval kept.</summary>
    public CType Real(string name, ulong size)
    {
        bool isPair = Format is >= 3 and <= 5 or >= 7 and <= 9;
        if (!isPair) return new BaseType(name, size, BaseEncoding.Float);
        var pair = new ArrayType(() => new BaseType(name, size / 2, BaseEncoding.Float), 2);
        return new TypedefType(name, () => pair);
    }
}
