using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// An entry of the kernel's list of modules: <c>struct modctl</c> (usr/src/uts/common/sys/modctl.h) and the <c>struct module</c> that it points to
/// (usr/src/uts/common/sys/kobj.h). Their members stand alike in the kernels of 2007 and 2015, and must be known before there are any types, which come from the modules.
/// </summary>
internal sealed record ModuleRecord
{
    private readonly byte[] _module;
    private readonly bool _is64;

    private ModuleRecord(byte[] module, bool is64)
    {
        _module = module;
        _is64 = is64;
    }

    /// <summary>Where its <c>struct modctl</c> is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>The next entry.</summary>
    public required VirtualAddress Next { get; init; }

    /// <summary>The entry before; null where that cannot be read.</summary>
    public VirtualAddress? Previous { get; init; }

    /// <summary>Its name; null where it cannot be read.</summary>
    public string? Name { get; init; }

    /// <summary>Its number; null where it cannot be read.</summary>
    public int? Id { get; init; }

    /// <summary>Whether there is a <c>struct module</c>, and it could be read.</summary>
    public bool IsLoaded => _module.Length > 0;

    /// <summary>Code.</summary>
    public AddressRange Text => Range(_is64 ? 144 : 92, _is64 ? 128 : 84);

    /// <summary>Data.</summary>
    public AddressRange Data => Range(_is64 ? 152 : 96, _is64 ? 136 : 88);

    /// <summary>Data that begins as zeros.</summary>
    public AddressRange Bss => Range(_is64 ? 224 : 136, _is64 ? 216 : 132);

    /// <summary>The kernel's copy of the module's type data (<c>ctfdata</c>, <c>ctfsize</c>); empty where it has none.</summary>
    public AddressRange Ctf => Range(_is64 ? 272 : 160, _is64 ? 280 : 164);

    /// <summary>Reads an entry; null where its <c>modctl</c> is not in the dump.</summary>
    public static ModuleRecord? Read(SolarisImage image, VirtualAddress at)
    {
        bool is64 = image.Word == 8;
        if (image.PointerAt(at) is not { } next) return null;
        var module = image.PointerAt(at + (is64 ? 24UL : 12));
        byte[] bytes = new byte[is64 ? 376 : 212];
        bool loaded = module is { Value: not 0 } there && image.Memory.TryRead(there, bytes);
        return new ModuleRecord(loaded ? bytes : [], is64)
        {
            Address = at,
            Next = next,
            Previous = image.PointerAt(at + (ulong)image.Word),
            Name = image.Text(image.PointerAt(at + (is64 ? 64UL : 32)), 256),
            Id = image.Memory.TryReadU32(at + (is64 ? 16UL : 8), out uint id) ? unchecked((int)id) : null,
        };
    }

    /// <summary>The entry with what its file and its linkage say (<c>struct modlinkage</c>, and of <c>struct modldrv</c> and its like the second word, usr/src/uts/common/sys/modctl.h).</summary>
    public KernelModule Describe(SolarisImage image)
    {
        ulong word = (ulong)image.Word;
        var linkage = image.PointerAt(Address + word * 6) is { Value: not 0 } at ? at : (VirtualAddress?)null;
        var first = linkage is { } list && image.PointerAt(list + word) is { Value: not 0 } entry ? entry : (VirtualAddress?)null;
        return new KernelModule
        {
            Address = Address,
            Name = Name,
            Id = Id,
            IsLoaded = IsLoaded,
            Text = Text,
            Data = Data,
            Bss = Bss,
            FileName = image.Text(image.PointerAt(Address + word * 7), 1024),
            Revision = linkage is { } there && image.Memory.TryReadU32(there, out uint revision) ? unchecked((int)revision) : null,
            Description = first is { } link ? image.Text(image.PointerAt(link + word), 256) : null,
        };
    }

    /// <summary>
    /// Where its symbol table and names stand in memory; null where it keeps none. By the kernel debugger's rules (usr/src/cmd/mdb/common/mdb/mdb_kvm.c): both must
    /// lie within the module's symbol space.
    /// </summary>
    public (AddressRange Symbols, AddressRange Strings)? Tables(SolarisImage image)
    {
        var symbolHeader = Pointer(_is64 ? 80 : 60);
        var stringHeader = Pointer(_is64 ? 88 : 64);
        var space = Pointer(_is64 ? 112 : 76);
        if (symbolHeader.Value == 0 || stringHeader.Value == 0 || space.Value == 0) return null;
        if (SectionSize(image, symbolHeader) is not { } symbolBytes || SectionSize(image, stringHeader) is not { } stringBytes) return null;
        ulong whole = Number(_is64 ? 104 : 72);
        if (whole == 0) whole = unchecked(symbolBytes + stringBytes);
        var symbols = Pointer(_is64 ? 168 : 104);
        var strings = Pointer(_is64 ? 176 : 108);
        if (symbols.Value == 0) symbols = space;
        if (strings.Value == 0) strings = space + symbolBytes;
        var within = new AddressRange(space, whole);
        return IsWithin(within, symbols, symbolBytes) && IsWithin(within, strings, stringBytes)
            ? (new AddressRange(symbols, symbolBytes), new AddressRange(strings, stringBytes))
            : null;
    }

    private static bool IsWithin(AddressRange whole, VirtualAddress start, ulong length)
    {
        ulong from = unchecked(start.Value - whole.Start.Value);
        return from <= whole.Length && length <= whole.Length - from && length <= DumpLimits.ModuleSymbolBytes;
    }

    /// <summary>sh_size of an ELF section header in memory (gABI, Elf32_Shdr and Elf64_Shdr).</summary>
    private ulong? SectionSize(SolarisImage image, VirtualAddress header) =>
        image.Memory.TryReadUnsigned(header + (_is64 ? 32UL : 20), _is64 ? 8 : 4, out ulong size) ? size : null;

    private AddressRange Range(int startAt, int sizeAt) => new(Pointer(startAt), Number(sizeAt));

    private VirtualAddress Pointer(int offset) => new(Number(offset));

    private ulong Number(int offset)
    {
        var reader = new SpanReader(_module);
        return reader.TrySeek(offset) && reader.TryReadUnsigned(_is64 ? 8 : 4, out ulong value) ? value : 0;
    }
}
