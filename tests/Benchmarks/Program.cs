using System.Runtime.InteropServices;
using XenDumpAdapter.Benchmarks;

(string Name, Func<IEnumerable<Row>> Measure)[] groups =
[
    ("process", WholeProcesses.Measure),
    ("memory", MemoryReads.Measure),
    ("symbols", SymbolLookups.Measure),
    ("kdump", KdumpPages.Measure),
    ("solaris", () => SolarisPages.Measure().Concat(SolarisLarge.Measure())),
    ("threads", SolarisManyThreads.Measure),
    ("search", KernelSearch.Measure),
    ("mdb", MdbPipes.Measure),
];
if (args.FirstOrDefault(a => !groups.Any(g => g.Name == a)) is { } unknown)
{
    Console.Error.WriteLine($"{unknown}: name the groups to run ({string.Join(", ", groups.Select(g => g.Name))}), or none for all.");
    return 2;
}

Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} CPUs. Processes: the published executable, medians of runs by turns, files cached. Pieces: {RuntimeInformation.FrameworkDescription}, warm, in this process.");
var rows = new List<Row>();
foreach (var (name, measure) in groups)
{
    if (args.Length > 0 && !args.Contains(name)) continue;
    Console.Error.WriteLine($"measuring: {name}");
    rows.AddRange(measure());
}

foreach (string line in Table.Lines([["", "ours", "peer", "theirs", "ratio", "target", ""], .. rows.Select(r => r.Cells())])) Console.WriteLine(line);
return rows.Any(r => r.Missed) ? 1 : 0;
