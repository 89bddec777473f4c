using System.Diagnostics;
using System.Globalization;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Benchmarks;

/// <summary>The symbol table and DWARF of a xen-syms of 25 MB. The peers are whole processes, ours is not: the note says so.</summary>
internal static class SymbolLookups
{
    private const int Many = 1000;
    private const string File = "symbols/xen-syms-4.17-dbg";

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        string[] names = ["ELF symbol index of xen-syms", "symbol of an address", "DWARF: open, first function and line", "DWARF: function and line, each of 1000"];
        if (Lab.Find(File) is not { } path)
        {
            foreach (string name in names) yield return Row.Skip(name, "needs the lab");
            yield break;
        }

        using var source = FileByteSource.Open(path);
        double index = Timing.Of(() => GC.KeepAlive(Symbols(source)));
        yield return Against(names[0], index, new Command("nm", path), 1);
        var symbols = Symbols(source);
        ulong[] places = Places(symbols);
        yield return new Row { What = names[1], Ours = Timing.OfMany(places.Length, () => Array.ForEach(places, p => GC.KeepAlive(symbols.Find(new VirtualAddress(p))))) };

        double first = Timing.Of(() => Look(Dwarf(source), places[0]));
        yield return Against(names[2], first, Addr2line(path, places[..1]), 1);
        var dwarf = Dwarf(source);
        double each = Timing.OfMany(places.Length, () => Array.ForEach(places, p => Look(dwarf, p)));
        yield return Against(names[3], each, Addr2line(path, places), places.Length) with { Note = "ours warm; theirs a process divided by 1000" };
    }

    private static Row Against(string what, double ours, Command peer, int count) => Command.Exists(peer.Program)
        ? new Row { What = what, Ours = ours, Peer = peer.Program, Theirs = peer.Median() / count, Note = "theirs a whole process" }
        : new Row { What = what, Ours = ours, Note = $"no {peer.Program} here" };

    private static Command Addr2line(string path, ulong[] places) =>
        new("addr2line", ["-f", "-i", "-e", path, .. places.Select(p => p.ToString("x", CultureInfo.InvariantCulture))]);

    private static ElfSymbolTable Symbols(FileByteSource source) => ElfSymbolTable.Read(ElfFile.Open(source, new DiagnosticBag()), new DiagnosticBag());

    private static DwarfFile Dwarf(FileByteSource source) =>
        DwarfFile.Open(DwarfSections.FromElf(ElfFile.Open(source, new DiagnosticBag())), "xen-syms") ?? throw new UnreachableException();

    private static void Look(DwarfFile dwarf, ulong place)
    {
        GC.KeepAlive(dwarf.FindFunctions(new VirtualAddress(place)));
        GC.KeepAlive(dwarf.FindLine(new VirtualAddress(place)));
    }

    /// <summary>Places in functions of all parts of the image.</summary>
    private static ulong[] Places(ElfSymbolTable symbols)
    {
        var functions = symbols.All.Where(s => s is { Kind: SymbolKind.Function, Size: > 16 }).ToList();
        return [.. Enumerable.Range(0, Many).Select(i => functions[(int)((long)i * functions.Count / Many)]).Select(f => f.Address.Value + (f.Size / 2))];
    }
}
