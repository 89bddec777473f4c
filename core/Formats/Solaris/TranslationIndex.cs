using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>
/// Where in a table of translations each one stands, by address space and page: 12 bytes a translation. Of several for the same page the last comes first, as it
/// does in the map that savecore makes.
/// </summary>
internal sealed class TranslationIndex
{
    private readonly Dictionary<ulong, Run> _spaces = [];

    private TranslationIndex()
    {
    }

    /// <summary>Reads a whole table.</summary>
    /// <param name="records">The table.</param>
    /// <param name="pageShift">log2 of the page size.</param>
    /// <param name="name">What a message calls the dump.</param>
    /// <param name="diagnostics">Told what does not go in.</param>
    /// <param name="cancel">Stops it.</param>
    public static TranslationIndex Build(TranslationRecords records, int pageShift, string name, DiagnosticBag diagnostics, CancellationToken cancel)
    {
        if (records.Count > DumpLimits.SolarisTranslations)
            diagnostics.Warn("solaris/too-many-translations", $"{name} has {records.Count} translations; only the first {DumpLimits.SolarisTranslations} are indexed.");
        var index = new TranslationIndex();
        Run? last = null;
        ulong lastSpace = 0;
        records.Scan(DumpLimits.SolarisTranslations, (ordinal, record) =>
        {
            if (last is null || record.Space != lastSpace)
            {
                if (!index._spaces.TryGetValue(record.Space, out last))
                {
                    if (index._spaces.Count >= DumpLimits.SolarisAddressSpaces) return;
                    index._spaces.Add(record.Space, last = new Run());
                }

                lastSpace = record.Space;
            }

            last.Add(record.Address >> pageShift, (uint)ordinal);
        }, cancel);
        if (index._spaces.Count >= DumpLimits.SolarisAddressSpaces)
            diagnostics.Warn("solaris/too-many-spaces", $"{name} has translations of more than {DumpLimits.SolarisAddressSpaces} address spaces; those of the others are left out.");
        foreach (var run in index._spaces.Values)
        {
            cancel.ThrowIfCancellationRequested();
            run.Finish();
        }

        return index;
    }

    /// <summary>The places in the table of the translations of a page, the last one first; as many as <paramref name="ordinals"/> takes.</summary>
    public int Find(ulong space, ulong page, Span<long> ordinals) => _spaces.TryGetValue(space, out var run) ? run.Find(page, ordinals) : 0;

    /// <summary>The pages of an address space from <paramref name="first"/> to <paramref name="last"/>, ascending, each with its places in the table, the last one first.</summary>
    public IEnumerable<(ulong Page, long Ordinal)> Pages(ulong space, ulong first, ulong last) => _spaces.TryGetValue(space, out var run) ? run.Pages(first, last) : [];

    /// <summary>The address spaces and how many pages each has.</summary>
    public IEnumerable<(ulong Space, long Pages)> Spaces => _spaces.Select(s => (s.Key, (long)s.Value.Count));

    /// <summary>The pages of one address space, ascending, each with its place.</summary>
    private sealed class Run
    {
        private ulong[] _pages = new ulong[16];
        private uint[] _ordinals = new uint[16];
        private bool _ascending = true;

        public int Count { get; private set; }

        public void Add(ulong page, uint ordinal)
        {
            if (Count > 0 && page < _pages[Count - 1]) _ascending = false;
            if (Count == _pages.Length)
            {
                Array.Resize(ref _pages, Count * 2);
                Array.Resize(ref _ordinals, Count * 2);
            }

            _pages[Count] = page;
            _ordinals[Count++] = ordinal;
        }

        public void Finish()
        {
            if (!_ascending) Sort();
            Array.Resize(ref _pages, Count);
            Array.Resize(ref _ordinals, Count);
        }

        public int Find(ulong page, Span<long> ordinals)
        {
            int low = 0, high = Count;
            while (low < high)
            {
                int middle = low + ((high - low) / 2);
                if (_pages[middle] <= page) low = middle + 1;
                else high = middle;
            }

            int found = 0;
            for (int at = low - 1; at >= 0 && _pages[at] == page && found < ordinals.Length; at--) ordinals[found++] = _ordinals[at];
            return found;
        }

        public IEnumerable<(ulong Page, long Ordinal)> Pages(ulong first, ulong last)
        {
            int low = 0, high = Count;
            while (low < high)
            {
                int middle = low + ((high - low) / 2);
                if (_pages[middle] < first) low = middle + 1;
                else high = middle;
            }

            for (int start = low; start < Count && _pages[start] <= last;)
            {
                int end = start + 1;
                while (end < Count && _pages[end] == _pages[start]) end++;
                for (int at = end - 1; at >= start; at--) yield return (_pages[at], _ordinals[at]);
                start = end;
            }
        }

        /// <summary>By page, and among those of one page by place.</summary>
        private void Sort()
        {
            Array.Sort(_pages, _ordinals, 0, Count);
            for (int start = 0; start < Count;)
            {
                int end = start + 1;
                while (end < Count && _pages[end] == _pages[start]) end++;
                if (end - start > 1) Array.Sort(_ordinals, start, end - start);
                start = end;
            }
        }
    }
}
