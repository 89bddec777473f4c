using System.Buffers.Binary;
using System.Text;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>
/// A kernel of a few structures, written by hand into memory: two CPUs, a tree of processes, a ring of threads. Tests break it where they like. Members that the measured
/// tables know are placed by them; everything else by the numbers of the headers.
/// </summary>
internal sealed class SmallKernel : IMemory<VirtualAddress>
{
    private const int PageSize = 4096;

    private readonly Dictionary<ulong, byte[]> _pages = [];
    private readonly Dictionary<string, Symbol> _symbols = [];
    private readonly LayoutTable _table;
    private readonly Dictionary<string, StructLayout> _layouts = [];
    private ulong _data, _heap;

    public SmallKernel(bool is64, bool is2007 = false, bool typed = true)
    {
        Is64 = is64;
        Typed = typed;
        _table = LayoutTable.ForSolaris(is64, is2007);
        _data = is64 ? 0xffff_ffff_fbc0_0000 : 0xfec0_0000;
        _heap = is64 ? 0xffff_ff01_5000_0000 : 0xd000_0000;
    }

    public bool Is64 { get; }

    /// <summary>Whether the kernel brings its types.</summary>
    public bool Typed { get; }

    public int Word => Is64 ? 8 : 4;

    /// <summary>The types that the kernel brings; null for those that it is built with, or none.</summary>
    public ITypeSource? Types { get; set; }

    public DiagnosticBag Diagnostics { get; } = new();

    public string PanicString { get; set; } = "";

    public DumpFlags Flags { get; set; }

    public uint DumpVersion { get; set; } = 10;

    /// <summary>Reads the kernel as the product does.</summary>
    public Kernel Read() => SolarisKernel.Read(Image(), Dump(), Diagnostics);

    public SolarisImage Image() => new()
    {
        Space = AddressSpace.Of("kernel", Word * 8, this),
        Memory = this,
        Architecture = Is64 ? Core.Arch.Architecture.Amd64 : Core.Arch.Architecture.Ia32,
        Symbols = new TableSymbols([.. _symbols.Values]),
        Types = Types ?? (Typed ? _table : new TableTypes(new Dictionary<string, CType>(), new Dictionary<string, CType>())),
    };

    public SolarisDump Dump() => new()
    {
        Header = new DumpHeader
        {
            Version = DumpVersion,
            Flags = Flags,
            WordSize = Word * 8,
            Start = 0,
            Ksyms = 0,
            Pfn = 0,
            Map = 0,
            Data = 0,
            Sysname = "SunOS",
            Nodename = "header-node",
            Release = "5.11",
            KernelVersion = "header-build",
            Machine = "i86pc",
            Platform = "i86pc",
            PanicString = PanicString,
            PageShift = 12,
            PageSize = PageSize,
            HashMask = 0,
            Translations = 0,
            Pages = 0,
            KsymsSize = 0,
            KsymsStoredSize = 0,
        },
        Carrier = SolarisCarrier.Vmcore,
        Map = _ => throw new InvalidOperationException("no map"),
        AddressSpaces = () => [],
        Frames = null!,
        FrameNumber = _ => null,
    };

    public bool Says(string id) => Diagnostics.Items.Any(d => d.Id == id);

    /// <summary>Room in the kernel's data with a symbol on it.</summary>
    public ulong Variable(string symbol, int size)
    {
        ulong at = _data = (_data + 63) & ~63UL;
        _data += (ulong)size;
        Zero(at, size);
        _symbols[symbol] = new Symbol(symbol, new VirtualAddress(at), (ulong)size, SymbolKind.Object, true);
        return at;
    }

    /// <summary>A variable of a word.</summary>
    public ulong Variable(string symbol, int size, ulong value)
    {
        ulong at = Variable(symbol, size);
        Put(at, value, size);
        return at;
    }

    public void Forget(string symbol) => _symbols.Remove(symbol);

    public ulong AddressOf(string symbol) => _symbols[symbol].Address.Value;

    /// <summary>Room in the heap.</summary>
    public ulong Allocate(int size)
    {
        ulong at = _heap = (_heap + 63) & ~63UL;
        _heap += (ulong)size;
        Zero(at, size);
        return at;
    }

    /// <summary>A structure of the table, all zero.</summary>
    public ulong New(string type) => Allocate((int)Layout(type).Size);

    public StructLayout Layout(string type) =>
        _layouts.TryGetValue(type, out var known) ? known : _layouts[type] = new StructLayout((AggregateType)_table.Find("struct " + type)!.Strip());

    /// <summary>Writes a member; its size is the table's.</summary>
    public SmallKernel Set(string type, ulong at, string member, ulong value)
    {
        var place = Layout(type).Find(member) ?? throw new ArgumentException($"no {member} in {type}");
        Put(at + place.Offset, value, (int)place.Type.Size);
        return this;
    }

    public SmallKernel Text(string type, ulong at, string member, string text)
    {
        Put(at + Layout(type).OffsetOf(member)!.Value, Encoding.ASCII.GetBytes(text + "\0"));
        return this;
    }

    public ulong Text(string text)
    {
        ulong at = Allocate(text.Length + 1);
        Put(at, Encoding.ASCII.GetBytes(text));
        return at;
    }

    public void Put(ulong at, ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(at, bytes[..size]);
    }

    public void Put(ulong at, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            Page(at)[(int)(at % PageSize)] = b;
            at = unchecked(at + 1);
        }
    }

    /// <summary>Takes the page of an address out of the dump.</summary>
    public void Remove(ulong at) => _pages.Remove(at / PageSize);

    public int Read(VirtualAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            if (!_pages.TryGetValue(at / PageSize, out byte[]? page)) break;
            int offset = (int)(at % PageSize), part = Math.Min(destination.Length - done, PageSize - offset);
            page.AsSpan(offset, part).CopyTo(destination[done..]);
            done += part;
        }

        return done;
    }

    public Fault Explain(VirtualAddress address) =>
        _pages.ContainsKey(address.Value / PageSize) ? Fault.None : new Fault(FaultKind.NotSaved, $"the dump records no translation of {address}");

    private void Zero(ulong at, int size)
    {
        for (ulong page = at / PageSize; page <= (at + (ulong)Math.Max(size, 1) - 1) / PageSize; page++) Page(page * PageSize);
    }

    private byte[] Page(ulong at)
    {
        if (!_pages.TryGetValue(at / PageSize, out byte[]? page)) _pages[at / PageSize] = page = new byte[PageSize];
        return page;
    }
}
