using System.Text;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>The CTF of an ELF file: section <c>.SUNW_ctf</c>, whose sh_link is the symbol table that it goes with.</summary>
public static class CtfFile
{
    /// <summary>The types of a file; null where it has no CTF, or, with a diagnostic, none that can be used.</summary>
    /// <param name="file">The file.</param>
    /// <param name="imageName">The image, as messages call it: <c>unix</c>.</param>
    /// <param name="diagnostics">Where damage is told.</param>
    /// <param name="parent">Finds the types of the module that a child was made against.</param>
    /// <param name="elsewhere">Finds full definitions of what has only a name here.</param>
    public static CtfTypes? FromElf(
        ElfFile file, string imageName, DiagnosticBag diagnostics, Func<string, CtfTypes?>? parent = null, Func<string, CType?>? elsewhere = null)
    {
        if (file.FindSection(".SUNW_ctf") is not { } section) return null;
        var table = SectionAt(file, section.Link) is { Type: ElfConstants.SectionSymbols or ElfConstants.SectionDynamicSymbols } symbols ? symbols : null;
        ReadOnlyMemory<byte> strings = table is not null && SectionAt(file, table.Link) is { } found ? file.ReadSection(found) : default;
        var surroundings = new CtfSurroundings
        {
            PointerSize = file.Is64 ? 8 : 4,
            Parent = parent,
            Elsewhere = elsewhere,
            Symbols = table is null ? null : () => Symbols(file.ReadSection(table), strings, file.Is64, file.BigEndian),
        };
        return CtfContainer.Open(file.ReadSection(section), $"CTF of {imageName}", diagnostics, strings) is { } container
            ? new CtfTypes(container, surroundings, diagnostics) : null;
    }

    /// <summary>Every symbol of a symbol table, in its order (gABI, Elf32_Sym and Elf64_Sym).</summary>
    /// <param name="table">The bytes of the table.</param>
    /// <param name="strings">Its string table.</param>
    /// <param name="is64">Whether the symbols are 64-bit ones.</param>
    /// <param name="bigEndian">Whether their most significant byte is first.</param>
    public static IEnumerable<CtfSymbol> Symbols(ReadOnlyMemory<byte> table, ReadOnlyMemory<byte> strings, bool is64, bool bigEndian = false)
    {
        int size = is64 ? 24 : 16;
        int count = Math.Min(table.Length / size, DumpLimits.ElfSymbols);
        for (int i = 0; i < count; i++) yield return Symbol(table.Span.Slice(i * size, size), strings.Span, is64, bigEndian);
    }

    private static CtfSymbol Symbol(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> strings, bool is64, bool bigEndian)
    {
        var r = new SpanReader(bytes, bigEndian);
        r.TryReadU32(out uint name);
        ulong value = 0;
        if (!is64)
        {
            r.TryReadUnsigned(4, out value);
            r.TrySkip(4);
        }

        r.TryReadU8(out byte info);
        r.TrySkip(1);
        r.TryReadU16(out ushort section);
        if (is64) r.TryReadU64(out value);
        int type = info & 0xf;
        bool matters = name != 0 && section != 0 && type is 1 or 2;
        string text = matters ? Encoding.Latin1.GetString(ElfSymbolRows.NameBytes(strings, name)) : "";

        // A name that cannot be read is still one: its symbol has an entry.
        return new CtfSymbol(matters && text.Length == 0 ? "(?)" : text, type, section, value);
    }

    private static ElfSection? SectionAt(ElfFile file, uint index) => index < (uint)file.Sections.Count ? file.Sections[(int)index] : null;
}
