using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>The kernel's modules, from the list that begins at the symbol <c>modules</c>, which is itself the entry of <c>unix</c>.</summary>
internal sealed class SolarisModules(SolarisImage image, ISymbolSource? symbols, DiagnosticBag diagnostics)
{
    /// <summary>The name that the hypervisor has in the list (usr/src/uts/i86xpv/os/xpv_panic.c).</summary>
    public const string Hypervisor = "xpv";

    /// <summary>The module whose symbols stand for the whole kernel.</summary>
    private const string Core = "unix";

    /// <summary>The entries in load order. Ends at the head, at null, at an entry that is not in the dump, or at the limit; an entry met twice ends it with a diagnostic.</summary>
    public IReadOnlyList<ModuleRecord> Records()
    {
        var found = new List<ModuleRecord>();
        if (symbols?.Find("modules")?.Address is not { } head)
        {
            diagnostics.Warn("solaris/modules", "the kernel's symbol 'modules' is not known, so its modules cannot be listed.");
            return found;
        }

        var seen = new HashSet<ulong>();
        for (var at = head; at.Value != 0; at = found[^1].Next)
        {
            if (found.Count > 0 && at == head) return found;
            if (!seen.Add(at.Value) || found.Count >= DumpLimits.Modules)
            {
                diagnostics.Warn("solaris/modules-cycle", $"the list of modules does not end (entry {at} again); stopped: cycle.");
                return Backwards(found, seen);
            }

            if (ModuleRecord.Read(image, at) is not { } record)
            {
                diagnostics.Warn("solaris/modules-cut", $"the list of modules is cut off after {found.Count}: the entry at {at} cannot be read: {image.Memory.Explain(at).Text}.");
                return Backwards(found, seen);
            }

            found.Add(record);
        }

        int before = found.Count;
        if (Backwards(found, seen).Count > before) diagnostics.Warn("solaris/modules-cut", $"the list of modules ends after {before}, but not where it began; the others are those that lead to its beginning from the other side.");
        return found;
    }

    /// <summary>Where the way forward is lost the ring is followed backwards from its head, as long as each entry leads to the one behind it.</summary>
    private List<ModuleRecord> Backwards(List<ModuleRecord> found, HashSet<ulong> seen)
    {
        if (found.Count == 0) return found;
        int end = found.Count;
        for (var after = found[0]; after.Previous is { Value: not 0 } at && found.Count < DumpLimits.Modules && seen.Add(at.Value);)
        {
            if (ModuleRecord.Read(image, at) is not { } record || record.Next != after.Address) break;
            found.Insert(end, record);
            after = record;
        }

        return found;
    }

    /// <summary>The modules of the entries that are loaded, each name once; last, if there is such a thing, the code that the kernel's symbols name outside of them all.</summary>
    /// <param name="records">The entries.</param>
    /// <param name="typesOf">The types of an entry; null for none.</param>
    public IReadOnlyList<Module> Make(IReadOnlyList<ModuleRecord> records, Func<ModuleRecord, ITypeSource?> typesOf)
    {
        var modules = new List<Module>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (!record.IsLoaded || record.Name is not { Length: > 0 } name) continue;
            if (!names.Add(name))
            {
                diagnostics.Warn("solaris/module-twice", $"the module {name} is in the kernel's list twice; the second, at {record.Address}, is left out.");
                continue;
            }

            var own = new ModuleSymbols(image, record, name == Hypervisor ? null : symbols, name == Core, diagnostics);
            modules.Add(name == Hypervisor ? OfHypervisor(record, own, typesOf(record)) : new Module
            {
                Name = name,
                Range = record.Text,
                DataRanges = [.. new[] { record.Data, record.Bss }.Where(r => r.Length > 0)],
                Segments = [new("text", record.Text), new("data", record.Data), new("bss", record.Bss)],
                Symbols = own,
                Types = typesOf(record),
            });
        }

        if (symbols is not null && Outside(symbols, modules) is { Length: > 0 } rest)
            modules.Add(new Module { Name = names.Contains(Core) ? "kernel" : Core, Range = rest, Symbols = symbols });
        return modules;
    }

    /// <summary>
    /// The hypervisor's sizes are sums of its sections' sizes, not extents, and it has no bss (usr/src/uts/i86xpv/os/xpv_panic.c, xpv_make_module): it is
    /// given all from its lowest to its highest symbol.
    /// </summary>
    private static Module OfHypervisor(ModuleRecord record, ModuleSymbols own, ITypeSource? types)
    {
        ulong first = Math.Min(record.Text.Start.Value, record.Data.Start.Value);
        ulong last = first;
        foreach (var run in new[] { record.Text, record.Data })
            if (run.Length > 0) last = Math.Max(last, unchecked(run.End.Value - 1));
        foreach (var symbol in own.All)
            if (symbol.Address.Value >= first) last = Math.Max(last, unchecked(symbol.Address.Value + (symbol.Size > 0 ? symbol.Size - 1 : 0)));
        var range = new AddressRange(new VirtualAddress(first), unchecked(last - first + 1));
        return new Module { Name = Hypervisor, Range = range, Segments = SegmentsOf(record, range), Symbols = own, Types = types };
    }

    /// <summary>The one that begins lower goes to where the other begins, the other to the end.</summary>
    private static IReadOnlyList<ModuleSegment> SegmentsOf(ModuleRecord record, AddressRange range)
    {
        var text = record.Text.Start;
        var data = record.Data.Start;
        if (record.Text.Length == 0 || record.Data.Length == 0 || text == data) return [];
        return text < data
            ? [new("text", AddressRange.FromTo(text, data)), new("data", AddressRange.FromTo(data, range.End))]
            : [new("data", AddressRange.FromTo(data, text)), new("text", AddressRange.FromTo(text, range.End))];
    }

    /// <summary>From the first to the last function that no module covers; empty where there is none.</summary>
    private static AddressRange Outside(ISymbolSource symbols, List<Module> modules)
    {
        AddressRange[] ranges = [.. modules.Select(m => m.Range).OrderBy(r => r.Start)];
        VirtualAddress[] starts = [.. ranges.Select(r => r.Start)];
        ulong first = ulong.MaxValue, last = 0;
        foreach (var symbol in symbols.All)
        {
            if (symbol.Kind != SymbolKind.Function) continue;
            int at = Array.BinarySearch(starts, symbol.Address);
            if (at < 0) at = ~at - 1;
            if (at >= 0 && ranges[at].Contains(symbol.Address)) continue;
            first = Math.Min(first, symbol.Address.Value);
            last = Math.Max(last, unchecked(symbol.Address.Value + Math.Max(symbol.Size, 1) - 1));
        }

        return last < first ? default : new AddressRange(new VirtualAddress(first), unchecked(last - first + 1));
    }
}
