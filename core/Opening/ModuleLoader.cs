using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Opening;

/// <summary>Makes a <see cref="Module"/> of a symbol file. Reads headers and the symbol table; DWARF and CFI are indexed when first asked for.</summary>
internal static class ModuleLoader
{
    /// <summary>The module, at the addresses that the file is linked to.</summary>
    public static Module Load(SymbolCandidate candidate, string name, DiagnosticBag diagnostics)
    {
        var elf = candidate.Elf;
        var dwarf = DwarfFile.Open(DwarfSections.FromElf(elf), Path.GetFileName(candidate.Path), 0, diagnostics);
        return new Module
        {
            Name = name,
            Path = candidate.Path,
            Range = RangeOf(elf),
            Symbols = ElfSymbolTable.Read(elf, diagnostics),
            Dwarf = dwarf,
            Types = dwarf,
            Cfi = CallFrameInfo.FromElf(elf, 0, diagnostics),
            BuildId = ElfNotes.BuildId(elf, diagnostics) is { IsEmpty: false } id ? Convert.ToHexStringLower(id.Span) : null,
        };
    }

    private static AddressRange RangeOf(ElfFile elf)
    {
        ulong start = ulong.MaxValue, end = 0;
        foreach (var section in elf.Sections)
        {
            if ((section.Flags & 2) == 0 || section.Address == 0 || section.Size == 0) continue;
            ulong last = unchecked(section.Address + (section.Size - 1));
            if (last < section.Address) last = ulong.MaxValue;
            start = Math.Min(start, section.Address);
            end = Math.Max(end, last);
        }

        return end < start ? default : new AddressRange(new VirtualAddress(start), unchecked(end - start + 1));
    }
}
