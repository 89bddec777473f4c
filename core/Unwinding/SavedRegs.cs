using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>A <c>struct cpu_user_regs</c> that was read.</summary>
/// <param name="Layout">Its layout.</param>
/// <param name="Address">Where it stands.</param>
/// <param name="Bytes">Its bytes, at least up to what the processor pushed.</param>
public sealed record SavedRegs(UserRegsLayout Layout, VirtualAddress Address, ReadOnlyMemory<byte> Bytes) : InterruptRecord(Address)
{
    /// <summary>error_code.</summary>
    public override uint ErrorCode => (uint)(Number("error_code", Layout.CodeSize) ?? 0);

    /// <summary>entry_vector.</summary>
    public override uint Vector => (uint)(Number("entry_vector", Layout.CodeSize) ?? 0);

    /// <summary>The interrupted pc.</summary>
    public override VirtualAddress Pc => new(Number("rip", Layout.Word) ?? 0);

    /// <summary>
    /// The interrupted stack pointer. A 32-bit processor that stays in its ring pushes none: the stack was then where its pushes end.
    /// </summary>
    public override VirtualAddress Sp => Bytes.Length >= Layout.EndFor(1) && !HasNoStackPointer ? new(Number("rsp", Layout.Word) ?? 0) : Address + (ulong)Layout.EndFor(0);

    /// <summary>cs.</summary>
    public override ushort Cs => (ushort)(Number("cs", 2) ?? 0);

    /// <summary>ss; 0 where the processor did not push it.</summary>
    public override ushort Ss => HasNoStackPointer ? (ushort)0 : (ushort)(Number("ss", 2) ?? 0);

    /// <summary>The flags.</summary>
    public override ulong Flags => Number("rflags", Layout.Word) ?? 0;

    /// <inheritdoc/>
    public override bool OfHypervisor => Ring == 0;

    /// <inheritdoc/>
    internal override bool StaysInContext => OfHypervisor;

    private bool HasNoStackPointer => Layout.Is32 && Ring == 0;

    /// <summary>The saved registers as a context of that architecture sees them. Data selectors are there for guests only.</summary>
    public override RegisterSet Registers(Architecture architecture)
    {
        var set = new RegisterSet(architecture);
        foreach (string name in Layout.GeneralRegisters)
            if (Number(name, Layout.Word) is { } value) set = With(set, name, value);
        set = set.With(architecture.Pc, Pc.Value).With(architecture.Sp, Sp.Value).With(architecture.Flags, Flags).With("cs", Cs);
        if (HasNoStackPointer) return set;
        set = set.With("ss", Ss);
        if (Ring == 0 || Bytes.Length < Layout.Size) return set;
        foreach (string name in UserRegsLayout.DataSelectors)
            if (Number(name, 2) is { } value) set = set.With(name, value);
        return set;
    }

    private static RegisterSet With(RegisterSet set, string name, ulong value)
    {
        string own = set.Architecture.InstructionSet == InstructionSet.Ia32 ? UserRegsLayout.Ia32Name(name) : name;
        return set.Architecture.Find(own) is { } register ? set.With(register, value) : set;
    }

    private ulong? Number(string name, int size)
    {
        var reader = new SpanReader(Bytes.Span);
        return reader.TrySeek(Layout.Offset(name)) && reader.TryReadUnsigned(size, out ulong value) ? value : null;
    }
}
