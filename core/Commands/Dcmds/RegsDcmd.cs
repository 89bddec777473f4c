using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>$r</c> and <c>::regs</c>: registers in mdb's layout (usr/src/cmd/mdb/intel/mdb/mdb_ia32util.c, mdb_amd64util.c).</summary>
public sealed class RegsDcmd : Dcmd
{
    private const string Indent = "  ";
    private const int SymbolWidth = 15;

    private static readonly (string Name, int Bit)[] Fields = [("id", 21), ("vip", 20), ("vif", 19), ("ac", 18), ("vm", 17), ("rf", 16), ("nt", 14)];
    private static readonly (string Name, int Bit)[] Status = [("of", 11), ("df", 10), ("if", 9), ("tf", 8), ("sf", 7), ("zf", 6), ("af", 4), ("pf", 2), ("cf", 0)];

    /// <inheritdoc/>
    public override string Name => "::regs";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$r"];

    /// <inheritdoc/>
    public override string Summary => "print the registers";

    /// <inheritdoc/>
    public override string Details => """
        Those of the selected frame, else those that the thread which crashed was stopped with; with the address of a thread, that thread's.
        A register that the dump does not have is shown as ?.
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var registers = call.HasAddress ? OfThread(call) : call.Session.Registers;
        if (registers is null) throw MdbException.OfItem("no registers are saved for this thread");
        var shown = new Shown(call.Session, registers, call.HasAddress ? null : call.Target.Kernel?.Panic is { } panic ? name => panic[name] : null);
        var lines = registers.Architecture.InstructionSet == InstructionSet.Amd64 ? Amd64(shown) : Ia32(shown);
        return lines.Select(line => CommandOutput.Line(line));
    }

    private static RegisterSet? OfThread(DcmdCall call)
    {
        var thread = StackChoice.At(call.Target, call.Address) ?? throw MdbException.OfItem($"couldn't find a thread at {MdbNumbers.Plain(call.Address)}");
        return thread.Registers ?? thread.KernelThread?.SavedRegisters;
    }

    private static IEnumerable<string> Ia32(Shown r)
    {
        foreach (var (segment, register) in (ReadOnlySpan<(string, string)>)[("cs", "eax"), ("ds", "ebx"), ("ss", "ecx"), ("es", "edx"), ("fs", "esi"), ("gs", "edi")])
            r.Add($"%{segment} = {r.Hex(segment, 4)}\t\t%{register} = {r.Hex(register, 8)} {r.Symbol(register)}");
        r.Add("");
        r.Add($"%eip = {r.Hex("eip", 8)} {r.Symbol("eip")}");
        r.Add($"%ebp = {r.Hex("ebp", 8)}");
        r.Add($"%esp = {r.Hex("esp", 8)}");
        r.Add("");
        r.Add($"%eflags = {r.Hex("eflags", 8)}");
        r.AddFlags("eflags");
        r.Add("");
        r.Add($"  %uesp = {r.Saved("uesp", 8)}");
        r.Add($"%trapno = {r.Saved("trapno", 0)}");
        r.Add($"   %err = {r.Saved("err", 0)}");
        return r.Lines;
    }

    private static IEnumerable<string> Amd64(Shown r)
    {
        foreach (var (left, right) in (ReadOnlySpan<(string, string)>)[("rax", "r9"), ("rbx", "r10"), ("rcx", "r11"), ("rdx", "r12"), ("rsi", "r13"), ("rdi", "r14"), ("r8", "r15")])
            r.Add($"%{left,-3} = {r.Hex(left, 16)} {r.Symbol(left),SymbolWidth} %{right,-3} = {r.Hex(right, 16)} {r.Symbol(right)}");
        r.Add("");
        r.Add($"%rip = {r.Hex("rip", 16)} {r.Symbol("rip")}");
        r.Add($"%rbp = {r.Hex("rbp", 16)}");
        r.Add($"%rsp = {r.Hex("rsp", 16)}");
        r.Add($"%rflags = {r.Hex("rflags", 8)}");
        r.AddFlags("rflags");
        r.Add("");
        r.Add($"{new string(' ', 24)}%cs = {r.Hex("cs", 4)}\t%ds = {r.Hex("ds", 4)}\t%es = {r.Hex("es", 4)}");
        r.Add($"%trapno = {r.Saved("trapno", 0)}\t\t%fs = {r.Hex("fs", 4)}\t%gs = {r.Hex("gs", 4)}");
        r.Add($"   %err = {r.Saved("err", 0)}");
        return r.Lines;
    }

    /// <summary>The registers of one call, and the lines made of them.</summary>
    private sealed class Shown(MdbSession session, RegisterSet registers, Func<string, ulong?>? saved)
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines => _lines;

        public void Add(string line) => _lines.Add(line.TrimEnd());

        public string Hex(string name, int digits) => Text(registers[name] ?? saved?.Invoke(name), digits);

        /// <summary>What only a panic saves.</summary>
        public string Saved(string name, int digits) => Text(saved?.Invoke(name), digits);

        public string Symbol(string name) => registers[name] is { } value ? session.Symbols.Describe(value) ?? "" : "";

        public void AddFlags(string name)
        {
            if (registers[name] is not { } flags) return;
            _lines.Add($"{Indent}{string.Join(' ', Fields.Select(f => $"{f.Name}={flags >> f.Bit & 1}"))} iopl=0x{flags >> 12 & 3:x}");
            _lines.Add($"{Indent}status=<{string.Join(',', Status.Select(f => (flags >> f.Bit & 1) != 0 ? f.Name.ToUpperInvariant() : f.Name))}>");
        }

        private static string Text(ulong? value, int digits) => value is { } v ? "0x" + MdbNumbers.Plain(v).PadLeft(digits, '0') : "?";
    }
}
