using System.Globalization;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Symbols;

/// <summary>The columns of <c>::nm</c> and how numbers stand in them (usr/src/cmd/mdb/common/mdb/mdb_nm.c; the names are those of its <c>-f</c> and <c>-t</c>).</summary>
internal sealed class NmColumns
{
    /// <summary>STB_GLOBAL.</summary>
    public const int GlobalBinding = 1;

    private const int TypeWidth = 5, SectionWidth = 8, ObjectWidth = 15, CTypeWidth = 50, IndexWidth = 5;

    /// <summary>In the order in which they are printed.</summary>
    private static readonly string[] Names = ["ndx", "obj", "val", "sz", "type", "bind", "oth", "shndx", "ctype", "name"];

    private static readonly string[] Usual = ["val", "sz", "type", "bind", "oth", "shndx", "name"];

    /// <summary>By st_type.</summary>
    private static readonly string[] Types = ["noty", "objt", "func", "sect", "file", "comm", "tls"];

    private readonly string[] _columns;
    private readonly HashSet<string> _types;
    private readonly int _radix;
    private readonly int _digits;

    /// <summary>The columns of a call.</summary>
    public NmColumns(DcmdCall call)
    {
        var arguments = call.Arguments;
        _digits = call.Digits;
        var bases = new[] { ('d', 10), ('o', 8), ('x', 16) }.Where(b => arguments.Has(b.Item1)).Select(b => b.Item2).ToList();
        if (bases.Count > 1) throw new MdbException("-d/-o/-x options are mutually exclusive");
        _radix = bases.Count == 1 ? bases[0] : call.Session.Radix is 8 or 10 ? call.Session.Radix : 16;
        var wanted = arguments.Text('f') is { } format ? Words("-f", format, Names) : [.. Usual];
        _columns = [.. Names.Where(wanted.Contains)];
        _types = arguments.Text('t') is { } types ? Words("-t", types, [.. Types, "regi"]) : [.. Types, "regi"];
        Table = new Table([.. _columns.Select(Column)]) { Separator = "|" };
    }

    /// <summary>The table.</summary>
    public Table Table { get; }

    /// <summary>Whether <c>-t</c> lets a symbol through.</summary>
    public bool Takes(Symbol symbol) => _types.Contains(TypeOf(symbol));

    /// <summary>A symbol's row.</summary>
    public CommandOutput Row(Module module, Symbol symbol) => Table.Row(symbol.Address.Value, [.. _columns.Select(c => CellOf(c, module, symbol))]);

    private static HashSet<string> Words(string option, string text, string[] known)
    {
        var words = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in words)
            if (!known.Contains(word)) throw new MdbException($"invalid option for {option}: {word}{NearestName.Hint(word, known)} (known: {string.Join(", ", known)})");
        return [.. words];
    }

    private TableColumn Column(string name) => name switch
    {
        "ndx" => new("Index", IndexWidth),
        "obj" => new("Object", ObjectWidth, Left: true),
        "val" => new("Value", NumberWidth, Left: true),
        "sz" => new("Size", NumberWidth, Left: true),
        "type" => new("Type", TypeWidth, Left: true),
        "bind" => new("Bind", TypeWidth, Left: true),
        "oth" => new("Other", TypeWidth, Left: true),
        "shndx" => new("Shndx", SectionWidth, Left: true),
        "ctype" => new("C Type", CTypeWidth, Left: true),
        _ => new("Name", 0, Left: true),
    };

    /// <summary>In hexadecimal with the prefix and all digits; else as many as the largest number needs.</summary>
    private int NumberWidth => (_radix, _digits) switch
    {
        (16, var digits) => digits + 2,
        (10, 8) => 10,
        (10, _) => 20,
        (_, 8) => 11,
        _ => 22,
    };

    private Cell CellOf(string column, Module module, Symbol symbol) => column switch
    {
        "ndx" => Cell.Decimal(symbol.Entry?.Index),
        "obj" => Cell.Of(module.Name),
        "val" => Cell.Of(Number(symbol.Address.Value)),
        "sz" => Cell.Of(Number(symbol.Size)),
        "type" => Cell.Of(TypeOf(symbol).ToUpperInvariant()),
        "bind" => Cell.Of(BindingOf(symbol)),
        "oth" => Cell.Of(symbol.Entry is { } entry ? (_radix == 16 ? "0x" : "") + MdbNumbers.Plain(entry.Other, _radix) : null),
        "shndx" => Cell.Of(SectionOf(symbol)),
        "ctype" => Cell.Of(module.Types?.OfSymbol(symbol.Name) is { } type ? TypeText(type) : "<unknown type>"),
        _ => Cell.Of(DumpText.Line(symbol.Name)),
    };

    private string Number(ulong value) => _radix == 16 ? "0x" + MdbNumbers.Plain(value).PadLeft(_digits, '0') : MdbNumbers.Plain(value, _radix);

    private static string TypeOf(Symbol symbol)
    {
        if (symbol.Entry is { } entry) return (entry.Info & 0xf) is var type && type < Types.Length ? Types[type] : "regi";
        return symbol.Kind switch
        {
            SymbolKind.Function => "func",
            SymbolKind.Object => "objt",
            _ => "noty",
        };
    }

    private static string BindingOf(Symbol symbol) => (symbol.Entry?.Info >> 4 ?? (symbol.Global ? GlobalBinding : 0)) switch
    {
        0 => "LOCL",
        GlobalBinding => "GLOB",
        2 => "WEAK",
        _ => "?",
    };

    private static string? SectionOf(Symbol symbol) => symbol.Entry?.Section switch
    {
        null => null,
        0 => "UNDEF",
        0xfff1 => "ABS",
        0xfff2 => "COMMON",
        var section => section.Value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A function's as a pointer to it: <c>int (*)(struct vcpu *, ...)</c>.</summary>
    private static string TypeText(CType type)
    {
        if (type.Strip() is not FunctionType function) return type.DisplayName;
        var parameters = function.Parameters.Select(p => p.DisplayName).Concat(function.IsVariadic ? ["..."] : Array.Empty<string>()).ToList();
        return $"{function.Result.DisplayName} (*)({(parameters.Count == 0 ? "void" : string.Join(", ", parameters))})";
    }
}
