namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>How an attribute's value is written (DWARF 5, section 7.5.6).</summary>
internal enum Form
{
    Address = 0x01,
    Data2 = 0x05,
    Data4 = 0x06,
    Data1 = 0x0b,
    StringOffset = 0x0e,
    UData = 0x0f,
    Reference = 0x13,
    SectionOffset = 0x17,
    Expression = 0x18,
    FlagPresent = 0x19,
}

/// <summary>One debugging information entry: a tag, its attributes in order, its children.</summary>
internal sealed class Die(int tag)
{
    public int Tag { get; } = tag;

    public List<(int Attribute, Form Form, object Value)> Attributes { get; } = [];

    public List<Die> Children { get; } = [];

    /// <summary>Where it is in its unit; set while it is written.</summary>
    public int Offset { get; set; }

    public Die With(int attribute, Form form, ulong value)
    {
        Attributes.Add((attribute, form, value));
        return this;
    }

    public Die With(int attribute, string text)
    {
        Attributes.Add((attribute, Form.StringOffset, text));
        return this;
    }

    public Die With(int attribute, Die other)
    {
        Attributes.Add((attribute, Form.Reference, other));
        return this;
    }

    public Die With(int attribute, byte[] expression)
    {
        Attributes.Add((attribute, Form.Expression, expression));
        return this;
    }

    public Die Flag(int attribute) => With(attribute, Form.FlagPresent, 1);
}

/// <summary>Numbers of tags (DWARF 5, section 7.5.3).</summary>
internal static class Tag
{
    public const int ArrayType = 0x01;
    public const int EnumerationType = 0x04;
    public const int FormalParameter = 0x05;
    public const int Member = 0x0d;
    public const int PointerType = 0x0f;
    public const int CompileUnit = 0x11;
    public const int StructureType = 0x13;
    public const int Typedef = 0x16;
    public const int InlinedSubroutine = 0x1d;
    public const int SubrangeType = 0x21;
    public const int BaseType = 0x24;
    public const int Enumerator = 0x28;
    public const int Subprogram = 0x2e;
    public const int Variable = 0x34;
}

/// <summary>Numbers of attributes (DWARF 5, section 7.5.4).</summary>
internal static class At
{
    public const int Location = 0x02;
    public const int Name = 0x03;
    public const int ByteSize = 0x0b;
    public const int StatementList = 0x10;
    public const int LowPc = 0x11;
    public const int HighPc = 0x12;
    public const int Language = 0x13;
    public const int CompilationDirectory = 0x1b;
    public const int ConstantValue = 0x1c;
    public const int Inline = 0x20;
    public const int Producer = 0x25;
    public const int Prototyped = 0x27;
    public const int AbstractOrigin = 0x31;
    public const int Count = 0x37;
    public const int MemberLocation = 0x38;
    public const int DeclarationFile = 0x3a;
    public const int DeclarationLine = 0x3b;
    public const int Encoding = 0x3e;
    public const int External = 0x3f;
    public const int FrameBase = 0x40;
    public const int Type = 0x49;
    public const int CallFile = 0x58;
    public const int CallLine = 0x59;
}
