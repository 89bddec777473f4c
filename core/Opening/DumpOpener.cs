using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Opening;

/// <summary>What to open.</summary>
public sealed record OpenOptions
{
    /// <summary>The dump: a path, or <c>sample:NAME</c>.</summary>
    public required string Dump { get; init; }

    /// <summary>xen-syms; null to look beside the dump.</summary>
    public string? XenSyms { get; init; }

    /// <summary>dom0's kernel as ELF with symbols; null to look beside the dump.</summary>
    public string? Kernel { get; init; }
}

/// <summary>A step of opening, for a progress line.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Text">What it is doing.</param>
public sealed record OpenProgress(string Stage, string Text);

/// <summary>Opens dumps: finds the bytes, asks the one list of formats, and runs the stages after it.</summary>
public static class DumpOpener
{
    private const string SamplePrefix = "sample:";

    /// <summary>Opens a dump.</summary>
    /// <exception cref="DumpFormatException">It is no dump, or cannot be used at all; the message is for the user.</exception>
    public static DumpTarget Open(OpenOptions options, IProgress<OpenProgress>? progress = null, CancellationToken cancel = default)
    {
        var stages = new OpenStages(progress, cancel);
        stages.Begin("format", $"opening {options.Dump}");
        if (!options.Dump.StartsWith(SamplePrefix, StringComparison.Ordinal)) return OpenFile(options with { Dump = Numbered(options.Dump) }, stages, cancel);

        string sample = options.Dump[SamplePrefix.Length..];
        if (!SampleCatalog.TryOpen(sample, out var files))
            throw new DumpFormatException($"there is no sample '{sample}'; there are: {string.Join(", ", SampleCatalog.Names.Select(n => SamplePrefix + n))}");
        return Open(options, files.Dump, new SymbolFinder(options, files), [], stages, cancel);
    }

    /// <summary>Opens a dump that is no file of its own, with the symbols that belong to it: one in memory, or inside something else.</summary>
    /// <param name="files">The dump and its symbols, which stay open as long as the target is used.</param>
    /// <param name="progress">Told what is being done; null for nobody.</param>
    /// <param name="cancel">Stops opening.</param>
    /// <exception cref="DumpFormatException">It is no dump, or cannot be used at all; the message is for the user.</exception>
    public static DumpTarget OpenFiles(SampleFiles files, IProgress<OpenProgress>? progress = null, CancellationToken cancel = default)
    {
        var options = new OpenOptions { Dump = files.Dump.Name };
        return Open(options, files.Dump, new SymbolFinder(options, files), [], new OpenStages(progress, cancel), cancel);
    }

    private static DumpTarget OpenFile(OpenOptions options, OpenStages stages, CancellationToken cancel)
    {
        var file = OpenDump(options.Dump);
        try
        {
            return Open(options, file, new SymbolFinder(options, null), [file], stages, cancel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static DumpTarget Open(
        OpenOptions options, IByteSource dump, SymbolFinder symbols, IReadOnlyList<IDisposable> owned, OpenStages stages, CancellationToken cancel)
    {
        try
        {
            var diagnostics = new DiagnosticBag();
            var image = DumpFormats.Open(dump, diagnostics, cancel);
            stages.Ok("format", $"{image.FormatName}, {dump.Length} bytes, {image.Cpus.Count} CPUs");
            if (image.Solaris is { } solaris) Prepare(solaris, stages, cancel);
            return new TargetBuilder(options.Dump, image, symbols, stages, diagnostics).Build(owned);
        }
        catch
        {
            symbols.Dispose();
            throw;
        }
    }

    /// <summary>Finds the pages of a dump that is still packed, where that can be seen and stopped: any later stage would have to wait for it.</summary>
    private static void Prepare(SolarisDump dump, OpenStages stages, CancellationToken cancel)
    {
        if (dump.Carrier == SolarisCarrier.Vmcore) return;
        const string stage = "pages";
        stages.Begin(stage, "indexing the dump's pages");
        dump.Progress = stages.Within(stage);
        dump.Prepare(cancel);
        dump.Progress = null;
    }

    /// <summary>What a bare number stands for: <c>vmcore.N</c>, or <c>vmdump.N</c> where that is all that savecore has left; as <c>mdb N</c> has it. Everything else stands for itself.</summary>
    private static string Numbered(string path)
    {
        string number = Path.GetFileName(path);
        if (number.Length == 0 || !number.All(char.IsAsciiDigit) || File.Exists(path)) return path;
        string folder = Path.GetDirectoryName(path) ?? "";
        foreach (string kind in new[] { "vmcore", "vmdump" })
            if (Path.Combine(folder, $"{kind}.{number}") is var file && File.Exists(file)) return file;
        throw new DumpFormatException($"there is no file {path}, and no vmcore.{number} or vmdump.{number} that the number could stand for in {(folder.Length == 0 ? "this folder" : folder)}");
    }

    private static FileByteSource OpenDump(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new DumpFormatException($"{path} is a folder; name the dump file in it");
            return FileByteSource.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DumpFormatException($"{path} cannot be opened: {e.Message}", e);
        }
    }
}
