using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>Registers in the protocol's shapes: unknown ones say so, flag registers open into their bits.</summary>
internal static class RegisterShape
{
    /// <summary>A register of a set; <paramref name="space"/> is where its value is an address.</summary>
    public static VariableBody Variable(DapSession session, RegisterSet registers, Register register, AddressSpace space)
    {
        if (registers[register] is not { } value)
            return new VariableBody { Name = register.Name, Value = "<not known in this frame>", VariablesReference = 0, PresentationHint = Hint };
        return new VariableBody
        {
            Name = register.Name,
            Value = RegisterBits.Of(register.Name) is null ? AddressText.Hex(value) : $"{AddressText.Hex(value)} [ {RegisterBits.Set(register.Name, value)} ]",
            Type = session.ShowsTypes ? $"uint{register.Bytes * 8}_t" : null,
            PresentationHint = Hint,
            EvaluateName = "$" + register.Name,
            VariablesReference = RegisterBits.Of(register.Name) is { Count: > 0 } bits ? session.Variables.Add(BitsOf(value, bits), (register.Name, value)) : 0,
            MemoryReference = session.ShowsMemory && register.Bytes == registers.Architecture.PointerSize && IsReadable(space, value) ? session.Memory.Of(space, value) : null,
        };
    }

    /// <summary>A plain line: a name and a text.</summary>
    public static VariableBody Line(string name, string value, string? memory = null) =>
        new() { Name = name, Value = value, VariablesReference = 0, PresentationHint = Hint, MemoryReference = memory };

    private static bool IsReadable(AddressSpace space, ulong address)
    {
        Span<byte> one = stackalloc byte[1];
        return space.Read(address, one) == 1;
    }

    private static VariableHintBody Hint => new() { Kind = "data", Attributes = ["readOnly"] };

    private static ListContainer BitsOf(ulong value, IReadOnlyList<RegisterBit> bits) =>
        new(bits.Count, (_, _) => bits.Select(b => Line(b.Name, b.Of(value).ToString(System.Globalization.CultureInfo.InvariantCulture))));
}
