using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>A real image with its readers.</summary>
internal sealed class Image : IDisposable
{
    private readonly MappedFileByteSource _source;

    public Image(string path)
    {
        Path = path;
        _source = MappedFileByteSource.Open(path);
        Elf = ElfFile.Open(_source, Diagnostics);
        Dwarf = DwarfFile.Open(DwarfSections.FromElf(Elf), "image", 0, Diagnostics)!;
        Cfi = CallFrameInfo.FromElf(Elf, 0, Diagnostics)!;
    }

    public string Path { get; }

    public DiagnosticBag Diagnostics { get; } = new();

    public ElfFile Elf { get; }

    public DwarfFile Dwarf { get; }

    public CallFrameInfo Cfi { get; }

    /// <summary>Addresses spread over .text: as many as wanted, the same in every run.</summary>
    public IReadOnlyList<ulong> CodeAddresses(int count)
    {
        var text = Elf.FindSection(".text")!;
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ => text.Address + (ulong)random.NextInt64((long)text.Size))];
    }

    public void Dispose() => _source.Dispose();
}
