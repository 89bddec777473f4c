using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Where the members of Xen's <c>struct cpu_user_regs</c> are, bytes from its start (xen/include/public/arch-x86/xen-x86_64.h and xen-x86_32.h; the same from 3.0.4 to
/// 4.20). Members are named as amd64 names them (<c>rbp</c>, <c>rip</c>); the ia32 record holds those that ia32 has, in words of 4 bytes.
/// </summary>
public sealed class UserRegsLayout
{
    private static readonly string[] General64 = ["r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"];
    private static readonly string[] General32 = ["rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rax"];
    private static readonly string[] Selectors = ["es", "ds", "fs", "gs"];

    private readonly Func<string, int?> _offsetOf;

    /// <summary>The layout of an amd64 hypervisor.</summary>
    /// <param name="offsetOf">Gives a member's offset from types, or null for what the type lacks; then the public header's counts.</param>
    public UserRegsLayout(Func<string, int?>? offsetOf = null) : this(Architecture.Amd64, offsetOf)
    {
    }

    /// <summary>The layout of a hypervisor of that width.</summary>
    /// <param name="hypervisor">The hypervisor's registers.</param>
    /// <param name="offsetOf">Gives a member's offset from types by its own name there (<c>eip</c>), or null for what the type lacks; then the public header's counts.</param>
    public UserRegsLayout(Architecture hypervisor, Func<string, int?>? offsetOf = null)
    {
        Is32 = hypervisor.InstructionSet == InstructionSet.Ia32;
        Word = hypervisor.PointerSize;
        _offsetOf = name => offsetOf?.Invoke(OwnName(name)) ?? (Is32 ? Public32(name) : Public64(name));
        Rbp = Offset("rbp");
        HardwareEnd = Offset("es");
        Size = Offset("gs") + Word;
    }

    /// <summary>Whether it is the record of a 32-bit hypervisor.</summary>
    public bool Is32 { get; }

    /// <summary>Bytes of a register in it.</summary>
    public int Word { get; }

    /// <summary>Bytes of <c>error_code</c> and of <c>entry_vector</c>.</summary>
    public int CodeSize => Is32 ? 2 : 4;

    /// <summary>Offset of the saved frame pointer: what an inverted frame pointer points at.</summary>
    public int Rbp { get; }

    /// <summary>
    /// Bytes up to the data selectors, which are saved for guests only. For ring 0 the processor of a 64-bit hypervisor pushes all of them; that of a 32-bit one ends
    /// with the flags: see <see cref="EndFor"/>.
    /// </summary>
    public int HardwareEnd { get; }

    /// <summary>Bytes in all.</summary>
    public int Size { get; }

    /// <summary>Names of the general registers in it, as amd64 spells them.</summary>
    public IReadOnlyList<string> GeneralRegisters => Is32 ? General32 : General64;

    /// <summary>Names of the data selectors, saved for guests only.</summary>
    public static IReadOnlyList<string> DataSelectors => Selectors;

    /// <summary>Bytes that are saved when code of that ring is interrupted: a 32-bit processor pushes no stack pointer where the ring stays.</summary>
    public int EndFor(int ring) => Is32 && ring == 0 ? Offset("rsp") : HardwareEnd;

    /// <summary>Reads a record; null where what is saved of it at least is not in memory.</summary>
    public SavedRegs? Read(IMemory<VirtualAddress> memory, VirtualAddress at)
    {
        byte[] bytes = new byte[Size];
        int got = memory.Read(at, bytes);
        return got >= EndFor(0) ? new SavedRegs(this, at, bytes.AsMemory(0, got)) : null;
    }

    /// <summary>Offset of a member.</summary>
    public int Offset(string name) => _offsetOf(name) ?? throw new ArgumentException($"cpu_user_regs has no {name}", nameof(name));

    /// <summary>The name that the record's own architecture gives to a register of amd64's name: <c>eip</c> for <c>rip</c>.</summary>
    internal string OwnName(string name) => Is32 ? Ia32Name(name) : name;

    /// <summary>The ia32 name of a register of amd64's name.</summary>
    internal static string Ia32Name(string name) => name[0] == 'r' && !char.IsDigit(name[1]) ? "e" + name[1..] : name;

    private static int? Public64(string name)
    {
        int general = Array.IndexOf(General64, name);
        if (general >= 0) return general * 8;
        int selector = Array.IndexOf(Selectors, name);
        if (selector >= 0) return 0xa8 + selector * 8;
        return name switch
        {
            "error_code" => 0x78,
            "entry_vector" => 0x7c,
            "rip" => 0x80,
            "cs" => 0x88,
            "rflags" => 0x90,
            "rsp" => 0x98,
            "ss" => 0xa0,
            _ => null,
        };
    }

    private static int? Public32(string name)
    {
        int general = Array.IndexOf(General32, name);
        if (general >= 0) return general * 4;
        int selector = Array.IndexOf(Selectors, name);
        if (selector >= 0) return 0x34 + selector * 4;
        return name switch
        {
            "error_code" => 0x1c,
            "entry_vector" => 0x1e,
            "rip" => 0x20,
            "cs" => 0x24,
            "rflags" => 0x28,
            "rsp" => 0x2c,
            "ss" => 0x30,
            _ => null,
        };
    }
}
