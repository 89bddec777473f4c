using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>What a format finds in a dump: pages, CPU registers, and hints. Everything but the pages may be absent.</summary>
public sealed class DumpImage
{
    /// <summary>The exact kind, for people: <c>ELF machine dump (QEMU)</c>, <c>Xen kdump vmcore</c>, <c>compressed kdump v6 (zlib, flattened)</c>.</summary>
    public required string FormatName { get; init; }

    /// <summary>ELF machine number of the dump: 62 (EM_X86_64) or 3 (EM_386).</summary>
    public required int ElfMachine { get; init; }

    /// <summary>Machine pages.</summary>
    public required IPageSource Pages { get; init; }

    /// <summary>Registers of the physical CPUs, in the dump's order.</summary>
    public IReadOnlyList<CpuContext> Cpus { get; init; } = [];

    /// <summary>What Xen's crash note says, if there is one.</summary>
    public XenCrashInfo? XenCrash { get; init; }

    /// <summary>VMCOREINFO_XEN as text, if there is one.</summary>
    public string? XenVmcoreInfo { get; init; }

    /// <summary>VMCOREINFO (the dom0 kernel's) as text, if there is one.</summary>
    public string? KernelVmcoreInfo { get; init; }

    /// <summary>What a Solaris dump tells beside its pages; null for other formats.</summary>
    public SolarisDump? Solaris { get; init; }

    /// <summary>Virtual mappings that the file itself records (QEMU's paging=true dumps), ascending by virtual address; empty in others.</summary>
    public IReadOnlyList<RecordedMapping> Mappings { get; init; } = [];
}

/// <summary>A run of virtual addresses and the machine addresses that the dump's writer says it maps to.</summary>
/// <param name="Virtual">First virtual address.</param>
/// <param name="Machine">First machine address.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct RecordedMapping(VirtualAddress Virtual, MachineAddress Machine, ulong Length);

/// <summary>
/// Registers of one physical CPU as the dump records them. A register that the dump does not hold is absent. General registers are
/// by their amd64 names (<c>rax</c> … <c>r15</c>, <c>rip</c>, <c>rflags</c>), selectors <c>cs ss ds es fs gs</c>, <c>fs_base</c>, <c>gs_base</c>,
/// <c>kernel_gs_base</c>, <c>cr0 cr2 cr3 cr4</c>, and descriptor tables <c>gdt_base gdt_limit idt_base idt_limit tr tr_base ldt ldt_base</c>.
/// </summary>
public sealed class CpuContext
{
    /// <summary>Index of the CPU in the dump, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the values came from: <c>QEMU CPU state</c>, <c>NT_PRSTATUS</c>, <c>NT_PRSTATUS + Xen core registers</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Values by name.</summary>
    public required IReadOnlyDictionary<string, ulong> Values { get; init; }

    /// <summary>A register, or null where the dump does not hold it.</summary>
    public ulong? this[string name] => Values.TryGetValue(name, out ulong v) ? v : null;
}

/// <summary>
/// Xen's crash note (ELF note <c>Xen</c>, type 0x1000001, <c>crash_xen_info_t</c> of xen/include/xen/elfcore.h). Strings are machine addresses
/// of NUL-terminated text in Xen's image; an address of 0 means that the note does not give one.
/// </summary>
public sealed record XenCrashInfo
{
    /// <summary>Index (into <see cref="DumpImage.Cpus"/>) of the CPU whose notes precede this one: the crashing CPU.</summary>
    public required int CpuIndex { get; init; }

    /// <summary>Xen's major version.</summary>
    public required ulong Major { get; init; }

    /// <summary>Xen's minor version.</summary>
    public required ulong Minor { get; init; }

    /// <summary>Extra version text (".5", "-unstable").</summary>
    public MachineAddress ExtraVersion { get; init; }

    /// <summary>Changeset text.</summary>
    public MachineAddress Changeset { get; init; }

    /// <summary>Compiler text.</summary>
    public MachineAddress Compiler { get; init; }

    /// <summary>Compile date text.</summary>
    public MachineAddress CompileDate { get; init; }

    /// <summary>Compile time text.</summary>
    public MachineAddress CompileTime { get; init; }

    /// <summary>Taint flags, as a number.</summary>
    public ulong Tainted { get; init; }

    /// <summary>Machine address that Xen's image is loaded at; null where the note is too short to hold it.</summary>
    public MachineAddress? XenPhysStart { get; init; }

    /// <summary>MFN of the frame that lists the frames of dom0's P2M (<c>pfn_to_mfn_frame_list_list</c>); null where absent.</summary>
    public ulong? Dom0P2mFrameListList { get; init; }
}
