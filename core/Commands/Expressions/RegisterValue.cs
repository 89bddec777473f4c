using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>The value of a register of the selected frame.</summary>
internal sealed class RegisterValue(NameScope names, AddressSpace space)
{
    /// <summary>The value; one that says why where the dump does not hold it.</summary>
    /// <exception cref="ExpressionException">There is no such register, or no frame.</exception>
    public TypedValue Of(RegisterNode node)
    {
        if (names.Frame is not { } frame) throw new ExpressionException(node.Position, $"${node.Name} belongs to a frame, and none is selected");
        var architecture = frame.Registers.Architecture;
        var register = Find(architecture, node.Name) ?? throw Unknown(node, architecture);
        var home = names.Frame.Context.Space;
        bool isAddress = register == architecture.Pc || register == architecture.Sp || register == architecture.Fp;
        var type = isAddress ? BasicTypes.VoidPointer(register.Bytes * 8) : BasicTypes.Word(register.Bytes);
        return frame.Registers[register] is { } value
            ? Number.Of(type, home, value)
            : TypedValue.Unavailable(type, space, $"{register.Name} is not known in this frame");
    }

    private static Register? Find(Architecture architecture, string name) => name switch
    {
        "pc" => architecture.Pc,
        "sp" => architecture.Sp,
        "fp" => architecture.Fp,
        "flags" or "eflags" or "rflags" => architecture.Flags,
        _ => architecture.Find(name),
    };

    private static ExpressionException Unknown(RegisterNode node, Architecture architecture)
    {
        string hint = NearestName.Hint(node.Name, architecture.Registers.Select(r => r.Name)).Replace("did you mean ", "did you mean $", StringComparison.Ordinal);
        return new ExpressionException(node.Position, $"there is no register ${node.Name} in {(architecture.PointerSize == 4 ? "32" : "64")}-bit code{hint}");
    }
}
