namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>A page of an address space as the dump names it: <c>mem_vtop_t</c> (usr/src/uts/common/sys/dumphdr.h).</summary>
/// <param name="As">Address of the kernel's <c>struct as</c>.</param>
/// <param name="Va">The page's virtual address.</param>
/// <param name="Pfn">Its page frame number.</param>
public readonly record struct SolarisTranslation(ulong As, ulong Va, ulong Pfn);

/// <summary>A symbol of the kernel's table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its address.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Type">STT_: 0 none, 1 object, 2 function.</param>
/// <param name="Bind">STB_: 0 local, 1 global, 2 weak.</param>
public readonly record struct SolarisSymbol(string Name, ulong Value, ulong Size = 0, byte Type = 1, byte Bind = 1);

/// <summary>
/// What is in the memory of a Solaris machine, apart from the file that will carry it: pages by frame number, address spaces that name them, and the
/// kernel's symbols. A page may have several addresses, or none.
/// </summary>
public sealed class SolarisMemoryImage
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 4096;

    private readonly SortedDictionary<ulong, byte[]?> _pages = [];
    private readonly Dictionary<(ulong As, ulong Va), ulong> _map = [];
    private readonly List<SolarisTranslation> _translations = [];
    private ulong _nextPfn = 0x100;
    private ulong _nextForeign;

    /// <summary>Nothing yet, of a machine with words of 32 or 64 bits.</summary>
    public SolarisMemoryImage(int wordSize = 32)
    {
        if (wordSize is not (32 or 64)) throw new ArgumentOutOfRangeException(nameof(wordSize));
        WordSize = wordSize;
    }

    /// <summary>Bits of a word: 32 (ILP32) or 64 (LP64).</summary>
    public int WordSize { get; }

    /// <summary>Bytes of a pointer, a long and a pfn.</summary>
    public int WordBytes => WordSize / 8;

    /// <summary>The bit of a frame number that stands for "not dom0's own" on i86xpv.</summary>
    public ulong ForeignBit => WordSize == 32 ? 1UL << 31 : 1UL << 51;

    /// <summary>The kernel's symbols, in the order in which a walk of its modules meets them.</summary>
    public List<SolarisSymbol> Symbols { get; } = [];

    /// <summary>Frame numbers, ascending; index in this list is the dump's page index. Foreign ones come last by their bit.</summary>
    public IReadOnlyCollection<ulong> Pfns => _pages.Keys;

    /// <summary>Every address of a page, in the order in which they were mapped.</summary>
    public IReadOnlyList<SolarisTranslation> Translations => _translations;

    /// <summary>Start and size of the kernel's text and data, for the program headers of unix.N.</summary>
    public (ulong Start, ulong Size) Text { get; set; }

    /// <inheritdoc cref="Text"/>
    public (ulong Start, ulong Size) Data { get; set; }

    /// <summary>Adds a symbol.</summary>
    public SolarisMemoryImage Symbol(string name, ulong value, ulong size = 0, byte type = 1, byte bind = 1)
    {
        Symbols.Add(new SolarisSymbol(name, value, size, type, bind));
        return this;
    }

    /// <summary>A frame number that no page has yet.</summary>
    public ulong FreePfn()
    {
        while (_pages.ContainsKey(_nextPfn)) _nextPfn++;
        return _nextPfn++;
    }

    /// <summary>A frame number of Xen's, which no page has yet.</summary>
    public ulong FreeForeignPfn()
    {
        while (_pages.ContainsKey(ForeignBit | _nextForeign)) _nextForeign++;
        return ForeignBit | _nextForeign++;
    }

    /// <summary>Whether a page is one of Xen's.</summary>
    public bool IsForeign(ulong pfn) => (pfn & ForeignBit) != 0;

    /// <summary>A page that is in the dump, all zero until written.</summary>
    public SolarisMemoryImage Page(ulong pfn)
    {
        Fits(pfn);
        _pages.TryAdd(pfn, null);
        return this;
    }

    /// <summary>Gives a page an address. The same address may be given twice: later ones count.</summary>
    public SolarisMemoryImage Map(ulong addressSpace, ulong va, ulong pfn)
    {
        Page(pfn);
        return MapAbsent(addressSpace, va, pfn);
    }

    /// <summary>An address of a page that the dump leaves out.</summary>
    public SolarisMemoryImage MapAbsent(ulong addressSpace, ulong va, ulong pfn)
    {
        Fits(addressSpace);
        Fits(va);
        if (va % PageSize != 0) throw new ArgumentException($"{va:x} is not the start of a page", nameof(va));
        _translations.Add(new SolarisTranslation(addressSpace, va, pfn));
        _map[(addressSpace, va)] = pfn;
        return this;
    }

    /// <summary>The frame behind an address, or null.</summary>
    public ulong? Frame(ulong addressSpace, ulong va) =>
        _map.TryGetValue((addressSpace, va & ~(PageSize - 1UL)), out ulong pfn) && _pages.ContainsKey(pfn) ? pfn : null;

    /// <summary>Writes to an address space; pages that have no frame yet get one.</summary>
    public SolarisMemoryImage Write(ulong addressSpace, ulong va, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ulong page = va & ~(PageSize - 1UL);
            if (Frame(addressSpace, page) is not { } pfn) Map(addressSpace, page, pfn = FreePfn());
            int offset = (int)(va - page), count = Math.Min(bytes.Length, PageSize - offset);
            WritePage(pfn, offset, bytes[..count]);
            bytes = bytes[count..];
            va = unchecked(page + PageSize);
        }

        return this;
    }

    /// <summary>Writes to a page by its number.</summary>
    public SolarisMemoryImage WritePage(ulong pfn, int offset, ReadOnlySpan<byte> bytes)
    {
        Page(pfn);
        bytes.CopyTo((_pages[pfn] ??= new byte[PageSize]).AsSpan(offset));
        return this;
    }

    /// <summary>The bytes of a page.</summary>
    public ReadOnlySpan<byte> Contents(ulong pfn) => _pages[pfn] ?? Zero;

    /// <summary>Bytes of an address space as they were written; null if a page is missing.</summary>
    public byte[]? Read(ulong addressSpace, ulong va, int count)
    {
        byte[] result = new byte[count];
        for (int done = 0; done < count;)
        {
            ulong at = unchecked(va + (ulong)done);
            if (Frame(addressSpace, at) is not { } pfn) return null;
            int offset = (int)(at % PageSize), part = Math.Min(count - done, PageSize - offset);
            Contents(pfn).Slice(offset, part).CopyTo(result.AsSpan(done));
            done += part;
        }

        return result;
    }

    /// <summary>The same again, with pages of its own.</summary>
    public SolarisMemoryImage Copy()
    {
        var copy = new SolarisMemoryImage(WordSize) { Text = Text, Data = Data };
        copy.Symbols.AddRange(Symbols);
        foreach (var (pfn, page) in _pages) copy._pages[pfn] = page?.ToArray();
        foreach (var (addressSpace, va, pfn) in _translations) copy.MapAbsent(addressSpace, va, pfn);
        return copy;
    }

    private static readonly byte[] Zero = new byte[PageSize];

    private void Fits(ulong value)
    {
        if (WordSize == 32 && value > uint.MaxValue) throw new ArgumentOutOfRangeException(nameof(value), $"{value:x} has more than 32 bits");
    }
}
