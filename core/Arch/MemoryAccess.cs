using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>A register that an address is made of.</summary>
/// <param name="Name">Its name as the instruction uses it: <c>rax</c>, <c>ecx</c>.</param>
/// <param name="Value">What it held; null where that is not known.</param>
public readonly record struct AddressRegister(string Name, ulong? Value)
{
    /// <summary><c>%rax (0x0)</c>; <c>%rax (unknown)</c>.</summary>
    public override string ToString() => $"%{Name} ({(Value is { } v ? AddressText.Hex(v) : "unknown")})";
}

/// <summary>One access to memory that an instruction makes: of an operand that is written in it, or of the stack or a string that it implies.</summary>
public sealed record MemoryAccess
{
    /// <summary>Its lowest byte; null where a register or the segment's base is not known.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>Bytes; 0 where the instruction set leaves them to the processor's state (the save areas of <c>xsave</c>).</summary>
    public required int Size { get; init; }

    /// <summary>Whether it reads.</summary>
    public required bool Reads { get; init; }

    /// <summary>Whether it writes.</summary>
    public required bool Writes { get; init; }

    /// <summary>Whether no operand names it: the stack of a push, call, pop or return.</summary>
    public required bool IsImplicit { get; init; }

    /// <summary>The base register, or null.</summary>
    public AddressRegister? Base { get; init; }

    /// <summary>The index register, or null.</summary>
    public AddressRegister? Index { get; init; }

    /// <summary>What the index is multiplied by.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>What is added, with its sign.</summary>
    public long Displacement { get; init; }

    /// <summary>The segment whose base is added (<c>fs</c>, <c>gs</c>), or null for one that starts at 0.</summary>
    public string? Segment { get; init; }

    /// <summary>Whether the byte at <paramref name="address"/> is one of those that it touches. False where <see cref="Address"/> is not known.</summary>
    public bool Covers(VirtualAddress address) => Address is { } start && unchecked(address.Value - start.Value) < (ulong)Math.Max(1, Size);

    /// <summary>How the address is made: <c>%rax (0x0) + 0x18</c>, <c>%rdi (0x10) + %rcx (0x2) * 8</c>; the number alone where no register is part of it.</summary>
    public string Made()
    {
        var text = new StringBuilder();
        if (Segment is { } segment) text.Append('%').Append(segment).Append(':');
        if (Base is { } b) text.Append(b);
        if (Index is { } index)
        {
            if (Base is not null) text.Append(" + ");
            text.Append(index);
            if (Scale != 1) text.Append(CultureInfo.InvariantCulture, $" * {Scale}");
        }

        ulong size = unchecked((ulong)(Displacement < 0 ? -Displacement : Displacement));
        if (Base is null && Index is null) text.Append(AddressText.Hex(unchecked((ulong)Displacement)));
        else if (Displacement != 0) text.Append(Displacement < 0 ? " - " : " + ").Append(AddressText.Hex(size));
        return text.ToString();
    }
}
