using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::xpvbuf</c>: what the hypervisor printed when it panicked: message, registers, stack.</summary>
public sealed class XpvbufDcmd : Dcmd
{
    /// <summary>Lines of the stack at most: no stack of the hypervisor holds so many frames.</summary>
    private const int MostFrames = 4096;

    /// <summary>struct regs in the order in which a panic prints it, four to a line on ia32 and three on amd64 (usr/src/uts/intel/ia32/os/archdep.c, dumpregs and its like).</summary>
    private static readonly string[] Ia32 = ["gs", "fs", "es", "ds", "edi", "esi", "ebp", "esp", "ebx", "edx", "ecx", "eax", "trp", "err", "eip", "cs", "efl", "usp", "ss"];

    private static readonly string[] Amd64 =
    [
        "rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax", "rbx", "rbp", "r10", "r11", "r12", "r13", "r14", "r15", "fsb", "gsb", "ds", "es", "fs", "gs", "trp", "err", "rip", "cs", "rfl", "rsp", "ss",
    ];

    private static readonly string[] Control = ["cr0", "cr2", "cr3", "cr4"];

    /// <inheritdoc/>
    public override string Name => "::xpvbuf";

    /// <inheritdoc/>
    public override string Summary => "print what the hypervisor said when it panicked: message, registers, stack";

    /// <inheritdoc/>
    public override string Details => """
        The hypervisor's own buffer where the dump has one (xpv_panicbuf). Else the message that the kernel kept of the panic, and behind it, walked anew, the lines that
        the console had of the hypervisor's stack: a frame and the address that it returns to. Registers that the message lacks are added from those that were handed over.
        Of a machine dump of Xen: the lines of its console from the panic on.

        ::xpvbuf !egrep "(cr2|vcpu)"
        """;

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var target = call.Target;
        if (target.Hypervisor is not { } xen)
            throw MdbException.OfDump($"the hypervisor did not panic: {(target.Kernel?.Platform == "i86xpv" ? "its memory is not in this dump" : "this dump has none")} (::msgbuf has the kernel's messages)");
        if (target.Kernel is null) return Console(target, xen);
        return OwnBuffer(call) ?? Rebuilt(call);
    }

    private static IEnumerable<CommandOutput> Console(DumpTarget target, Hypervisor xen)
    {
        if (target.Panic.ConsoleLines.Count > 0) return target.Panic.ConsoleLines.SelectMany(DumpText.Lines).Select(l => CommandOutput.Line(l));
        return xen.Console is { } console ? DumpText.Lines(console).Select(l => CommandOutput.Line(l))
            : throw MdbException.OfDump("the hypervisor's console is not in this dump, or where it is is not known without its symbols");
    }

    /// <summary>The text of <c>xpv_panicbuf</c>: an array, or a pointer to one by the symbol's size.</summary>
    private static IEnumerable<CommandOutput>? OwnBuffer(DcmdCall call)
    {
        if (call.Session.Symbols.Find("xpv_panicbuf") is not var (_, symbol)) return null;
        var space = call.Target.Kernel!.Space;
        int word = call.Session.PointerSize;
        ulong? at = symbol.Size == (ulong)word ? MdbMemory.TryNumber(space, symbol.Address.Value, word) : symbol.Address.Value;
        string? text = at is { } there and not 0 ? MdbMemory.Text(space, there) : null;
        return string.IsNullOrWhiteSpace(text) ? null : DumpText.Lines(text).Select(l => CommandOutput.Line(l));
    }

    private static IEnumerable<CommandOutput> Rebuilt(DcmdCall call)
    {
        var target = call.Target;
        var panic = target.Kernel!.Panic;
        string message = panic?.Message ?? target.Panic.Message ?? "";
        foreach (string line in DumpText.Lines(message.TrimEnd())) yield return CommandOutput.Line(line);
        var registers = target.Threads.FirstOrDefault(t => t.IsPanicking)?.Registers ?? panic?.Registers;
        bool added = registers is not null && !HasRegisters(message, target.Architecture);
        if (added)
        {
            foreach (string line in Registers(registers!, panic, call.Digits)) yield return CommandOutput.Line(line);
        }

        foreach (var line in Stack(call, registers)) yield return line;
        if (added) yield return CommandOutput.Line("(registers and stack as the console prints them, from what the panic saved: its message has neither)", style: LineStyle.Detail);
    }

    /// <summary>Whether the message has the registers: the instruction pointer by its name, as the hypervisor's panic prints it.</summary>
    private static bool HasRegisters(string message, Architecture architecture) => message.Contains(architecture.PointerSize == 8 ? "rip:" : "eip:", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Registers(RegisterSet registers, KernelPanic? panic, int digits)
    {
        var names = digits == 8 ? Ia32 : Amd64;
        int each = digits == 8 ? 4 : 3;
        for (int at = 0; at < names.Length; at += each) yield return "\t" + string.Join(' ', names.Skip(at).Take(each).Select(n => $"{n,3}: {Text(ValueOf(n)).PadLeft(digits)}"));
        if (Control.Any(n => panic?[n] is not null)) yield return "\t" + string.Join(' ', Control.Select(n => $"{n,3}: {Text(panic?[n]).PadLeft(digits)}"));

        ulong? ValueOf(string name) => panic?[name] ?? name switch
        {
            "trp" => panic?["trapno"],
            "efl" => registers["eflags"] ?? panic?["eflags"],
            "rfl" => registers["rflags"] ?? panic?["rflags"],
            "fsb" => panic?["fsbase"],
            "gsb" => panic?["gsbase"],
            "usp" => panic?["uesp"],
            _ => registers[name],
        };
        static string Text(ulong? value) => value is { } v ? MdbNumbers.Plain(v) : "-";
    }

    /// <summary>
    /// The console's walk of the hypervisor's frames (usr/src/uts/i86xpv/os/xpv_panic.c, showstack and its callers): each frame pointer with the address stored above it, on over
    /// inverted pointers, which exception frames have.
    /// </summary>
    private static IEnumerable<CommandOutput> Stack(DcmdCall call, RegisterSet? registers)
    {
        if (registers?.Fp is not { } start || call.Target.Hypervisor is not { Range: { } xen }) yield break;
        int word = call.Session.PointerSize;
        ulong mask = word == 4 ? uint.MaxValue : ulong.MaxValue;
        ulong fp = start.Value;
        for (int i = 0; i < MostFrames; i++)
        {
            if (!xen.Contains(new(fp)) || MdbMemory.TryNumber(call.Target.Hypervisor!.Space, unchecked(fp + (ulong)word), word) is not { } pc || pc == 0) yield break;
            yield return CommandOutput.Line($"{fp:x8} {Place(call, xen, pc)}", pc);
            if (MdbMemory.TryNumber(call.Target.Hypervisor.Space, fp, word) is not { } next) yield break;
            ulong inverted = ~next & mask;
            if (next < fp && inverted > xen.Start.Value && (inverted ^ fp) < 0xfff) next = inverted;
            if (next <= fp) yield break;
            fp = next;
        }
    }

    private static string Place(DcmdCall call, Primitives.AddressRange xen, ulong pc) =>
        xen.Contains(new(pc)) ? $"0x{pc:x} (in Xen)" : call.Session.Symbols.Describe(pc) ?? MdbNumbers.Plain(pc);
}
