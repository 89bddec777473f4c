using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Symbols;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::nm</c>: symbol tables (usr/src/cmd/mdb/common/mdb/mdb_nm.c).</summary>
public sealed class NmDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::nm";

    /// <inheritdoc/>
    public override string Summary => "print symbols: of all images, of one, or the one at an address";

    /// <inheritdoc/>
    public override string Usage => "[-DPdghnopuvx] [-f format] [-t types] [object]";

    /// <inheritdoc/>
    public override string Details => """
        Columns of -f, with commas between: ndx, val, sz, type, bind, oth, shndx, name, ctype, obj. Types of -t: noty, objt, func, sect, file, comm, tls, regi.
        Symbols come by address within each image, which -n and -v change for all of them together. The tables of a dump have no undefined symbols, files and sections, and there
        are no private symbols, so -u, -D and -P find nothing.

        ::nm xpv ! grep domain    ::nm -n -t func -f val,name lofi    ff1e0440::nm
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('D', null, "the dynamic symbols"),
        new('P', null, "the private symbols"),
        new('d', null, "numbers in decimal"),
        new('g', null, "global symbols only"),
        new('h', null, "no head"),
        new('n', null, "sorted by name"),
        new('o', null, "numbers in octal"),
        new('p', null, "no head; with -P as commands that add them"),
        new('u', null, "undefined symbols only"),
        new('v', null, "sorted by value"),
        new('x', null, "numbers in hexadecimal"),
        new('f', "format", "the columns"),
        new('t', "types", "symbols of these types only"),
    ];

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Module;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var arguments = call.Arguments;
        if (arguments.Operands.Count > (call.HasAddress ? 0 : 1)) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        if (arguments.Has('P') && (arguments.Operands.Count > 0 || call.HasAddress)) throw new MdbException($"-P/{(call.HasAddress ? "address" : "object")} options are mutually exclusive");
        var columns = call.Once(() => new NmColumns(call));
        var symbols = Wanted(call, columns);
        if (!arguments.Has('h') && !arguments.Has('p'))
        {
            foreach (var line in call.Head(columns.Table)) yield return line;
        }

        foreach (var (module, symbol) in symbols)
        {
            call.Cancel.ThrowIfCancellationRequested();
            yield return columns.Row(module, symbol);
        }
    }

    private static IEnumerable<(Module Module, Symbol Symbol)> Wanted(DcmdCall call, NmColumns columns)
    {
        var arguments = call.Arguments;
        if (call.HasAddress)
        {
            return [call.Session.Symbols.At(call.Address) ?? throw MdbException.OfItem($"{MdbNumbers.Plain(call.Address, call.Session.Radix)}: no symbol corresponds to address")];
        }

        var modules = arguments.Operands.Count == 0 ? call.Session.Symbols.Modules : [Named(call, arguments.Operands[0])];
        if (arguments.Has('D') || arguments.Has('P')) return [];
        var symbols = modules.SelectMany(m => call.Session.Symbols.Of(m).Select(s => (Module: m, Symbol: s))).Where(s => columns.Takes(s.Symbol));
        if (arguments.Has('u')) symbols = symbols.Where(s => s.Symbol.Entry?.Section == 0);
        if (arguments.Has('g')) symbols = symbols.Where(s => s.Symbol.Entry is { } entry ? entry.Info >> 4 == NmColumns.GlobalBinding : s.Symbol.Global);
        return arguments.Has('n') ? symbols.OrderBy(s => s.Symbol.Name, StringComparer.Ordinal)
            : arguments.Has('v') ? symbols.OrderBy(s => s.Symbol.Address.Value) : symbols;
    }

    private static Module Named(DcmdCall call, string name) => call.Session.Symbols.Modules.FirstOrDefault(m => m.Name == name || (m.Path is { } path && (path == name || Path.GetFileName(path) == name)))
        ?? throw new MdbException($"failed to iterate over symbols: no object of the name {name}{NearestName.Hint(name, call.Session.Symbols.Modules.Select(m => m.Name))}");
}
