namespace XenDumpAdapter.Benchmarks;

/// <summary>The published executable from start to exit, beside gdb on the same files and beside itself on a dump a thousand times as large.</summary>
internal static class WholeProcesses
{
    private const int Turns = 7;
    private const double MemoryTarget = 100e6;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        string? xendump = Environment.GetEnvironmentVariable("XENDUMP") is { Length: > 0 } named ? named : null;
        string? missing = xendump is null ? "set XENDUMP to the published executable"
            : !File.Exists(xendump) ? $"XENDUMP names {xendump}, which is not there"
            : null;
        foreach (var row in Stack(xendump, missing, "k64-rel/vmcore", Place.Kdump())) yield return row;
        foreach (var row in Stack(xendump, missing, "h-nmi-dbg/paging.core", Place.PagingDump())) yield return row;
        foreach (var row in Sparse(xendump, missing)) yield return row;
    }

    private static IEnumerable<Row> Stack(string? xendump, string? missing, string dump, Place? place)
    {
        string what = $"xendump stack, {dump}";
        string memory = $"  its peak memory";
        string? reason = missing ?? (place is null ? "needs the lab" : !Command.Exists("gdb") ? "needs gdb" : null);
        if (reason is not null || xendump is null || place is null)
        {
            yield return Row.Skip(what, reason ?? "");
            yield return Row.Skip(memory, reason ?? "");
            yield break;
        }

        var ours = Verb(xendump, "stack", place.Dump, place);
        var gdb = new Command("gdb", "-batch", "-ex", "thread apply all bt", place.XenSyms, place.Dump);
        var (seconds, theirs) = Command.Compare(ours, gdb, Turns);
        yield return new Row { What = what, Ours = seconds, Peer = "gdb -batch -ex 'thread apply all bt'", Theirs = theirs, MaxRatio = 0.25 };
        yield return new Row { What = memory, Unit = Unit.Bytes, Ours = ours.PeakMemory(), Peer = "gdb", Theirs = gdb.PeakMemory(), Max = MemoryTarget };
    }

    private static IEnumerable<Row> Sparse(string? xendump, string? missing)
    {
        const string WhatInfo = "xendump info, 64 GB", WhatStack = "xendump stack, 64 GB", WhatMemory = "  its peak memory";
        string? reason = missing ?? (Place.MachineDump() is null ? "needs the lab" : !OperatingSystem.IsLinux() ? "needs files with holes" : null);
        if (reason is not null || xendump is null || Place.MachineDump() is not { } place)
        {
            foreach (string what in new[] { WhatInfo, WhatStack, WhatMemory }) yield return Row.Skip(what, reason ?? "");
            yield break;
        }

        using var folder = new TemporaryFolder();
        string large = folder.File("64gb.core");
        SparseDump.Write(place.Dump, large, 64L << 30);
        foreach (var (verb, what) in new[] { ("info", WhatInfo), ("stack", WhatStack) })
        {
            var (ours, theirs) = Command.Compare(Verb(xendump, verb, large, place), Verb(xendump, verb, place.Dump, place), 2 * Turns);
            yield return new Row { What = what, Ours = ours, Peer = "itself on the 64 MB dump", Theirs = theirs, MaxRatio = 1.2 };
        }

        double peak = Verb(xendump, "stack", large, place).PeakMemory(), small = Verb(xendump, "stack", place.Dump, place).PeakMemory();
        yield return new Row { What = WhatMemory, Unit = Unit.Bytes, Ours = peak, Peer = "itself on the 64 MB dump", Theirs = small, Max = MemoryTarget };
    }

    private static Command Verb(string xendump, string verb, string dump, Place place) => new(xendump, verb, dump, "--xen-syms", place.XenSyms, "--kernel", place.Kernel);
}
