using System.Globalization;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::status</c>: what the dump is of (usr/src/cmd/mdb/common/mdb/mdb_kvm.c, kt_status_dcmd; the content's words are those of its mdb_ks module).</summary>
public sealed class StatusDcmd : Dcmd
{
    /// <summary>The version of the dump's header from which it has a uuid.</summary>
    private const uint FirstWithUuid = 10;

    /// <inheritdoc/>
    public override string Name => "::status";

    /// <inheritdoc/>
    public override string Summary => "print what the dump is of and what stopped the machine";

    /// <inheritdoc/>
    public override string Details => """
        Of a Solaris dump the lines are mdb's. ::findings says what they come to, ::panicinfo has the registers.
        """;

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) =>
        (call.Target.Image.Solaris is { } dump ? OfSolaris(call.Target, dump) : OfMachine(call.Target)).SelectMany(DumpText.Lines).Select(line => CommandOutput.Line(line));

    private static IEnumerable<string> OfSolaris(DumpTarget target, SolarisDump dump)
    {
        var header = dump.Header;
        var names = target.Kernel?.Utsname;
        bool live = (header.Flags & DumpFlags.Live) != 0;
        yield return $"debugging {(live ? "live dump" : "crash dump")} {FileName(target.Name)} ({header.WordSize}-bit) from {names?.Nodename ?? header.Nodename}";
        yield return $"operating system: {names?.Release ?? header.Release} {names?.Version ?? header.KernelVersion} ({names?.Machine ?? header.Machine})";
        if (header.Version >= FirstWithUuid) yield return $"image uuid: {header.Uuid ?? "(not set)"}";
        string? message = header.PanicString.Length > 0 ? header.PanicString : target.Kernel?.Panic?.Message;
        yield return $"panic message: {message?.TrimEnd() ?? (live ? "(none: the system ran on)" : "(none)")}";
        foreach (string line in Content(target, header)) yield return line;
    }

    private static IEnumerable<string> Content(DumpTarget target, DumpHeader header)
    {
        const DumpFlags Contents = DumpFlags.Kernel | DumpFlags.All | DumpFlags.CurrentProcess;
        switch (header.Flags & Contents)
        {
            case DumpFlags.All:
                yield return "dump content: all kernel and user pages";
                yield break;
            case DumpFlags.CurrentProcess:
                yield return $"dump content: kernel pages and pages from PID {DumpedProcess(target)?.ToString(CultureInfo.InvariantCulture) ?? "?"}";
                yield break;
        }

        yield return "dump content: kernel pages only";
        if (Symbol(target, "dump_conflags") is not { } at || !MemoryWord(target, at, 4, out ulong asked) || ((DumpFlags)asked & DumpFlags.CurrentProcess) == 0) yield break;
        var thread = target.Kernel?.Panic?.Thread is { } panicking ? target.Kernel.Threads.FirstOrDefault(t => t.Address == panicking) : null;
        yield return thread?.Process is not { } process || Symbol(target, "p0") is not { } first ? "  (curproc requested, but the process that panicked could not be found)"
            : process.Value == first ? "  (curproc requested, but a kernel thread panicked)"
            : "  (curproc requested, but the process that panicked could not be dumped)";
    }

    /// <summary>The process whose pages are in the dump: the first of the array that <c>dump_pids</c> points to.</summary>
    private static int? DumpedProcess(DumpTarget target) =>
        Symbol(target, "dump_pids") is { } at && MemoryWord(target, at, target.Kernel!.Space.AddressBits / 8, out ulong list) && MemoryWord(target, list, 4, out ulong pid) ? unchecked((int)pid) : null;

    private static ulong? Symbol(DumpTarget target, string name) => target.Kernel?.Namelist?.Find(name)?.Address.Value;

    private static bool MemoryWord(DumpTarget target, ulong address, int size, out ulong value)
    {
        ulong? read = target.Kernel is { } kernel ? MdbMemory.TryNumber(kernel.Space, address, size) : null;
        value = read ?? 0;
        return read is not null;
    }

    private static IEnumerable<string> OfMachine(DumpTarget target)
    {
        yield return $"debugging crash dump {FileName(target.Name)} ({target.Architecture.PointerSize * 8}-bit), a machine dump{(target.Hypervisor is null ? "" : " of a Xen host")}";
        if (target.Hypervisor is { } xen) yield return $"hypervisor: Xen {xen.Version ?? "(version not known)"}{(xen.Debug == true ? ", debug build" : "")}";
        if (target.Domains.FirstOrDefault(d => d.Id == 0)?.Kernel is { } kernel) yield return $"dom0 kernel: {kernel.Name}";
        yield return $"panic message: {target.Panic.Message?.TrimEnd() ?? "(none)"}";
        ulong bytes = target.Image.Pages.Ranges.Aggregate(0UL, (sum, run) => unchecked(sum + run.Length));
        yield return $"dump content: machine pages, {bytes >> 20} MB ({target.Image.FormatName})";
    }

    private static string FileName(string name) => name.StartsWith("sample:", StringComparison.Ordinal) ? name : Path.GetFileName(name);
}
