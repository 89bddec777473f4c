using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>Finds the build id of the running hypervisor without symbols: the GNU note in its read-only data.</summary>
public static class XenBuildId
{
    /// <summary>Where Xen 4.x is linked on amd64 (XEN_VIRT_START of xen/arch/x86/include/asm/config.h, plus the 2 MB that the linker script leaves).</summary>
    private static readonly VirtualAddress ImageStart = new(0xffff_82d0_4020_0000);

    /// <summary>Text and read-only data of the largest builds.</summary>
    private const int MaxImageBytes = 16 << 20;

    private const int PageSize = 4096;

    /// <summary>namesz 4, descsz 20, type NT_GNU_BUILD_ID, "GNU".</summary>
    private static ReadOnlySpan<byte> NoteHeader => "\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0"u8;

    /// <summary>The id as lower-case hex; null where no note is found.</summary>
    public static string? Find(IMemory<VirtualAddress> memory)
    {
        byte[] page = new byte[PageSize + 64];
        for (int offset = 0; offset < MaxImageBytes; offset += PageSize)
        {
            int got = memory.Read(ImageStart + (ulong)offset, page);
            if (got == 0 && offset > 0 && memory.Explain(ImageStart + (ulong)offset).Kind == FaultKind.NotMapped) return null;
            int at = page.AsSpan(0, got).IndexOf(NoteHeader);
            if (at >= 0 && at + 36 <= got) return Convert.ToHexStringLower(page.AsSpan(at + 16, 20));
        }

        return null;
    }
}
