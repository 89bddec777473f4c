using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>
/// Where the members of Xen's <c>struct cpu_user_regs</c> are (amd64: xen/include/public/arch-x86/xen-x86_64.h; the same from 3.1 to 4.20). Bytes from its start.
/// </summary>
public sealed class UserRegsLayout
{
    private static readonly string[] General = ["r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"];
    private static readonly string[] Selectors = ["es", "ds", "fs", "gs"];

    private readonly Func<string, int?> _offsetOf;

    /// <summary>A layout from types: <paramref name="offsetOf"/> gives a member's offset, or null for what the type lacks; then the public header's counts.</summary>
    public UserRegsLayout(Func<string, int?>? offsetOf = null)
    {
        _offsetOf = name => offsetOf?.Invoke(name) ?? Public(name);
        Rbp = Offset("rbp");
        HardwareEnd = Offset("es");
        Size = Offset("gs") + 8;
    }

    /// <summary>Offset of the saved rbp: what an inverted frame pointer points at.</summary>
    public int Rbp { get; }

    /// <summary>Bytes that are always there: the entry code's pushes and what the processor pushed for ring 0; the selectors after it are only for guests.</summary>
    public int HardwareEnd { get; }

    /// <summary>Bytes in all.</summary>
    public int Size { get; }

    /// <summary>Reads a record; null where its first <see cref="HardwareEnd"/> bytes are not in memory.</summary>
    public SavedRegs? Read(IMemory<VirtualAddress> memory, VirtualAddress at)
    {
        byte[] bytes = new byte[Size];
        int got = memory.Read(at, bytes);
        return got >= HardwareEnd ? new SavedRegs(this, at, bytes.AsMemory(0, got)) : null;
    }

    /// <summary>Offset of a member.</summary>
    public int Offset(string name) => _offsetOf(name) ?? throw new ArgumentException($"cpu_user_regs has no {name}", nameof(name));

    /// <summary>Names of the general registers, as amd64 spells them.</summary>
    public static IReadOnlyList<string> GeneralRegisters => General;

    /// <summary>Names of the data selectors, saved for guests only.</summary>
    public static IReadOnlyList<string> DataSelectors => Selectors;

    private static int? Public(string name)
    {
        int general = Array.IndexOf(General, name);
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
}

/// <summary>A record that was read.</summary>
/// <param name="Layout">Its layout.</param>
/// <param name="Address">Where it stands.</param>
/// <param name="Bytes">Its bytes, at least up to the hardware's.</param>
public sealed record SavedRegs(UserRegsLayout Layout, VirtualAddress Address, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>error_code.</summary>
    public uint ErrorCode => (uint)Number("error_code", 4);

    /// <summary>entry_vector.</summary>
    public uint Vector => (uint)Number("entry_vector", 4);

    /// <summary>rip.</summary>
    public VirtualAddress Pc => new(Number("rip", 8));

    /// <summary>rsp.</summary>
    public VirtualAddress Sp => new(Number("rsp", 8));

    /// <summary>cs.</summary>
    public ushort Cs => (ushort)Number("cs", 2);

    /// <summary>ss.</summary>
    public ushort Ss => (ushort)Number("ss", 2);

    /// <summary>rflags.</summary>
    public ulong Flags => Number("rflags", 8);

    /// <summary>Requested privilege level of the interrupted code: 0 is Xen.</summary>
    public int Ring => Cs & 3;

    /// <summary>The saved registers as a context of that architecture sees them. Data selectors are there for guests only.</summary>
    public RegisterSet Registers(Architecture architecture)
    {
        var set = new RegisterSet(architecture);
        foreach (string name in UserRegsLayout.GeneralRegisters) set = With(set, name, Number(name, 8));
        set = set.With(architecture.Pc, Pc.Value).With(architecture.Sp, Sp.Value).With(architecture.Flags, Flags).With("cs", Cs).With("ss", Ss);
        if (Ring == 0 || Bytes.Length < Layout.Size) return set;
        foreach (string name in UserRegsLayout.DataSelectors) set = set.With(name, Number(name, 2));
        return set;
    }

    private static RegisterSet With(RegisterSet set, string name, ulong value)
    {
        bool ia32 = set.Architecture.InstructionSet == InstructionSet.Ia32;
        string own = ia32 && !char.IsDigit(name[1]) ? "e" + name[1..] : name;
        return set.Architecture.Find(own) is { } register ? set.With(register, value) : set;
    }

    private ulong Number(string name, int size)
    {
        var reader = new SpanReader(Bytes.Span);
        return reader.TrySeek(Layout.Offset(name)) && reader.TryReadUnsigned(size, out ulong value) ? value : 0;
    }
}
