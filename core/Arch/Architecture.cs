namespace XenDumpAdapter.Core.Arch;

/// <summary>Which instruction set a piece of code runs in.</summary>
public enum InstructionSet
{
    /// <summary>32-bit x86.</summary>
    Ia32,

    /// <summary>64-bit x86 (long mode).</summary>
    Amd64,
}

/// <summary>An instruction set with its registers: names, widths, DWARF numbers. Two instances: <see cref="Amd64"/> and <see cref="Ia32"/>.</summary>
public sealed class Architecture
{
    private readonly Dictionary<string, Register> _byName;
    private readonly Register?[] _byDwarf;

    private Architecture(InstructionSet set, int pointerSize, string pc, string sp, string fp, string flags, string[] dwarfOrder, string[] others)
    {
        InstructionSet = set;
        PointerSize = pointerSize;
        var all = new List<Register>();
        for (int i = 0; i < dwarfOrder.Length; i++) all.Add(new Register(all.Count, dwarfOrder[i], WidthOf(dwarfOrder[i], pointerSize), i));
        foreach (string name in others) all.Add(new Register(all.Count, name, WidthOf(name, pointerSize), -1));
        Registers = all;
        _byName = all.ToDictionary(r => r.Name, StringComparer.Ordinal);
        _byDwarf = [.. all.Where(r => r.DwarfNumber >= 0).OrderBy(r => r.DwarfNumber)];
        Pc = _byName[pc];
        Sp = _byName[sp];
        Fp = _byName[fp];
        Flags = _byName[flags];
    }

    /// <summary>
    /// 64-bit x86. DWARF numbers: System V ABI AMD64 supplement, figure 3.36 (0 rax, 1 rdx, 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8-15, 16 return
    /// address).
    /// </summary>
    public static Architecture Amd64 { get; } = new(
        InstructionSet.Amd64, 8, "rip", "rsp", "rbp", "rflags",
        ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rip"],
        ["rflags", "cs", "ss", "ds", "es", "fs", "gs", "fs_base", "gs_base", "kernel_gs_base", "cr0", "cr2", "cr3", "cr4", "efer"]);

    /// <summary>32-bit x86. DWARF numbers: System V ABI i386 supplement, table 2.14 (0 eax, 1 ecx, 2 edx, 3 ebx, 4 esp, 5 ebp, 6 esi, 7 edi, 8 return address).</summary>
    public static Architecture Ia32 { get; } = new(
        InstructionSet.Ia32, 4, "eip", "esp", "ebp", "eflags",
        ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"],
        ["eflags", "cs", "ss", "ds", "es", "fs", "gs", "cr0", "cr2", "cr3", "cr4"]);

    /// <summary>Which instruction set.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Bytes of a pointer: 4 or 8.</summary>
    public int PointerSize { get; }

    /// <summary>Every register, by <see cref="Register.Index"/>.</summary>
    public IReadOnlyList<Register> Registers { get; }

    /// <summary>The program counter; also DWARF's return-address column.</summary>
    public Register Pc { get; }

    /// <summary>The stack pointer.</summary>
    public Register Sp { get; }

    /// <summary>The frame pointer, where code keeps one.</summary>
    public Register Fp { get; }

    /// <summary>The flags.</summary>
    public Register Flags { get; }

    /// <summary>The register of that name, or null.</summary>
    public Register? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The register that DWARF gives this number, or null.</summary>
    public Register? FromDwarf(ulong number) => number < (ulong)_byDwarf.Length ? _byDwarf[number] : null;

    private static int WidthOf(string name, int pointerSize) => name is "cs" or "ss" or "ds" or "es" or "fs" or "gs" ? 2 : pointerSize;
}

/// <summary>One register of an architecture.</summary>
/// <param name="Index">Its place in <see cref="Architecture.Registers"/>.</param>
/// <param name="Name">Its name, lower case: <c>rax</c>, <c>cr2</c>.</param>
/// <param name="Bytes">Its width.</param>
/// <param name="DwarfNumber">Its DWARF number, or -1.</param>
public sealed record Register(int Index, string Name, int Bytes, int DwarfNumber);
