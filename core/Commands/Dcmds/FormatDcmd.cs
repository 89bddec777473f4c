using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Formats;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>/ ? \ @</c>: memory by a list of formats (print_common of usr/src/cmd/mdb/common/mdb/mdb_cmds.c).</summary>
/// <param name="verb">Which of them.</param>
/// <param name="summary">What it reads.</param>
public sealed class FormatDcmd(char verb, string summary) : Dcmd
{
    private static readonly MdbFormatItem[] Default =
    [
        new(default, 'X', null, null, []), new(default, '^', null, null, []), new(default, '\0', null, "= ", []), new(default, 'i', null, null, []),
    ];

    /// <inheritdoc/>
    public override string Name { get; } = verb.ToString();

    /// <inheritdoc/>
    public override string Summary { get; } = summary;

    /// <inheritdoc/>
    public override string Usage => "[formats]";

    /// <inheritdoc/>
    public override string Details => """
        A format is a letter (::formats lists them), with a decimal count before it or none; text between quotes is printed as it is.
        An empty list is the one of before. An empty line shows what comes next.

        ffbf3fc8,4/X          four words
        f4c76e9d/ai1          an instruction, with its place
        dom0_nrpages/"pages: "D
        rootfs/L 1234 ffff    the first place from there on that holds a number
        """;

    private bool IsPhysical => verb is '\\' or '@';

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var items = call.Formats!.Items;
        if (items is [{ Letter: var first }, ..] && FormatLetter.Writes(first)) throw new MdbException($"{verb}{first} would write: a dump is only read", items[0].Span);
        var space = IsPhysical ? call.Session.PhysicalSpace() : call.Space;
        if (items is [{ Letter: 'l' or 'L' or 'M' }, ..]) return Search(call, space, items[0]);
        if (items.Count == 0) items = call.Session.LastFormats ?? Default;
        call.Session.LastFormats = items;
        return Print(call, space, items);
    }

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> End(DcmdCall call) => FormatLines.Rest(call.Once(() => new FormatWriter(call.Session.Columns)));

    private static IEnumerable<CommandOutput> Print(DcmdCall call, AddressSpace space, IReadOnlyList<MdbFormatItem> items)
    {
        var writer = call.Once(() => new FormatWriter(call.Session.Columns));
        int bits = space.Kind == AddressSpaceKind.Virtual ? space.AddressBits : call.Session.PointerSize * 8;
        var source = new MemorySource(space) { Instructions = bits == 32 ? InstructionSet.Ia32 : InstructionSet.Amd64 };
        var printer = new FormatPrinter(call, writer, source);
        ulong start = source.Normal(call.Address);
        writer.Place = new Location(space, start);
        if (call.IsFirst && !call.FeedsPipe) Head(call, writer, items, start, space.Kind != AddressSpaceKind.Virtual);
        foreach (var line in FormatLines.Kept(writer, printer.Print(items, start))) yield return line;
        call.Session.Increment = unchecked(printer.End - start);
        if (printer.LastValue is { } value) call.Session.Variables.Set("0", value);
    }

    // The line of the symbol, then the address; pairs of a place and an instruction say the place themselves.
    private static void Head(DcmdCall call, FormatWriter writer, IReadOnlyList<MdbFormatItem> items, ulong address, bool isPhysical)
    {
        string pair = items is [{ Count: null, Text: null }, { Count: null, Text: null }, ..] ? $"{items[0].Letter}{items[1].Letter}" : "";
        string place = isPhysical ? MdbNumbers.Prefixed(address) : call.Session.Symbols.Text(address);
        writer.Indents = false;
        if (pair is not ("ai" or "ia") && !isPhysical && call.Session.Symbols.At(address) is var (module, symbol) && symbol.Address.Value == address)
            writer.Put(call.Session.Symbols.Name(module, symbol) + ":\n");
        writer.Field(place + ":", FormatWriter.Margin);
        if (pair == "ai") writer.NewLine();
        else if (pair != "ia") writer.Align(FormatWriter.Margin);
    }

    private static IEnumerable<CommandOutput> Search(DcmdCall call, AddressSpace space, MdbFormatItem item)
    {
        if (FormatSearch.Find(call, space, item) is not { } found)
            throw MdbException.OfItem($"no match before {MdbNumbers.Prefixed(call.Session.Dot)}, where memory ends");
        call.Session.Dot = found;
        yield return CommandOutput.Line(call.Session.Symbols.Text(found), found, reference: new Location(space, found));
    }
}
