namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>Sorts the records of a flattened stream; where two fill the same place, the later one stays, as it would in a file written in that order.</summary>
internal static class RecordOverlaps
{
    /// <summary>Records in ascending order without overlaps.</summary>
    public static FlattenedStream.Record[] Resolve(List<FlattenedStream.Record> inOrder)
    {
        FlattenedStream.Record[] sorted = [.. inOrder];
        Array.Sort(sorted, static (a, b) => a.Offset.CompareTo(b.Offset));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Offset < sorted[i - 1].End) return Sweep(sorted);
        }

        return sorted;
    }

    /// <summary>
    /// From one place where a record begins or ends to the next, the record that came last in the stream is the one that counts. Records come in
    /// the order of their position in the stream.
    /// </summary>
    private static FlattenedStream.Record[] Sweep(FlattenedStream.Record[] sorted)
    {
        long[] edges = [.. sorted.Select(r => r.Offset).Concat(sorted.Select(r => r.End)).Distinct().Order()];
        var active = new PriorityQueue<FlattenedStream.Record, long>();
        var parts = new List<FlattenedStream.Record>();
        int next = 0;
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            while (next < sorted.Length && sorted[next].Offset <= edges[i])
            {
                active.Enqueue(sorted[next], -sorted[next].Position);
                next++;
            }

            while (active.TryPeek(out var top, out _) && top.End <= edges[i]) active.Dequeue();
            if (active.TryPeek(out var latest, out _)) parts.Add(latest.Part(edges[i], edges[i + 1]));
        }

        return [.. parts];
    }
}
