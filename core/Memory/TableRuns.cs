using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>
/// Lists what page tables map, by asking for one address after the other: a translation says how far it reaches, and <paramref name="span"/> how far the next one that is
/// missing reaches, so that an absent top entry is one step. Neighbours that lie together in both spaces come as one run.
/// </summary>
/// <param name="tables">The tables.</param>
/// <param name="span">From an address that is not mapped, the bytes from it on that are not mapped for the same reason; 0 where the space ends.</param>
internal sealed class TableRuns(ITranslator<VirtualAddress, MachineAddress> tables, Func<VirtualAddress, ulong> span)
{
    /// <summary>The runs from one address to another, itself among them.</summary>
    public IEnumerable<MappedRun> Between(ulong first, ulong last, CancellationToken cancel)
    {
        MappedRun? open = null;
        int steps = 0;
        for (ulong at = first; ;)
        {
            if (++steps > DumpLimits.ListedMappings)
            {
                if (open is { } before) yield return before;
                yield return new MappedRun(at, 0, 0);
                yield break;
            }

            cancel.ThrowIfCancellationRequested();
            bool mapped = tables.TryTranslate(new VirtualAddress(at), out var to, out ulong length);
            if (!mapped) length = span(new VirtualAddress(at));
            if (mapped && length > 0)
            {
                if (open is { } run && unchecked(run.From + run.Length) == at && unchecked(run.To + run.Length) == to.Value) open = run with { Length = unchecked(run.Length + length) };
                else
                {
                    if (open is { } ended) yield return ended;
                    open = new MappedRun(at, to.Value, length);
                }
            }

            if (length == 0 || last - at < length) break;
            at += length;
        }

        if (open is { } rest) yield return rest;
    }
}
