using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>
/// Which addresses modules take up, as runs that do not overlap: where they say that they do, the smaller has its own and the larger the rest.
/// </summary>
internal sealed class ImageRuns
{
    /// <summary>More are left out: kernels have a few hundred, and a symbol's section has 16 bits.</summary>
    private const int Most = 8_000;

    private readonly ulong _highest;
    private readonly List<ImageRun> _runs = [];

    private ImageRuns(int addressBits) => _highest = addressBits == 32 ? uint.MaxValue : ulong.MaxValue;

    /// <summary>The runs of modules, by address.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="addressBits">32 or 64: what lies beyond is left out.</param>
    /// <param name="hypervisor">Which of them is the hypervisor; null for none.</param>
    public static IReadOnlyList<ImageRun> Of(IEnumerable<Module> modules, int addressBits, Module? hypervisor)
    {
        var runs = new ImageRuns(addressBits);
        var wanted = modules.SelectMany(m => runs.Wanted(m, ReferenceEquals(m, hypervisor)));
        foreach (var run in wanted.OrderBy(r => r.Length).ThenBy(r => r.First)) runs.Add(run);
        return runs._runs;
    }

    /// <summary>What is left of a run beside others, which are by address and do not overlap.</summary>
    public static IReadOnlyList<ImageRun> Beside(IReadOnlyList<ImageRun> others, ImageRun run)
    {
        ulong at = run.First;
        var pieces = new List<ImageRun>();
        foreach (var taken in others)
        {
            if (taken.Last < at) continue;
            if (taken.First > run.Last) break;
            if (taken.First > at) pieces.Add(run with { First = at, Length = taken.First - at });
            if (taken.Last >= run.Last) return pieces;
            at = taken.Last + 1;
        }

        pieces.Add(run with { First = at, Length = run.First == at ? run.Length : run.Last - at + 1 });
        return pieces;
    }

    /// <summary>The run that an address is in: an index, or -1.</summary>
    public static int Find(IReadOnlyList<ImageRun> runs, ulong address)
    {
        int low = 0, high = runs.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (runs[middle].Contains(address)) return middle;
            if (runs[middle].First < address) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private IEnumerable<ImageRun> Wanted(Module module, bool isHypervisor)
    {
        var (first, last) = (module.Range.Start.Value, unchecked(module.Range.Start.Value + (module.Range.Length - 1)));
        if (module.Range.Length > 0 && first <= last && first <= _highest)
        {
            // A module in one piece: its code is where its functions are.
            var (from, to) = module.DataRanges.Count > 0 ? (first, last) : Code(module, first, last);
            bool own = module.Cfi is not null;
            if (first < from) yield return Run(module.Name + ".rodata", first, from - 1, false);
            yield return Run(module.Name + ".text", from, to, true) with { IsHypervisor = isHypervisor, HasOwnRules = own };
            if (to < last) yield return Run(module.Name + ".data", to + 1, last, false);
        }

        int number = 0;
        foreach (var data in module.DataRanges)
        {
            ulong end = unchecked(data.Start.Value + (data.Length - 1));
            if (data.Length > 0 && data.Start.Value <= end && data.Start.Value <= _highest)
                yield return Run(number++ == 0 ? module.Name + ".data" : $"{module.Name}.data{number}", data.Start.Value, end, false);
        }
    }

    private ImageRun Run(string name, ulong first, ulong last, bool isCode)
    {
        // All addresses there are would be one more than fits.
        ulong length = unchecked(Math.Min(last, _highest) - first + 1);
        return new ImageRun(name, first, length == 0 ? ulong.MaxValue : length, isCode);
    }

    private static (ulong First, ulong Last) Code(Module module, ulong first, ulong last)
    {
        ulong from = ulong.MaxValue, to = 0;
        foreach (var symbol in module.Symbols.All)
        {
            ulong at = symbol.Address.Value;
            if (symbol.Kind != SymbolKind.Function || at < first || at > last) continue;
            from = Math.Min(from, at);
            to = Math.Max(to, at + Math.Min(Math.Max(symbol.Size, 1) - 1, last - at));
        }

        return from <= to ? (from, to) : (first, last);
    }

    private void Add(ImageRun run)
    {
        var pieces = Beside(_runs, run);
        if (_runs.Count + pieces.Count > Most) return;
        foreach (var piece in pieces)
        {
            int place = _runs.FindIndex(r => r.First > piece.First);
            _runs.Insert(place < 0 ? _runs.Count : place, piece);
        }
    }
}
