using System.Globalization;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::panicinfo</c>: what was saved of the panic (usr/src/cmd/mdb/common/modules/genunix/genunix.c, panicinfo).</summary>
public sealed class PanicinfoDcmd : Dcmd
{
    private const int NameWidth = 16;

    /// <inheritdoc/>
    public override string Name => "::panicinfo";

    /// <inheritdoc/>
    public override string Summary => "print the CPU, thread, message and registers of the panic";

    /// <inheritdoc/>
    public override string Details => """
        Of a Solaris dump the registers are those that the panic saved in panicbuf: under a hypervisor that panicked, the hypervisor's. ::regs prints them as mdb does.
        Of a machine dump of Xen they are those of the CPU that crashed.
        """;

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        foreach (var line in call.Target.Kernel is null ? OfMachine(call) : OfKernel(call)) yield return line;
    }

    private static IEnumerable<CommandOutput> OfKernel(DcmdCall call)
    {
        if (call.Target.Kernel!.Panic is not { } panic) throw MdbException.OfDump("the kernel did not panic: this is a dump of a live system");
        yield return Line(call, "cpu", panic.CpuId?.ToString(CultureInfo.InvariantCulture));
        yield return Line(call, "thread", panic.Thread is { } thread ? MdbNumbers.Plain(thread.Value) : null, panic.Thread?.Value);
        foreach (var line in Message(panic.Message)) yield return line;
        foreach (var (name, value) in panic.Values) yield return Line(call, name, MdbNumbers.Plain(value), value);
    }

    private static IEnumerable<CommandOutput> OfMachine(DcmdCall call)
    {
        var target = call.Target;
        if (target.Panic.Kind == Target.PanicKind.None) throw MdbException.OfDump("nothing in this dump says that anything panicked");
        yield return Line(call, "cpu", target.Panic.Cpu?.Id.ToString(CultureInfo.InvariantCulture));
        yield return Line(call, "vcpu", target.Panic.Vcpu is { } vcpu ? MdbNumbers.Plain(vcpu.Address.Value) : null, target.Panic.Vcpu?.Address.Value);
        foreach (var line in Message(target.Panic.Message)) yield return line;
        if ((target.Panic.Cpu ?? (target.Threads.Count > 0 ? target.Threads[0].Cpu : null))?.Context is { } context)
        {
            foreach (var (name, value) in context.Values) yield return Line(call, name, MdbNumbers.Plain(value), value);
        }
    }

    private static IEnumerable<CommandOutput> Message(string? message)
    {
        bool first = true;
        foreach (string line in DumpText.Lines(message?.TrimEnd() ?? "-"))
        {
            yield return CommandOutput.Line(first ? $"{"message",NameWidth} {line}" : line);
            first = false;
        }
    }

    private static CommandOutput Line(DcmdCall call, string name, string? value, ulong? number = null) =>
        CommandOutput.Line($"{name,NameWidth} {(value ?? "-").PadLeft(call.Digits)}", number);
}
