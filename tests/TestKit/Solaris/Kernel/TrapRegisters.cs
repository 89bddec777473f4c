namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Writes <c>struct regs</c> (usr/src/uts/intel/sys/privregs.h): what entry code saves of the context that it interrupts.</summary>
internal sealed class TrapRegisters
{
    private readonly KernelMemory _memory;
    private readonly Dictionary<string, ulong> _values = [];

    private TrapRegisters(KernelMemory memory, ulong at)
    {
        _memory = memory;
        At = at;
    }

    /// <summary>Where it is.</summary>
    public ulong At { get; }

    /// <summary>A register's value by the kernel's short name: <c>rip</c>, <c>efl</c>, <c>trapno</c>.</summary>
    public ulong this[string name] => _values.GetValueOrDefault(name);

    /// <summary>The registers of a user's thread that made a system call.</summary>
    public static TrapRegisters WriteUser(KernelMemory memory, ulong at, ulong pc, ulong fp, Random random)
    {
        var regs = new TrapRegisters(memory, at);
        regs.Fill(random, _ => (ulong)random.Next(0x10000));
        if (memory.Word == 8) regs.SetAll(("rip", pc), ("rbp", fp), ("rsp", fp - 0x40), ("cs", 0x43), ("ss", 0x4b), ("rfl", 0x202), ("ds", 0x4b), ("es", 0x4b), ("fs", 0), ("gs", 0));
        else regs.SetAll(("eip", pc), ("ebp", fp), ("uesp", fp - 0x40), ("esp", at + 56), ("cs", 0x43), ("ss", 0x4b), ("efl", 0x202), ("ds", 0x4b), ("es", 0x4b), ("fs", 0), ("gs", 0x1c3));
        regs.SetAll(("savfp", fp), ("savpc", pc), ("trapno", 0), ("err", 0));
        regs.Write();
        return regs;
    }

    /// <summary>The registers of kernel code that a trap or an interrupt stopped at <paramref name="pc"/>, right below its stack pointer or at <paramref name="at"/>.</summary>
    public static TrapRegisters WriteKernel(KernelMemory memory, KernelStack stack, ulong pc, Random random, bool isXpv, ulong? at, params (string Name, ulong Value)[] others)
    {
        bool is64 = memory.Word == 8;

        // The processor aligns the stack on amd64; on i386 it saves neither stack pointer nor ss where the privilege stays: those two words are the stopped stack's own.
        ulong place = at ?? (is64 ? (stack.Sp & ~15UL) - (ulong)memory.Facts["regs"].Bytes : stack.Sp - 76);
        var regs = new TrapRegisters(memory, place);
        regs.Fill(random, _ => memory.Kas + (ulong)random.Next(0x1000));
        if (is64) regs.SetAll(("rip", pc), ("rbp", stack.Fp), ("rsp", stack.Sp), ("cs", isXpv ? 0xe030UL : 0x30), ("ss", isXpv ? 0xe02bUL : 0x38), ("rfl", 0x10246), ("ds", 0x4b), ("es", 0x4b), ("fs", 0), ("gs", 0x1c3));
        else regs.SetAll(("eip", pc), ("ebp", stack.Fp), ("esp", place + 56), ("cs", 0x158 + (isXpv ? 1UL : 0)), ("efl", 0x10246), ("ds", 0x160 + (isXpv ? 1UL : 0)), ("es", 0x160 + (isXpv ? 1UL : 0)), ("fs", 0), ("gs", 0x1b0 + (isXpv ? 1UL : 0)));
        regs.SetAll(("savfp", stack.Fp), ("savpc", pc));
        regs.SetAll(others);
        if (!is64 && at is null)
        {
            regs._values.Remove("uesp");
            regs._values.Remove("ss");
        }

        regs.Write();
        return regs;
    }

    /// <summary>Registers that nobody trapped with: those of a called panic.</summary>
    public static TrapRegisters WriteCalled(KernelMemory memory, ulong at, ulong pc, ulong fp, ulong sp, Random random, bool isXpv)
    {
        var regs = new TrapRegisters(memory, at);
        regs.Fill(random, _ => memory.Kas + (ulong)random.Next(0x1000));
        if (memory.Word == 8) regs.SetAll(("rip", pc), ("rbp", fp), ("rsp", sp), ("cs", isXpv ? 0xe030UL : 0x30), ("ss", isXpv ? 0xe02bUL : 0x38), ("rfl", 0x286), ("ds", 0x4b), ("es", 0x4b), ("fs", 0), ("gs", 0x1c3));
        else regs.SetAll(("eip", pc), ("ebp", fp), ("esp", sp), ("uesp", 0), ("cs", 0x158), ("ss", 0x160), ("efl", 0x286), ("ds", 0x160), ("es", 0x160), ("fs", 0), ("gs", 0x1b0));
        regs.SetAll(("trapno", 0), ("err", 0), ("savfp", fp), ("savpc", pc));
        regs.Write();
        return regs;
    }

    /// <summary>Xen's own registers at its panic, handed over in Solaris' layout.</summary>
    public static TrapRegisters WriteHypervisor(KernelMemory memory, ulong at, ulong pc, ulong fp, ulong sp, Random random)
    {
        var regs = new TrapRegisters(memory, at);
        regs.Fill(random, _ => pc - (ulong)random.Next(0x1000));
        if (memory.Word == 8) regs.SetAll(("rip", pc), ("rbp", fp), ("rsp", sp), ("cs", 0xe010), ("ss", 0), ("rfl", 0x282), ("ds", 0), ("es", 0), ("fs", 0), ("gs", 0));
        else regs.SetAll(("eip", pc), ("ebp", fp), ("esp", sp), ("uesp", 0), ("cs", 0xe008), ("ss", 0xe010), ("efl", 0x282), ("ds", 0xe010), ("es", 0xe010), ("fs", 0), ("gs", 0x161));
        regs.SetAll(("trapno", 0), ("err", 0), ("savfp", fp), ("savpc", pc));
        regs.Write();
        return regs;
    }

    private void Fill(Random random, Func<string, ulong> value)
    {
        foreach (var member in _memory.Facts["regs"].Members) _values[Short(member.Name)] = random.Next(3) == 0 ? 0 : value(member.Name);
    }

    private void SetAll(params (string Name, ulong Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            if (!_values.ContainsKey(name)) throw new ArgumentException($"struct regs has no {name}", nameof(values));
            _values[name] = value;
        }
    }

    private void Write()
    {
        foreach (var member in _memory.Facts["regs"].Members)
            if (_values.TryGetValue(Short(member.Name), out ulong value)) _memory.Number(At + (ulong)member.Offset, value, member.Bytes);
    }

    private static string Short(string member) => member.TrimStart('_')[2..];
}
