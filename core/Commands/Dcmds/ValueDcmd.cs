using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Formats;
using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>=</c>: a value itself by a list of formats (cmd_print_value of usr/src/cmd/mdb/common/mdb/mdb_cmds.c).</summary>
public sealed class ValueDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "=";

    /// <inheritdoc/>
    public override string Summary => "print a value by formats";

    /// <inheritdoc/>
    public override string Usage => "[formats]";

    /// <inheritdoc/>
    public override string Details => """
        76c00=D          decimal
        f4c76e9d=a       the symbol
        461aed30=Y       the time, in UTC
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var items = call.Formats!.Items;
        if (items.Count == 0) items = call.Session.LastFormats ?? throw new MdbException("expected one or more format characters following '='");
        call.Session.LastFormats = items;
        var writer = call.Once(() => new FormatWriter(call.Session.Columns));
        var source = new ValueSource(call.Address) { Instructions = call.Session.PointerSize == 4 ? InstructionSet.Ia32 : InstructionSet.Amd64 };
        var printer = new FormatPrinter(call, writer, source);
        foreach (var line in FormatLines.Kept(writer, printer.Print(items, call.Address))) yield return line;
        call.Session.Dot = printer.End;
        call.Session.Increment = 0;
        if (printer.LastValue is { } value) call.Session.Variables.Set("0", value);
    }

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> End(DcmdCall call) => FormatLines.Rest(call.Once(() => new FormatWriter(call.Session.Columns)));
}
