using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>Which of the three carriers a Solaris dump is in.</summary>
public enum SolarisCarrier
{
    /// <summary><c>vmcore.N</c>: plain pages with a hashed map.</summary>
    Vmcore,

    /// <summary><c>vmdump.N</c>: compressed, as savecore copies it from the device.</summary>
    Vmdump,

    /// <summary>The raw dump device.</summary>
    Device,
}

/// <summary>
/// What a Solaris or illumos dump tells beside its pages. Its pages are numbered in the dump's own order: a <see cref="MachineAddress"/> of such a dump is the
/// page's number times the page size, as a page need not have a frame number that means anything (those of a hypervisor are invented).
/// </summary>
public sealed class SolarisDump
{
    /// <summary>The dump's header.</summary>
    public required DumpHeader Header { get; init; }

    /// <summary>The carrier.</summary>
    public required SolarisCarrier Carrier { get; init; }

    /// <summary>The recorded translations of one address space, given by the address of its <c>struct as</c> (the kernel's: the value of the symbol <c>kas</c>).</summary>
    public required Func<VirtualAddress, ITranslator<VirtualAddress, MachineAddress>> Map { get; init; }

    /// <summary>The address spaces that have translations, each once, the one with the most first. Reads the whole map.</summary>
    public required Func<IReadOnlyList<VirtualAddress>> AddressSpaces { get; init; }

    /// <summary>From physical addresses (page frame numbers as the kernel counts them) to pages of the dump.</summary>
    public required ITranslator<PhysicalAddress, MachineAddress> Frames { get; init; }

    /// <summary>The page frame number of a page of the dump, as the kernel counts them (foreign bit included); null where the dump does not tell.</summary>
    public required Func<ulong, ulong?> FrameNumber { get; init; }

    /// <summary>
    /// Makes what a first read would make otherwise: the index of the pages of a vmdump or device, which takes a pass over the whole dump. Does nothing for a
    /// vmcore. Throws <see cref="OperationCanceledException"/> if cancelled, and may be called again.
    /// </summary>
    public Action<CancellationToken> Prepare { get; init; } = _ => { };

    /// <summary>Told, in a clause, how far the index of the pages is while it is made; settable by whoever shows progress.</summary>
    public IProgress<string>? Progress { get; set; }

    /// <summary>The symbol table that the dump carries, an ELF image (<c>unix.N</c>); null where it is absent or damaged.</summary>
    public IByteSource? Ksyms { get; init; }

    /// <summary>The message area of a dump device, oldest first; empty for the other carriers.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];
}
