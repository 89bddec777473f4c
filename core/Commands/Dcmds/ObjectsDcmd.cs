using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::objects</c>: the images with symbols, where their code lies (usr/src/cmd/mdb/common/mdb/mdb_cmds.c, cmd_objects).</summary>
public sealed class ObjectsDcmd : Dcmd
{
    private const int NameWidth = 28;

    /// <inheritdoc/>
    public override string Name => "::objects";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["::objs"];

    /// <inheritdoc/>
    public override string Summary => "list the images with symbols: modules of the kernel, the hypervisor";

    /// <inheritdoc/>
    public override string Usage => "[-v]";

    /// <inheritdoc/>
    public override string Details => """
        Where each one's code lies: a kernel module's data are elsewhere (::modinfo, ADDR::whatis). -v: instead, what its types say they were made of.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('v', null, "the version of each one's types")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        bool versions = call.Arguments.Has('v');
        var table = versions
            ? new Table(new("NAME", NameWidth, Left: true), new("VERSION", 0, Left: true))
            : new Table(new("BASE", call.Digits), new("LIMIT", call.Digits), new("SIZE", call.Digits), new("NAME", 0, Left: true));
        foreach (var line in call.Head(table)) yield return line;
        foreach (var module in call.Session.Symbols.Modules)
        {
            var text = TextOf(module);
            yield return versions
                ? table.Row(text.Start.Value, Cell.Of(module.Name), Cell.Of(VersionOf(module)))
                : table.Row(text.Start.Value, Cell.Hex(text.Start.Value), Cell.Hex(text.End.Value), Cell.Hex(text.Length), Cell.Of(module.Name));
        }
    }

    /// <summary>The code of an image: its segment of that name, else all of it.</summary>
    private static AddressRange TextOf(Module module)
    {
        foreach (var segment in module.Segments)
            if (segment.Name == "text" && segment.Range.Length > 0) return segment.Range;
        return module.Range;
    }

    private static string VersionOf(Module module) => module.Types?.Version is { Length: > 0 } version ? DumpText.Line(version) : "Unknown";
}
