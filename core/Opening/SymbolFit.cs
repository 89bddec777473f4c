using System.Globalization;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Opening;

/// <summary>Whether a symbol file is of the program that ran.</summary>
internal enum FitVerdict
{
    /// <summary>It is: build ids agree, or the code does.</summary>
    Fits,

    /// <summary>It is of another build.</summary>
    Differs,

    /// <summary>The dump has too little to tell.</summary>
    Unknown,
}

/// <summary>A verdict with its reason.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">A clause: <c>build id 0ed1… in both</c>.</param>
internal readonly record struct FitResult(FitVerdict Verdict, string Reason);

/// <summary>Compares a symbol file with the dump's memory: by build id where the program carries one, else by the bytes of its code.</summary>
internal static class SymbolFit
{
    /// <summary>Code that is compared at most; spread over the whole text.</summary>
    private const int MaxComparedBytes = 256 * 1024;

    private const int Window = 256;

    /// <summary>
    /// Share of equal bytes from which code counts as the same. Kernels patch themselves (alternatives, tracing, hypercall pages), which
    /// changes a few bytes in a hundred; code of another build agrees in one byte of ten.
    /// </summary>
    private const double SameCode = 0.85;

    private const int MinComparedBytes = 256;

    /// <summary>Bytes of a GNU note before its contents: three words and the name.</summary>
    public const int NoteHeaderBytes = 16;

    /// <summary>Compares.</summary>
    /// <param name="elf">The file.</param>
    /// <param name="memory">The address space that the program runs in.</param>
    /// <param name="bits">Width of the program that ran, 32 or 64; null where unknown.</param>
    public static FitResult Check(ElfFile elf, IMemory<VirtualAddress> memory, int? bits = null)
    {
        int own = elf.Machine == ElfConstants.Machine386 ? 32 : 64;
        if (bits is { } wanted && wanted != own) return new FitResult(FitVerdict.Differs, $"it is a {own}-bit program, a {wanted}-bit one ran");
        var byId = ByBuildId(elf, memory);
        return byId.Verdict == FitVerdict.Unknown ? ByCode(elf, memory, byId.Reason) : byId;
    }

    /// <summary>The GNU build id note in memory where the file says it is loaded.</summary>
    private static FitResult ByBuildId(ElfFile elf, IMemory<VirtualAddress> memory)
    {
        if (FindBuildIdNote(elf) is not { } note) return new FitResult(FitVerdict.Unknown, "the file has no build id");
        string expected = Convert.ToHexStringLower(note.Id.Span);
        byte[] there = new byte[note.Id.Length];
        byte[] header = new byte[16];
        var at = note.Address;
        if (!memory.TryRead(at, header) || !memory.TryRead(at + NoteHeaderBytes, there))
            return new FitResult(FitVerdict.Unknown, $"its build id note at {at} cannot be read in the dump ({memory.Explain(at).Text})");
        bool isNote = header.AsSpan(8).SequenceEqual("\x03\0\0\0GNU\0"u8);
        if (!isNote) return new FitResult(FitVerdict.Differs, $"its build id is {expected}, but there is no build id note at {at} in the dump");
        string actual = Convert.ToHexStringLower(there);
        return actual == expected
            ? new FitResult(FitVerdict.Fits, $"build id {expected} in both")
            : new FitResult(FitVerdict.Differs, $"its build id is {expected}, the dump's is {actual}");
    }

    /// <summary>The build id, and where its note is when the program is loaded.</summary>
    public static (VirtualAddress Address, ReadOnlyMemory<byte> Id)? FindBuildIdNote(ElfFile elf)
    {
        foreach (var section in elf.Sections.Where(s => s.Type == ElfConstants.SectionNote && s.Address != 0 && s.Size is > 0 and < DumpLimits.NoteBytes))
        {
            var bytes = elf.ReadSection(section);
            int at = bytes.Span.IndexOf("\x03\0\0\0GNU\0"u8) - 8;
            if (at < 0) continue;
            var reader = new SpanReader(bytes.Span, elf.BigEndian);
            if (!reader.TrySeek(at + 4) || !reader.TryReadU32(out uint size) || size is 0 or > 64 || !reader.TrySeek(at + 16) || reader.Remaining < size) continue;
            return (new VirtualAddress(section.Address) + (ulong)at, bytes.Slice(at + 16, (int)size));
        }

        return null;
    }

    private static FitResult ByCode(ElfFile elf, IMemory<VirtualAddress> memory, string whyNotById)
    {
        long same = 0, compared = 0, unmapped = 0, absent = 0;
        byte[] there = new byte[Window];
        foreach (var section in elf.Sections.Where(s => s.Type == 1 && (s.Flags & (ElfConstants.FlagAlloc | ElfConstants.FlagExecute)) == (ElfConstants.FlagAlloc | ElfConstants.FlagExecute)))
        {
            var code = elf.ReadSection(section).Span;
            int windows = code.Length / Window;
            int step = Math.Max(1, windows / (MaxComparedBytes / Window));
            for (int i = 0; i < Math.Max(1, windows); i += step)
            {
                var mine = code.Slice(i * Window, Math.Min(Window, code.Length - i * Window));
                var got = there.AsSpan(0, mine.Length);
                var at = new VirtualAddress(section.Address) + (ulong)i * Window;
                if (mine.Length == 0) continue;
                if (memory.TryRead(at, got)) Compare(mine, got, ref same, ref compared);
                else if (memory.Explain(at).Kind is FaultKind.NotMapped or FaultKind.NotAnAddress) unmapped++;
                else absent++;
            }
        }

        if (compared == 0 && absent == 0 && unmapped > 0) return new FitResult(FitVerdict.Differs, "nothing is mapped where its code would be");
        if (compared < MinComparedBytes) return new FitResult(FitVerdict.Unknown, $"{whyNotById}, and too little of its code is in the dump to compare");
        double share = (double)same / compared;
        string percent = string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} % of {compared} compared code bytes agree");
        return new FitResult(share >= SameCode ? FitVerdict.Fits : FitVerdict.Differs, percent);
    }

    /// <summary>Counts equal bytes, but not padding: bytes that are the same as the two before them in the file say nothing.</summary>
    private static void Compare(ReadOnlySpan<byte> mine, ReadOnlySpan<byte> there, ref long same, ref long compared)
    {
        for (int i = 2; i < mine.Length; i++)
        {
            if (mine[i] == mine[i - 1] && mine[i] == mine[i - 2]) continue;
            compared++;
            if (mine[i] == there[i]) same++;
        }
    }
}
