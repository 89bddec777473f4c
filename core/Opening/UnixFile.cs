using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Opening;

/// <summary>
/// The symbols of a Solaris kernel: unix.N that the user named or that stands beside vmcore.N, if it is the one that the dump itself carries; else the dump's own copy.
/// </summary>
internal sealed class UnixFile(SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string Stage = "kernel symbols";
    private const int CompareBytes = 1 << 16;

    /// <summary>The symbols, and the file that they are from (null for the dump itself); null where there are none.</summary>
    public (ISymbolSource Symbols, string? Path)? Open(IByteSource? own)
    {
        stages.Begin(Stage, "reading the kernel's symbols");
        var candidate = symbols.FindUnix();
        var inside = own is null ? null : TryElf(own);
        if (candidate is not null && (inside is null || IsSame(candidate.Elf.Source, own!))) return Use(candidate.Elf, candidate.Path, inside is null ? "the dump carries none to compare with" : "it is the one that the dump carries");

        if (candidate is not null)
        {
            diagnostics.Error(DiagnosticIds.SymbolMismatch, $"{candidate.Path} is NOT the unix.N of this dump: its symbols differ from those that the dump carries. It is not used; the dump's own are.");
        }

        if (inside is not null) return Use(inside, null, "the dump carries them");
        stages.Failed(Stage, "no unix.N beside the dump, and the dump carries no usable copy; name it with --kernel FILE");
        return null;
    }

    private (ISymbolSource, string?) Use(ElfFile elf, string? path, string why)
    {
        var table = ElfSymbolTable.Read(elf, diagnostics);
        stages.Ok(Stage, $"{path ?? "the dump's own"}: {table.Count} symbols; {why}");
        return (table, path);
    }

    private static ElfFile? TryElf(IByteSource source)
    {
        try
        {
            return ElfFile.Open(source, new DiagnosticBag());
        }
        catch (DumpFormatException)
        {
            return null;
        }
    }

    /// <summary>Whether both files are the same to the byte.</summary>
    private static bool IsSame(IByteSource a, IByteSource b)
    {
        if (a.Length != b.Length) return false;
        byte[] one = new byte[CompareBytes], other = new byte[CompareBytes];
        for (long at = 0; at < a.Length; at += CompareBytes)
        {
            int got = a.Read(at, one);
            if (got == 0 || got != b.Read(at, other) || !one.AsSpan(0, got).SequenceEqual(other.AsSpan(0, got))) return false;
        }

        return true;
    }
}
