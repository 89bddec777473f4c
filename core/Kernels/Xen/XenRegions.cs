using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>
/// What Xen uses its own virtual addresses for: the layout in xen/include/asm-x86/config.h, which changed with 4.0 (x86_32 PAE, x86_64 of 3.x, x86_64 since). Of a version between
/// that moved something, the nearest is told.
/// </summary>
public static class XenRegions
{
    private static readonly (ulong Start, string Name)[] Ia32 =
    [
        (0xf580_0000, "read-only machine-to-physical table"), (0xf680_0000, "frame table"), (0xfc80_0000, "machine-to-physical table"), (0xfd80_0000, "linear page table"),
        (0xfe00_0000, "shadow linear page table"), (0xfe80_0000, "per-domain mappings"), (0xff00_0000, "direct map"), (0xffc0_0000, "ioremap and fixmap area"),
    ];

    private static readonly (ulong Start, string Name)[] Amd64Of3 =
    [
        (0xffff_8000_0000_0000, "read-only machine-to-physical table"), (0xffff_8100_0000_0000, "linear page table"), (0xffff_8200_0000_0000, "per-domain mappings"),
        (0xffff_8280_0000_0000, "machine-to-physical table"), (0xffff_8284_0000_0000, "frame table"), (0xffff_8288_0000_0000, "ioremap area"), (0xffff_828c_8000_0000, "image"),
        (0xffff_828c_c000_0000, ""), (0xffff_8300_0000_0000, "direct map"),
    ];

    private static readonly (ulong Start, string Name)[] Amd64 =
    [
        (0xffff_8000_0000_0000, "read-only machine-to-physical table"), (0xffff_8040_0000_0000, ""), (0xffff_8100_0000_0000, "linear page table"), (0xffff_8180_0000_0000, ""),
        (0xffff_8200_0000_0000, "per-domain mappings"), (0xffff_8280_0000_0000, "machine-to-physical table"), (0xffff_82c0_0000_0000, "vmap area"), (0xffff_82d0_0000_0000, ""),
        (0xffff_82d0_4000_0000, "image"), (0xffff_82d0_8000_0000, ""), (0xffff_82e0_0000_0000, "frame table"), (0xffff_8300_0000_0000, "direct map"),
    ];

    /// <summary>What the hypervisor uses an address for: <c>direct map</c>; null where it is none of its own, or nothing is known of it.</summary>
    public static string? Name(Hypervisor xen, ulong address)
    {
        if (xen.Range?.Contains(new VirtualAddress(address)) != true) return null;
        var layout = xen.Space.AddressBits == 32 ? Ia32 : IsOf3(xen.Version) ? Amd64Of3 : Amd64;
        string? name = null;
        foreach (var (start, region) in layout)
            if (address >= start) name = region;
        return string.IsNullOrEmpty(name) ? null : name;
    }

    private static bool IsOf3(string? version) => version is not null && int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) && major < 4;
}
