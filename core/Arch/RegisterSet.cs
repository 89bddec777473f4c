using System.Numerics;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Arch;

/// <summary>Register values of one frame, each known or not. Immutable: <see cref="With(Register, ulong)"/> makes a changed copy.</summary>
public sealed class RegisterSet
{
    // Values of the known registers alone, by index: a kernel has a set for each of its threads, most with a handful of registers.
    private readonly ulong[] _values;
    private readonly ulong _known;

    private RegisterSet(Architecture architecture, ulong[] values, ulong known)
    {
        Architecture = architecture;
        _values = values;
        _known = known;
    }

    /// <summary>A set in which nothing is known.</summary>
    public RegisterSet(Architecture architecture) : this(architecture, [], 0)
    {
    }

    /// <summary>Whose registers.</summary>
    public Architecture Architecture { get; }

    /// <summary>The value, or null where it is not known.</summary>
    public ulong? this[Register register] => IsKnown(register) ? _values[PlaceOf(register)] : null;

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
        int place = PlaceOf(register), moved = IsKnown(register) ? 1 : 0;
        ulong[] values = new ulong[_values.Length + 1 - moved];
        _values.AsSpan(0, place).CopyTo(values);
        values[place] = Cut(register, value);
        _values.AsSpan(place + moved).CopyTo(values.AsSpan(place + 1));
        return new RegisterSet(Architecture, values, _known | 1UL << register.Index);
    }

    /// <summary>A copy in which the named register has this value. The name must exist.</summary>
    public RegisterSet With(string name, ulong value) =>
        With(Architecture.Find(name) ?? throw new ArgumentException($"no register {name}", nameof(name)), value);

    /// <summary>A copy in which the named registers have these values. The names must exist.</summary>
    public RegisterSet With(ReadOnlySpan<string> names, ReadOnlySpan<ulong> values)
    {
        Span<ulong> all = stackalloc ulong[64];
        for (int i = 0, index = 0; index < 64; index++)
            if ((_known >> index & 1) != 0) all[index] = _values[i++];
        ulong known = _known;
        for (int i = 0; i < names.Length; i++)
        {
            var register = Architecture.Find(names[i]) ?? throw new ArgumentException($"no register {names[i]}", nameof(names));
            all[register.Index] = Cut(register, values[i]);
            known |= 1UL << register.Index;
        }

        return Packed(Architecture, all, known);
    }

    /// <summary>A copy in which the register is not known.</summary>
    public RegisterSet Without(Register register)
    {
        if (!IsKnown(register)) return this;
        int place = PlaceOf(register);
        return new(Architecture, [.. _values.AsSpan(0, place), .. _values.AsSpan(place + 1)], _known & ~(1UL << register.Index));
    }

    private static RegisterSet Packed(Architecture architecture, ReadOnlySpan<ulong> all, ulong known)
    {
        ulong[] values = new ulong[BitOperations.PopCount(known)];
        for (int i = 0, index = 0; i < values.Length; index++)
            if ((known >> index & 1) != 0) values[i++] = all[index];
        return new RegisterSet(architecture, values, known);
    }

    private static ulong Cut(Register register, ulong value) => register.Bytes >= 8 ? value : value & ((1UL << (register.Bytes * 8)) - 1);

    private bool IsKnown(Register register) => (_known >> register.Index & 1) != 0;

    private int PlaceOf(Register register) => BitOperations.PopCount(_known & ((1UL << register.Index) - 1));

    private VirtualAddress? Address(Register r) => this[r] is { } v ? new VirtualAddress(v) : null;
}
