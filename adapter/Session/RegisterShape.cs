using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>Registers in the protocol's shapes: unknown ones say so, flag registers open into their bits.</summary>
internal static class RegisterShape
{
    private static readonly string[] Controls = ["cr0", "cr2", "cr3", "cr4", "efer"];

    /// <summary>Whether the register is the CPU's, of which there is one for the whole stack, and not the frame's.</summary>
    public static bool IsControl(Register register) => Controls.Contains(register.Name);

    /// <summary>What a register is in a frame, shown as in the frame's scopes; null where the text is not the name of one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cpu">The CPU that the stack is of; null where it is of none.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="text">A register as expressions write it: <c>$rflags</c>.</param>
    public static EvaluateBody? Evaluation(DapSession session, PhysicalCpu? cpu, Frame frame, string text)
    {
        if (!text.StartsWith('$')) return null;
        var (registers, register) = Find(cpu?.Registers, frame.Registers, text[1..]);
        if (register is null) return null;
        var shape = Variable(session, registers, register, frame.Context.Space);
        return new EvaluateBody
        {
            Result = shape.Value,
            Type = shape.Type,
            PresentationHint = shape.PresentationHint,
            VariablesReference = shape.VariablesReference,
            MemoryReference = shape.MemoryReference,
        };
    }

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

    private static (RegisterSet Set, Register? Register) Find(RegisterSet? ofCpu, RegisterSet ofFrame, string name)
    {
        if (ofFrame.Architecture.Find(name) is { } own && (ofFrame[own] is not null || !IsControl(own))) return (ofFrame, own);
        return ofCpu?.Architecture.Find(name) is { } control && IsControl(control) ? (ofCpu, control) : (ofFrame, null);
    }

    private static bool IsReadable(AddressSpace space, ulong address)
    {
        Span<byte> one = stackalloc byte[1];
        return space.Read(address, one) == 1;
    }

    private static VariableHintBody Hint => new() { Kind = "data", Attributes = ["readOnly"] };

    /// <summary>The bits of a number as variables.</summary>
    public static ListContainer BitsOf(ulong value, IReadOnlyList<RegisterBit> bits) =>
        new(bits.Count, (_, _) => bits.Select(b => Line(b.Name, b.Of(value).ToString(System.Globalization.CultureInfo.InvariantCulture))));
}
