using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>Register values of one frame, each known or not. Immutable: <see cref="With(Register, ulong)"/> makes a changed copy.</summary>
public sealed class RegisterSet
{
    private readonly ulong[] _values;
    private readonly ulong _known;

    private RegisterSet(Architecture architecture, ulong[] values, ulong known)
    {
        Architecture = architecture;
        _values = values;
        _known = known;
    }

    /// <summary>A set in which nothing is known.</summary>
    public RegisterSet(Architecture architecture) : this(architecture, new ulong[architecture.Registers.Count], 0)
    {
    }

    /// <summary>Whose registers.</summary>
    public Architecture Architecture { get; }

    /// <summary>The value, or null where it is not known.</summary>
    public ulong? this[Register register] => (_known >> register.Index & 1) != 0 ? _values[register.Index] : null;

    /// <summary>The value by name, or null where it is not known or there is no such register.</summary>
    public ulong? this[string name] => Architecture.Find(name) is { } r ? this[r] : null;

    /// <summary>The program counter, or null.</summary>
    public VirtualAddress? Pc => Address(Architecture.Pc);

    /// <summary>The stack pointer, or null.</summary>
    public VirtualAddress? Sp => Address(Architecture.Sp);

    /// <summary>The frame pointer register, or null.</summary>
    public VirtualAddress? Fp => Address(Architecture.Fp);

    /// <summary>A copy in which the register has this value, cut to its width.</summary>
    public RegisterSet With(Register register, ulong value)
    {
        var values = (ulong[])_values.Clone();
        values[register.Index] = register.Bytes >= 8 ? value : value & ((1UL << (register.Bytes * 8)) - 1);
        return new RegisterSet(Architecture, values, _known | 1UL << register.Index);
    }

    /// <summary>A copy in which the named register has this value. The name must exist.</summary>
    public RegisterSet With(string name, ulong value) =>
        With(Architecture.Find(name) ?? throw new ArgumentException($"no register {name}", nameof(name)), value);

    /// <summary>A copy in which the named registers have these values. The names must exist.</summary>
    public RegisterSet With(ReadOnlySpan<string> names, ReadOnlySpan<ulong> values)
    {
        var all = (ulong[])_values.Clone();
        ulong known = _known;
        for (int i = 0; i < names.Length; i++)
        {
            var register = Architecture.Find(names[i]) ?? throw new ArgumentException($"no register {names[i]}", nameof(names));
            all[register.Index] = register.Bytes >= 8 ? values[i] : values[i] & ((1UL << (register.Bytes * 8)) - 1);
            known |= 1UL << register.Index;
        }

        return new RegisterSet(Architecture, all, known);
    }

    /// <summary>A copy in which the register is not known.</summary>
    public RegisterSet Without(Register register) => new(Architecture, _values, _known & ~(1UL << register.Index));

    private VirtualAddress? Address(Register r) => this[r] is { } v ? new VirtualAddress(v) : null;
}
