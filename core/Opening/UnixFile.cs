using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Opening;

/// <summary>
/// The symbols of a Solaris kernel: unix.N that the user named or that stands beside vmcore.N, if it is the one that the dump itself carries; else the dump's own copy. Where
/// there is no usable copy to compare with, the dump's map decides: it is kept by the addresses of address spaces, and the kernel's is the symbol <c>kas</c>.
/// </summary>
internal sealed class UnixFile(SolarisDump dump, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string Stage = "kernel symbols";
    private const int CompareBytes = 1 << 16;

    /// <summary>The symbols, and the file that they are from (null for the dump itself); null where there are none.</summary>
    public (ISymbolSource Symbols, string? Path)? Open()
    {
        stages.Begin(Stage, "reading the kernel's symbols");
        var candidate = symbols.FindUnix();
        var inside = dump.Ksyms is { } own ? TryElf(own) : null;
        if (candidate is not null && inside is not null && IsSame(candidate.Elf.Source, dump.Ksyms!))
            return Use(Read(candidate.Elf), candidate.Path, "it is the one that the dump carries");

        var carried = inside is null ? null : Read(inside);
        if (candidate is not null && Chosen(Read(candidate.Elf), candidate.Path, carried) is { } chosen) return chosen;
        if (carried is not null) return Use(carried, null, "the dump carries them");
        stages.Failed(Stage, candidate is null
            ? "no unix.N beside the dump, and the dump carries no usable copy; name it with --kernel FILE"
            : "the dump carries no usable copy; name the unix.N of this dump with --kernel FILE");
        return null;
    }

    /// <summary>A file that differs from the dump's copy, or has none to be compared with; null, with a diagnostic, where it is of another kernel.</summary>
    private (ISymbolSource, string?)? Chosen(ElfSymbolTable table, string path, ElfSymbolTable? carried)
    {
        var fit = carried is null || FitOf(carried).Verdict != FitVerdict.Fits ? FitOf(table) : new FitResult(FitVerdict.Differs, "its symbols differ from those that the dump carries");
        if (fit.Verdict == FitVerdict.Fits) return Use(table, path, carried is null ? fit.Reason : $"{fit.Reason}; the copy that the dump carries is damaged");
        if (fit.Verdict == FitVerdict.Unknown && carried is null) return Use(table, path, fit.Reason);
        string instead = carried is null ? "" : "; the dump's own are";
        diagnostics.Error(DiagnosticIds.SymbolMismatch, $"{path} is NOT the unix.N of this dump: {fit.Reason}. It is not used{instead}.");
        return null;
    }

    /// <summary>Whether the dump's map has translations of the address space that the symbols call the kernel's.</summary>
    private FitResult FitOf(ElfSymbolTable table)
    {
        if (table.Find("kas")?.Address is not { } kas) return new FitResult(FitVerdict.Differs, "it has no symbol kas, which every Solaris kernel has");
        if (dump.Map(kas).TryTranslate(kas, out _, out _)) return new FitResult(FitVerdict.Fits, $"the dump's map knows its kas ({kas})");
        var spaces = dump.AddressSpaces();
        if (spaces.Count == 0) return new FitResult(FitVerdict.Unknown, "the dump has neither symbols nor translations to compare it with");
        return spaces.Contains(kas)
            ? new FitResult(FitVerdict.Fits, $"the dump's map knows its kas ({kas})")
            : new FitResult(FitVerdict.Differs, $"its kas ({kas}) is no address space of the dump's map");
    }

    private ElfSymbolTable Read(ElfFile elf) => ElfSymbolTable.Read(elf, diagnostics);

    private (ISymbolSource, string?) Use(ElfSymbolTable table, string? path, string why)
    {
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
