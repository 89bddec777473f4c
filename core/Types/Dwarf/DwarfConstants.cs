namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Tags that are read (DWARF 5, table 7.3).</summary>
internal static class DwTag
{
    public const int ArrayType = 0x01;
    public const int ClassType = 0x02;
    public const int EnumerationType = 0x04;
    public const int FormalParameter = 0x05;
    public const int LexicalBlock = 0x0b;
    public const int Member = 0x0d;
    public const int PointerType = 0x0f;
    public const int ReferenceType = 0x10;
    public const int CompileUnit = 0x11;
    public const int StructureType = 0x13;
    public const int SubroutineType = 0x15;
    public const int Typedef = 0x16;
    public const int UnionType = 0x17;
    public const int UnspecifiedParameters = 0x18;
    public const int Inheritance = 0x1c;
    public const int InlinedSubroutine = 0x1d;
    public const int SubrangeType = 0x21;
    public const int BaseType = 0x24;
    public const int ConstType = 0x26;
    public const int Enumerator = 0x28;
    public const int Subprogram = 0x2e;
    public const int Variable = 0x34;
    public const int VolatileType = 0x35;
    public const int RestrictType = 0x37;
    public const int UnspecifiedType = 0x3b;
    public const int RvalueReferenceType = 0x42;
    public const int AtomicType = 0x47;
    public const int CallSite = 0x48;
    public const int CallSiteParameter = 0x49;
    public const int GnuCallSite = 0x4109;
    public const int GnuCallSiteParameter = 0x410a;
}

/// <summary>Attributes that are read (DWARF 5, table 7.5).</summary>
internal static class DwAt
{
    public const int Sibling = 0x01;
    public const int Location = 0x02;
    public const int Name = 0x03;
    public const int ByteSize = 0x0b;
    public const int BitOffset = 0x0c;
    public const int BitSize = 0x0d;
    public const int StmtList = 0x10;
    public const int LowPc = 0x11;
    public const int HighPc = 0x12;
    public const int CompDir = 0x1b;
    public const int ConstValue = 0x1c;
    public const int LowerBound = 0x22;
    public const int UpperBound = 0x2f;
    public const int AbstractOrigin = 0x31;
    public const int Count = 0x37;
    public const int DataMemberLocation = 0x38;
    public const int Declaration = 0x3c;
    public const int Encoding = 0x3e;
    public const int External = 0x3f;
    public const int FrameBase = 0x40;
    public const int Specification = 0x47;
    public const int Type = 0x49;
    public const int EntryPc = 0x52;
    public const int Ranges = 0x55;
    public const int CallColumn = 0x57;
    public const int CallFile = 0x58;
    public const int CallLine = 0x59;
    public const int DataBitOffset = 0x6b;
    public const int Signature = 0x69;
    public const int LinkageName = 0x6e;
    public const int StrOffsetsBase = 0x72;
    public const int AddrBase = 0x73;
    public const int RnglistsBase = 0x74;
    public const int CallReturnPc = 0x7d;
    public const int CallValue = 0x7e;
    public const int CallTarget = 0x83;
    public const int LoclistsBase = 0x8c;
    public const int GnuCallSiteValue = 0x2111;
    public const int GnuCallSiteTarget = 0x2113;
}

/// <summary>Encodings of base types (DWARF 5, table 7.11).</summary>
internal static class DwAte
{
    public const int Boolean = 0x02;
    public const int Float = 0x04;
    public const int Signed = 0x05;
    public const int SignedChar = 0x06;
    public const int UnsignedChar = 0x08;
    public const int Utf = 0x10;
}

/// <summary>Kinds of unit whose headers have more fields (DWARF 5, table 7.2).</summary>
internal static class DwUt
{
    public const int Type = 0x02;
    public const int Skeleton = 0x04;
    public const int SplitCompile = 0x05;
    public const int SplitType = 0x06;
}
