using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>
/// Where one of the first Xens that Solaris ran on keeps what the model reads, in bytes. Measured of each tag's own headers, and written down here once more: the product's
/// tables are what is under test.
/// </summary>
internal sealed record XenEra(string Name, int Major, int Minor, int Word)
{
    public required ulong DomainSize { get; init; }

    public required ulong Pages { get; init; }

    public required ulong NextInList { get; init; }

    /// <summary><c>domain_flags</c>; 0 where the version has members of their own instead.</summary>
    public ulong DomainFlags { get; init; }

    public required ulong IsHvm { get; init; }

    public ulong IsDying { get; init; }

    public ulong IsPaused { get; init; }

    public ulong IsShutDown { get; init; }

    public required ulong ShutdownCode { get; init; }

    public required ulong VcpuArray { get; init; }

    public required ulong VcpuSize { get; init; }

    public required ulong RunState { get; init; }

    public required ulong Arch { get; init; }

    public required ulong Cr3 { get; init; }

    public required ulong StackSize { get; init; }

    public ulong UserRegs => Arch + (Word == 4 ? 516UL : 520);

    public ulong Cr2 => Arch + (Word == 4 ? 2716UL : 4984) + 2 * (ulong)Word;

    public ulong CpuInfoSize => Word == 4 ? 76UL : 216;

    public ulong ProcessorId => Word == 4 ? 68UL : 200;

    public ulong CurrentVcpu => Word == 4 ? 72UL : 208;

    public static XenEra[] All { get; } =
    [
        new("3.0.4 i386", 3, 0, 4)
        {
            DomainSize = 7168, Pages = 32, NextInList = 52, DomainFlags = 664, IsHvm = 668, ShutdownCode = 44, VcpuArray = 688, VcpuSize = 3712, RunState = 84, Arch = 256,
            Cr3 = 256 + 3276, StackSize = 0x4000,
        },
        new("3.1 x86_64", 3, 1, 8)
        {
            DomainSize = 4992, Pages = 56, NextInList = 80, IsHvm = 952, IsDying = 956, IsPaused = 957, IsShutDown = 963, ShutdownCode = 964, VcpuArray = 992, VcpuSize = 6528,
            RunState = 176, Arch = 384, Cr3 = 384 + 5912, StackSize = 0x4000,
        },
        new("3.4 i386", 3, 4, 4)
        {
            DomainSize = 6528, Pages = 40, NextInList = 56, IsHvm = 676, IsDying = 688, IsPaused = 692, IsShutDown = 709, ShutdownCode = 712, VcpuArray = 732, VcpuSize = 4352,
            RunState = 136, Arch = 384, Cr3 = 384 + 3612, StackSize = 0x4000,
        },
        new("3.4 x86_64", 3, 4, 8)
        {
            DomainSize = 7808, Pages = 64, NextInList = 88, IsHvm = 960, IsDying = 980, IsPaused = 984, IsShutDown = 1009, ShutdownCode = 1012, VcpuArray = 1040, VcpuSize = 7040,
            RunState = 200, Arch = 384, Cr3 = 384 + 6224, StackSize = 0x8000,
        },
    ];
}

/// <summary>A small Xen of such an era in memory: domains, vcpus, the stack of a CPU.</summary>
internal sealed class OldXen
{
    private readonly XenEra _era;
    private readonly List<Symbol> _symbols = [];
    private readonly ulong _base;
    private ulong _next;
    private ulong _link;

    public OldXen(XenEra era)
    {
        _era = era;
        _base = era.Word == 4 ? 0xff10_0000 : 0xffff_8300_0010_0000;
        _next = _base + 0x10_0000;
        _link = Global("domain_list");
    }

    public SparseMemory<VirtualAddress> Memory { get; } = new();

    /// <summary>Whether types are the table for the version, not the hypervisor's own.</summary>
    public bool Guessed { get; init; }

    private Core.Arch.Architecture Width => _era.Word == 4 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64;

    /// <summary>A global variable of one pointer; the address of it.</summary>
    public ulong Global(string name, ulong value = 0, int count = 1)
    {
        ulong at = _base + 0x8_0000 + (ulong)_symbols.Count * 0x1000;
        _symbols.Add(new Symbol(name, new VirtualAddress(at), (ulong)(count * _era.Word), SymbolKind.Object, true));
        for (int i = 0; i < count; i++) Put(at + (ulong)(i * _era.Word), 0, _era.Word);
        Put(at, value, _era.Word);
        return at;
    }

    /// <summary>A domain; in the list, but for the idle one.</summary>
    public ulong Domain(uint id, uint pages = 0x76cfd, bool hvm = false)
    {
        ulong at = Room(_era.DomainSize);
        Put(at, id, 2);
        Put(at + _era.Pages, pages, 4);
        Put(at + _era.Pages + 4, uint.MaxValue, 4);
        Put(at + _era.IsHvm, hvm ? 1UL : 0, 1);
        if (id >= 0x7ff0) return at;
        Put(_link, at, _era.Word);
        _link = at + _era.NextInList;
        return at;
    }

    /// <summary>Says that a domain was being destroyed, was paused by its controller, or was shut down for a reason.</summary>
    public void SetState(ulong domain, bool dying = false, bool paused = false, int? code = null)
    {
        if (_era.DomainFlags != 0)
        {
            Put(domain + _era.DomainFlags, (dying ? 2UL : 0) | (paused ? 4UL : 0) | (code is not null ? 1UL : 0), 4);
        }
        else
        {
            if (dying) Put(domain + _era.IsDying, 1, 1);
            if (paused) Put(domain + _era.IsPaused, 1, 1);
            if (code is not null) Put(domain + _era.IsShutDown, 1, 1);
        }

        if (code is { } reason) Put(domain + _era.ShutdownCode, (ulong)reason, 4);
    }

    /// <summary>A vcpu with registers that follow from its number.</summary>
    public ulong Vcpu(ulong domain, uint id, uint processor, VcpuState state)
    {
        ulong at = Room(_era.VcpuSize);
        Put(at, id, 4);
        Put(at + 4, processor, 4);
        Put(at + (_era.Word == 4 ? 12UL : 16), domain, _era.Word);
        Put(at + _era.RunState, (ulong)state, 4);
        Put(at + _era.Cr3, 0xbe_1d20, _era.Word);
        Put(at + _era.Cr2, 0xc5a0_8fd4, _era.Word);
        Registers(at + _era.UserRegs, 0x1000 + id);
        Put(domain + _era.VcpuArray + id * (ulong)_era.Word, at, _era.Word);
        return at;
    }

    /// <summary>A CPU's stack with a guest's registers at its top; the address below which it lies.</summary>
    public ulong Stack(uint processor, ulong current, ulong guestPc)
    {
        ulong start = (_next + _era.StackSize - 1) / _era.StackSize * _era.StackSize;
        _next = start + _era.StackSize;
        ulong info = _next - _era.CpuInfoSize;
        Zero(info, _era.CpuInfoSize);
        Registers(info, guestPc);
        Put(info + _era.ProcessorId, processor, 4);
        Put(info + _era.CurrentVcpu, current, _era.Word);
        return _next;
    }

    public XenImage Image()
    {
        var types = LayoutTable.ForXen(_era.Major, _era.Minor, _era.Word == 8);
        return new XenImage
        {
            Space = AddressSpace.Of("xen", _era.Word * 8, Memory),
            Memory = Memory,
            Architecture = Width,
            Types = types,
            TypesAreGuessed = Guessed,
            Module = new Module { Name = "xpv", Range = new AddressRange(new VirtualAddress(_base), 0x100_0000), Symbols = new TableSymbols([.. _symbols]) },
        };
    }

    /// <summary>The domains as the model reads them.</summary>
    public IReadOnlyList<Domain> Domains(DiagnosticBag diagnostics, params PhysicalCpu[] cpus) =>
        new XenDomains(Image(), new DumpImage { FormatName = "made up", ElfMachine = _era.Word == 4 ? 3 : 62, Pages = new NoPages() }, cpus, diagnostics).Find();

    /// <summary>The CPU whose stack ends there.</summary>
    public PhysicalCpu Cpu(int id, ulong stackTop) => new() { Id = id, CpuInfo = new VirtualAddress(stackTop - _era.CpuInfoSize) };

    public void Put(ulong at, ulong value, int bytes)
    {
        for (int i = 0; i < bytes; i++) Memory.Put(at + (ulong)i, unchecked((byte)(value >> (8 * i))));
    }

    /// <summary>Registers of a guest's kernel: ring 1 of 32-bit ones, ring 3 of 64-bit ones.</summary>
    private void Registers(ulong at, ulong pc)
    {
        bool is32 = _era.Word == 4;
        Put(at + (is32 ? 0UL : 40), 0xdead_beef, _era.Word);
        Put(at + (is32 ? 20UL : 32), 0xc5a0_901c, _era.Word);
        Put(at + (is32 ? 32UL : 128), pc, _era.Word);
        Put(at + (is32 ? 36UL : 136), is32 ? 0x159UL : 0xe033, 2);
        Put(at + (is32 ? 40UL : 144), 0x246, _era.Word);
        Put(at + (is32 ? 44UL : 152), 0xc5a0_8fe0, _era.Word);
        Put(at + (is32 ? 48UL : 160), is32 ? 0x161UL : 0xe02b, 2);
    }

    private ulong Room(ulong size)
    {
        ulong at = _next;
        _next += (size + 0xfff) / 0x1000 * 0x1000;
        Zero(at, size);
        return at;
    }

    private void Zero(ulong at, ulong size) => Memory.Put(at, new byte[size]);
}
