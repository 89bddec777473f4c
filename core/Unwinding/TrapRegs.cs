using System.Globalization;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>A <c>struct regs</c> that was read: what a Solaris kernel's entry code saved.</summary>
/// <param name="Layout">Its layout.</param>
/// <param name="Address">Where it stands.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Entry">The function whose entry code saved it, or null.</param>
public sealed record TrapRegs(TrapRegsLayout Layout, VirtualAddress Address, ReadOnlyMemory<byte> Bytes, string? Entry) : InterruptRecord(Address)
{
    /// <summary>T_SOFTINT of usr/src/uts/intel/ia32/sys/trap.h, as the other numbers of traps that are no vectors.</summary>
    private const uint SoftInterrupt = 0x50fd;

    private const uint DoubleFault = 8;
    private const uint InterruptTrap = 0x100;
    private const uint SyscallTrap = 0x180;
    private const uint FaultTrap = 0x200;
    private const uint AsyncTrap = 0x400;
    private const uint SyscallVector = 0x91;
    private const uint LinuxSyscallVector = 0x80;

    private static readonly string[] General64 = ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax", "rbx", "rbp", "r10", "r11", "r12", "r13", "r14", "r15"];
    private static readonly string[] General32 = ["edi", "esi", "ebp", "ebx", "edx", "ecx", "eax"];
    private static readonly string[] Selectors = ["ds", "es", "fs", "gs"];

    /// <summary>r_trapno.</summary>
    public override uint Vector => (uint)(Word("r_trapno") & uint.MaxValue);

    /// <summary>r_err.</summary>
    public override uint ErrorCode => (uint)(Word("r_err") & uint.MaxValue);

    /// <inheritdoc/>
    public override VirtualAddress Pc => new(Word(Layout.Is32 ? "r_eip" : "r_rip"));

    /// <summary>The interrupted stack pointer. A 32-bit processor that stays in its ring pushes none: the stack was then where its pushes end.</summary>
    public override VirtualAddress Sp => IsOtherTask ? new(Word("r_esp")) : HasNoStackPointer ? Address + (ulong)Layout.EndWithoutStackPointer : new(Word(Layout.Is32 ? "r_uesp" : "r_rsp"));

    /// <inheritdoc/>
    public override ushort Cs => (ushort)(Word("r_cs") & ushort.MaxValue);

    /// <inheritdoc/>
    public override ushort Ss => HasNoStackPointer ? (ushort)0 : (ushort)(Word("r_ss") & ushort.MaxValue);

    /// <inheritdoc/>
    public override ulong Flags => Word(Layout.Is32 ? "r_efl" : "r_rfl");

    /// <inheritdoc/>
    public override bool OfHypervisor => false;

    /// <summary>The interrupted frame pointer.</summary>
    public VirtualAddress Fp => new(Word(Layout.Is32 ? "r_ebp" : "r_rbp"));

    /// <summary>The copy of the frame pointer that the chain goes on with: zero where it shall end, as at user code.</summary>
    public VirtualAddress ChainedFp => new(Word("r_savfp"));

    /// <summary>The copy of the pc; zero where a system call saved the registers.</summary>
    public VirtualAddress ChainedPc => new(Word("r_savpc"));

    /// <summary>Whether the trap's number is one that entry code writes.</summary>
    internal bool HasKnownVector => Vector is < 256 or SoftInterrupt or InterruptTrap or SyscallTrap or FaultTrap or AsyncTrap || IsInterrupt || IsSyscall;

    /// <inheritdoc/>
    internal override bool StaysInContext => true;

    /// <summary>The numbers that interrupts push are counted from 32 on, and replaced by the platform's own (usr/src/uts/i86pc/ml/interrupt.s, do_interrupt): never a vector.</summary>
    internal override bool IsInterrupt => Vector is SoftInterrupt or InterruptTrap || Entry is "cmnint" or "_interrupt" or "xen_callback";

    private bool IsSyscall => Vector is SyscallTrap or SyscallVector or LinuxSyscallVector || (Ring == 3 && (ChainedPc.Value == 0 || IsSyscallEntry));

    /// <summary>The entries of system calls write no number of a trap (usr/src/uts/i86pc/ml/syscall_asm.s and syscall_asm_amd64.s): <c>sys_call</c>, <c>sys_syscall32</c>, <c>_sys_sysenter_post_swapgs</c>, <c>brand_sys_…</c>.</summary>
    private bool IsSyscallEntry => Entry is { } entry && (entry.StartsWith("sys_", StringComparison.Ordinal) || entry.StartsWith("_sys_", StringComparison.Ordinal) || entry.StartsWith("brand_sys_", StringComparison.Ordinal));

    /// <inheritdoc/>
    internal override string Name =>
        Vector == SoftInterrupt ? "soft interrupt"
        : Entry == "xen_callback" ? "event from Xen"
        : IsInterrupt ? Vector < 256 ? string.Create(CultureInfo.InvariantCulture, $"interrupt 0x{Vector:x}") : "interrupt"
        : IsSyscall ? "syscall"
        : ExceptionNames.Name(Vector);

    private bool HasNoStackPointer => Layout.Is32 && Ring != 3 && !IsOtherTask;

    /// <summary>
    /// A 32-bit double fault is a task of its own: its entry code copies the other task's registers, the stack pointer among them. Any other entry pushes all registers at once, and what the
    /// stack pointer was in between is their own place.
    /// </summary>
    private bool IsOtherTask => Layout.Is32 && Vector == DoubleFault && Word("r_esp") != unchecked(Address.Value + (ulong)Layout["r_trapno"]);

    /// <inheritdoc/>
    public override RegisterSet Registers(Architecture architecture)
    {
        var set = new RegisterSet(architecture);
        foreach (string name in Layout.Is32 ? General32 : General64)
            if (architecture.Find(name) is { } register) set = set.With(register, Word("r_" + name));
        set = set.With(architecture.Pc, Pc.Value).With(architecture.Sp, Sp.Value).With(architecture.Flags, Flags).With("cs", Cs);
        if (!HasNoStackPointer) set = set.With("ss", Ss);
        foreach (string name in Selectors) set = set.With(name, Word("r_" + name) & ushort.MaxValue);
        return set;
    }

    private ulong Word(string member)
    {
        var reader = new SpanReader(Bytes.Span);
        return reader.TrySeek(Layout[member]) && reader.TryReadUnsigned(Layout.Architecture.PointerSize, out ulong value) ? value : 0;
    }
}
