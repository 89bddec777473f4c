using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// A kernel's address space under construction: numbers, texts and structures are written to its pages, and room for them is found in its heap.
/// </summary>
public sealed class KernelMemory
{
    private const int PageSize = SolarisMemoryImage.PageSize;

    private readonly Random _random;
    private ulong _heap, _heapEnd, _pages;

    /// <summary>Memory with nothing in it.</summary>
    /// <param name="image">Where pages go.</param>
    /// <param name="facts">The kernel's structures.</param>
    /// <param name="random">Of gaps.</param>
    /// <param name="kas">Address of the kernel's <c>struct as</c>.</param>
    /// <param name="heap">Where the kernel's heap begins.</param>
    public KernelMemory(SolarisMemoryImage image, KernelFacts facts, Random random, ulong kas, ulong heap)
    {
        (Image, Facts, _random, Kas, _pages) = (image, facts, random, kas, heap);
    }

    /// <summary>Where pages go.</summary>
    public SolarisMemoryImage Image { get; }

    /// <summary>The kernel's structures.</summary>
    public KernelFacts Facts { get; }

    /// <summary>Address of the kernel's <c>struct as</c>.</summary>
    public ulong Kas { get; }

    /// <summary>Bytes of a word.</summary>
    public int Word => Image.WordBytes;

    /// <summary>Room in the heap; zero.</summary>
    public ulong Allocate(int bytes)
    {
        ulong at = (_heap + 31) & ~31UL;
        if (at + (ulong)bytes > _heapEnd)
        {
            int pages = Math.Max(8, ((bytes + PageSize - 1) / PageSize) + 1);
            at = AllocatePages(pages);
            _heapEnd = at + ((ulong)pages * PageSize);
        }

        _heap = at + (ulong)bytes + ((ulong)_random.Next(4) * 32);
        return at;
    }

    /// <summary>Pages of their own, with nothing mapped on either side.</summary>
    public ulong AllocatePages(int pages)
    {
        ulong at = Reserve(pages);
        for (int i = 0; i < pages; i++) Image.Map(Kas, at + ((ulong)i * PageSize), Image.FreePfn());
        return at;
    }

    /// <summary>Addresses for pages that are not there yet, with nothing mapped on either side.</summary>
    public ulong Reserve(int pages)
    {
        ulong at = _pages + ((ulong)_random.Next(1, 4) * PageSize);
        _pages = at + ((ulong)(pages + 1) * PageSize);
        return at;
    }

    /// <summary>A structure of the heap.</summary>
    public ulong New(string type) => Allocate(Facts[type].Bytes);

    /// <summary>A text in the heap.</summary>
    public ulong NewText(string text)
    {
        ulong at = Allocate(text.Length + 1);
        Text(at, text);
        return at;
    }

    /// <summary>A structure's member.</summary>
    public ulong Place(string type, ulong at, string member) => at + (ulong)Facts[type][member].Offset;

    /// <summary>Writes a member; one that this kernel does not have is left out.</summary>
    public KernelMemory Set(string type, ulong at, string member, ulong value)
    {
        if (Facts[type].Find(member) is { } found) Number(at + (ulong)found.Offset, value, found.Bytes);
        return this;
    }

    /// <summary>Writes a member that is a text.</summary>
    public KernelMemory SetText(string type, ulong at, string member, string text)
    {
        var found = Facts[type][member];
        Text(at + (ulong)found.Offset, text[..Math.Min(text.Length, found.Bytes - 1)]);
        return this;
    }

    /// <summary>A number of a few bytes.</summary>
    public void Number(ulong at, ulong value, int bytes)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        Bytes(at, all[..bytes]);
    }

    /// <summary>A word.</summary>
    public void WordAt(ulong at, ulong value) => Number(at, value, Word);

    /// <summary>A text with its end.</summary>
    public void Text(ulong at, string text) => Bytes(at, Encoding.Latin1.GetBytes(text + "\0"));

    /// <summary>Bytes of the kernel.</summary>
    public void Bytes(ulong at, ReadOnlySpan<byte> bytes) => Image.Write(Kas, at, bytes);

    /// <summary>A word as it was written.</summary>
    public ulong ReadWord(ulong at)
    {
        byte[] bytes = Image.Read(Kas, at, Word) ?? throw new InvalidOperationException($"{at:x} has no page");
        return Word == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
