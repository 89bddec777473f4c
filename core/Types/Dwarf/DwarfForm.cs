using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What decides the width of attributes in a unit.</summary>
/// <param name="Version">DWARF version, 2 to 5.</param>
/// <param name="AddressSize">Bytes of an address, 4 or 8.</param>
/// <param name="OffsetSize">Bytes of an offset into a section, 4 or 8 (the 64-bit form).</param>
internal readonly record struct UnitEncoding(int Version, int AddressSize, int OffsetSize);

/// <summary>Forms of attributes (DWARF 5, table 7.6; 0x1f.. are GNU's, of split and of shared DWARF).</summary>
internal static class DwForm
{
    public const int Addr = 0x01;
    public const int Block2 = 0x03;
    public const int Block4 = 0x04;
    public const int Data2 = 0x05;
    public const int Data4 = 0x06;
    public const int Data8 = 0x07;
    public const int String = 0x08;
    public const int Block = 0x09;
    public const int Block1 = 0x0a;
    public const int Data1 = 0x0b;
    public const int Flag = 0x0c;
    public const int Sdata = 0x0d;
    public const int Strp = 0x0e;
    public const int Udata = 0x0f;
    public const int RefAddr = 0x10;
    public const int Ref1 = 0x11;
    public const int Ref2 = 0x12;
    public const int Ref4 = 0x13;
    public const int Ref8 = 0x14;
    public const int RefUdata = 0x15;
    public const int Indirect = 0x16;
    public const int SecOffset = 0x17;
    public const int Exprloc = 0x18;
    public const int FlagPresent = 0x19;
    public const int Strx = 0x1a;
    public const int Addrx = 0x1b;
    public const int RefSup4 = 0x1c;
    public const int StrpSup = 0x1d;
    public const int Data16 = 0x1e;
    public const int LineStrp = 0x1f;
    public const int RefSig8 = 0x20;
    public const int ImplicitConst = 0x21;
    public const int Loclistx = 0x22;
    public const int Rnglistx = 0x23;
    public const int RefSup8 = 0x24;
    public const int Strx1 = 0x25;
    public const int Strx2 = 0x26;
    public const int Strx3 = 0x27;
    public const int Strx4 = 0x28;
    public const int Addrx1 = 0x29;
    public const int Addrx2 = 0x2a;
    public const int Addrx3 = 0x2b;
    public const int Addrx4 = 0x2c;
    public const int GnuAddrIndex = 0x1f01;
    public const int GnuStrIndex = 0x1f02;
    public const int GnuRefAlt = 0x1f20;
    public const int GnuStrpAlt = 0x1f21;

    /// <summary>Bytes of a value, or -1 where the value itself tells, or -2 for a form that is not known.</summary>
    public static int SizeOf(int form, UnitEncoding encoding) => form switch
    {
        Addr => encoding.AddressSize,
        Data1 or Flag or Ref1 or Strx1 or Addrx1 => 1,
        Data2 or Ref2 or Strx2 or Addrx2 => 2,
        Strx3 or Addrx3 => 3,
        Data4 or Ref4 or Strx4 or Addrx4 or RefSup4 => 4,
        Data8 or Ref8 or RefSig8 or RefSup8 => 8,
        Data16 => 16,
        Strp or LineStrp or SecOffset or StrpSup or GnuRefAlt or GnuStrpAlt => encoding.OffsetSize,
        RefAddr => encoding.Version <= 2 ? encoding.AddressSize : encoding.OffsetSize,
        FlagPresent or ImplicitConst => 0,
        Block1 or Block2 or Block4 or Block or Exprloc or String or Sdata or Udata or RefUdata or Indirect => -1,
        Strx or Addrx or Loclistx or Rnglistx or GnuAddrIndex or GnuStrIndex => -1,
        _ => -2,
    };

    /// <summary>Reads a value; a number, or where its bytes are. False where they are cut off or the form is not known.</summary>
    public static bool TryRead(ref SpanReader reader, int form, long implicitConst, UnitEncoding encoding, out AttributeValue value)
    {
        value = default;
        int size = SizeOf(form, encoding);
        if (size is > 0 and <= 8) return TryReadFixed(ref reader, form, size, out value);
        switch (form)
        {
            case FlagPresent:
                value = new AttributeValue(form, 1);
                return true;
            case ImplicitConst:
                value = new AttributeValue(form, unchecked((ulong)implicitConst));
                return true;
            case Sdata:
                bool ok = reader.TryReadSleb128(out long signed);
                value = new AttributeValue(form, unchecked((ulong)signed));
                return ok;
            case Udata or RefUdata or Strx or Addrx or Loclistx or Rnglistx or GnuAddrIndex or GnuStrIndex:
                bool read = reader.TryReadUleb128(out ulong number);
                value = new AttributeValue(form, number);
                return read;
            case Indirect:
                return reader.TryReadUleb128(out ulong inner) && inner is not (Indirect or ImplicitConst) && inner <= ushort.MaxValue
                    && TryRead(ref reader, (int)inner, 0, encoding, out value);
            default:
                return TryReadSpan(ref reader, form, out value);
        }
    }

    /// <summary>Passes over a value.</summary>
    public static bool TrySkip(ref SpanReader reader, int form, UnitEncoding encoding)
    {
        int size = SizeOf(form, encoding);
        return size >= 0 ? reader.TrySkip(size) : TryRead(ref reader, form, 0, encoding, out _);
    }

    private static bool TryReadFixed(ref SpanReader reader, int form, int size, out AttributeValue value)
    {
        ulong number = 0;
        bool ok;
        if (size == 3)
        {
            ok = reader.TryReadBytes(3, out var b);
            if (ok) number = reader.BigEndian ? (ulong)(b[0] << 16 | b[1] << 8 | b[2]) : (ulong)(b[2] << 16 | b[1] << 8 | b[0]);
        }
        else
        {
            ok = reader.TryReadUnsigned(size, out number);
        }

        value = new AttributeValue(form, number);
        return ok;
    }

    private static bool TryReadSpan(ref SpanReader reader, int form, out AttributeValue value)
    {
        value = default;
        ulong length = 0;
        int start = reader.Position;
        switch (form)
        {
            case Data16: length = 16; break;
            case Block1 when reader.TryReadU8(out byte b): length = b; break;
            case Block2 when reader.TryReadU16(out ushort s): length = s; break;
            case Block4 when reader.TryReadU32(out uint i): length = i; break;
            case Block or Exprloc when reader.TryReadUleb128(out length): break;
            case String:
                if (!reader.TrySkipCString()) return false;
                value = new AttributeValue(form, 0, start, reader.Position - 1 - start);
                return true;
            default: return false;
        }

        if (length > (ulong)reader.Remaining) return false;
        value = new AttributeValue(form, 0, reader.Position, (int)length);
        return reader.TrySkip((long)length);
    }
}

/// <summary>The value of an attribute before anyone asks what it means.</summary>
/// <param name="Form">Its form; 0 for no value.</param>
/// <param name="Number">The number, offset or index; a flag is 1.</param>
/// <param name="Start">For blocks and strings: the offset of their bytes in the section that was read.</param>
/// <param name="Length">For those: how many bytes.</param>
internal readonly record struct AttributeValue(int Form, ulong Number, int Start = 0, int Length = 0)
{
    /// <summary>Whether the form is one of a block of bytes.</summary>
    public bool IsBlock => Form is DwForm.Exprloc or DwForm.Block or DwForm.Block1 or DwForm.Block2 or DwForm.Block4 or DwForm.Data16;

    /// <summary>Whether the form is one of a constant.</summary>
    public bool IsConstant => Form is DwForm.Data1 or DwForm.Data2 or DwForm.Data4 or DwForm.Data8 or DwForm.Sdata or DwForm.Udata or DwForm.ImplicitConst;

    /// <summary>Whether the form is one of an address.</summary>
    public bool IsAddress => Form is DwForm.Addr or DwForm.Addrx or DwForm.GnuAddrIndex or (>= DwForm.Addrx1 and <= DwForm.Addrx4);

    /// <summary>The constant as a signed number; DW_FORM_data has no sign of its own and counts as unsigned.</summary>
    public long Signed => unchecked((long)Number);
}
