using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::modinfo</c>: the kernel's list of modules (usr/src/cmd/mdb/common/modules/genunix/modinfo.c).</summary>
public sealed class ModinfoDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::modinfo";

    /// <inheritdoc/>
    public override string Summary => "print the kernel's modules";

    /// <inheritdoc/>
    public override string Details => """
        With an address, the module whose struct modctl is there. SIZE is that of code and data together. Modules that are not loaded are left out.

        ::modinfo ! grep -i xen
        """;

    /// <inheritdoc/>
    public override string? TypeOfResults(DcmdArguments arguments) => "struct modctl";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.Target.Kernel is not { } kernel)
            throw MdbException.OfDump("this dump has no kernel whose list of modules is known (a Solaris one); ::objects lists the images with symbols");
        var table = call.Once(() => new Table(new("ID", 3), new("LOADADDR", call.Digits), new("SIZE", 8), new("REV", 3), new("MODULE NAME", 0, Left: true)));
        if (kernel.ModuleList.Count == 0) throw MdbException.OfDump("failed to walk the modules: the kernel's list cannot be read");
        if (!call.HasAddress)
        {
            foreach (var line in call.Head(table)) yield return line;
            foreach (var module in kernel.ModuleList)
                if (module.IsLoaded) yield return Row(table, module);
            yield break;
        }

        var one = kernel.ModuleList.FirstOrDefault(m => m.Address.Value == call.Address) ?? throw MdbException.OfItem($"{MdbNumbers.Prefixed(call.Address)} is no struct modctl of the kernel's list");
        foreach (var line in call.Head(table)) yield return line;
        yield return Row(table, one);
    }

    private static CommandOutput Row(Table table, KernelModule module) => table.Row(
        module.Address.Value,
        Cell.Decimal(module.Id),
        module.IsLoaded ? Cell.Hex(module.Text.Start.Value) : default,
        module.IsLoaded ? Cell.Hex(unchecked(module.Text.Length + module.Data.Length)) : default,
        Cell.Decimal(module.Revision),
        Cell.Of(DumpText.Line($"{module.Name ?? "?"} ({module.Description ?? "?"})")));
}
