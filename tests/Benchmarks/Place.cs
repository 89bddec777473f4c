using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Benchmarks;

/// <summary>A dump of the lab with its symbols.</summary>
internal sealed record Place(string Dump, string XenSyms, string Kernel)
{
    /// <summary>The dump of a folder, or null where the lab lacks it.</summary>
    public static Place? Find(string dump, string xenSyms, string kernel)
    {
        string folder = dump[..dump.LastIndexOf('/')];
        return Lab.Find($"dumps/{dump}") is { } path && Lab.Find($"symbols/{xenSyms}") is { } xen && Lab.Find($"dumps/{folder}/{kernel}") is { } elf ? new Place(path, xen, elf) : null;
    }

    /// <summary>64-bit dom0's stack overflow, 4.17 debug build, as QEMU dumps it.</summary>
    public static Place? MachineDump() => Find("m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf");

    /// <summary>The same for a release build, as a kdump.</summary>
    public static Place? Kdump() => Find("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf");

    /// <summary>A hypervisor panic, debug build, with one LOAD for each mapping.</summary>
    public static Place? PagingDump() => Find("h-nmi-dbg/paging.core", "xen-syms-4.17-dbg", "mini64-fp.elf");
}
