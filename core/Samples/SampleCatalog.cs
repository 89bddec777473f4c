using System.Diagnostics.CodeAnalysis;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Samples.Goldcloth;
using XenDumpAdapter.Core.Samples.Scenarios;

namespace XenDumpAdapter.Core.Samples;

/// <summary>The files of a sample, made in memory.</summary>
/// <param name="Dump">The dump.</param>
/// <param name="XenSyms">xen-syms; null where the sample has none.</param>
/// <param name="Kernel">dom0's kernel; null where the sample has none.</param>
/// <param name="Description">One line for people.</param>
public sealed record SampleFiles(IByteSource Dump, IByteSource? XenSyms, IByteSource? Kernel, string Description);

/// <summary>
/// The sample dumps that come with the program: <c>sample:NAME</c> wherever a dump's path does. One is the talk's; the others are made when asked for, and are the same
/// each time: a small machine whose own code runs until it crashes.
/// </summary>
public static class SampleCatalog
{
    /// <summary>Their names; the first is the one to begin with.</summary>
    public static IReadOnlyList<string> Names { get; } = ["goldcloth", "overflow", "overflow32", "nmi"];

    /// <summary>Makes the sample of that name; false where there is none.</summary>
    public static bool TryOpen(string name, [NotNullWhen(true)] out SampleFiles? files)
    {
        files = name switch
        {
            "goldcloth" => GoldclothSample.Make(name),
            "overflow" => OverflowScenario.Make(name, is64: true),
            "overflow32" => OverflowScenario.Make(name, is64: false),
            "nmi" => NmiScenario.Make(name),
            _ => null,
        };
        return files is not null;
    }
}
