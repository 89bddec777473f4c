namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>A value that an operating system writes into memory that nobody should use as a pointer.</summary>
/// <param name="Value">The value, repeated to the width of a pointer.</param>
/// <param name="Text">What it says: <c>freed memory (kmem's 0xdeadbeef)</c>.</param>
internal readonly record struct AddressPattern(ulong Value, string Text);

/// <summary>
/// The values that are known. illumos: usr/src/uts/common/sys/kmem_impl.h, KMEM_FREE_PATTERN, KMEM_UNINITIALIZED_PATTERN, KMEM_REDZONE_PATTERN, KMEM_REDZONE_BYTE. Linux:
/// include/linux/poison.h, POISON_INUSE, POISON_FREE, POISON_FREE_INITMEM, PAGE_POISON, LIST_POISON1 and 2 (on x86-64 with CONFIG_ILLEGAL_POINTER_VALUE added). Xen:
/// common/page_alloc.c SCRUB_PATTERN (debug builds), common/xmalloc_tlsf.c (CONFIG_XMEM_POOL_POISON), arch/x86 config.h ZERO_BLOCK_PTR.
/// </summary>
internal static class AddressPatterns
{
    /// <summary>How far from a pattern an address may lie that was computed from it: members of a structure, elements of a small array.</summary>
    private const ulong Reach = 64 * 1024;

    /// <summary>How far below it: a structure found by one of its members.</summary>
    private const ulong ReachBelow = 4096;

    private const uint NotSolaris = 0xdeadbeef;

    private static readonly (uint Word, string Text)[] Solaris =
    [
        (0xdeadbeef, "freed memory (kmem fills what is freed with 0xdeadbeef)"),
        (0xbaddcafe, "memory that was allocated and never written (kmem fills it with 0xbaddcafe)"),
        (0xfeedface, "the red zone after an allocation (kmem's 0xfeedface)"),
        (0xbbbbbbbb, "the last bytes of an allocation, beyond what was asked for (kmem's red zone byte 0xbb)"),
    ];

    private static readonly (uint Word, string Text)[] Others =
    [
        (NotSolaris, "a marker of what holds nothing (0xdeadbeef)"),
        (0x6b6b6b6b, "freed memory (Linux slab poison 0x6b)"),
        (0x5a5a5a5a, "memory that was allocated and never written (Linux slab poison 0x5a)"),
        (0xcccccccc, "memory of the kernel's start that was freed (Linux 0xcc)"),
        (0xaaaaaaaa, "freed memory (page or pool poison 0xaa)"),
        (0xc2c2c2c2, "memory that Xen has scrubbed (0xc2)"),
        (0xbad0bad0, "an allocation of no bytes (Xen's ZERO_BLOCK_PTR)"),
    ];

    private static readonly AddressPattern[] Lists64 =
    [
        new(0xdead000000000100, "the next of a list entry that was removed (Linux LIST_POISON1)"),
        new(0xdead000000000122, "the prev of a list entry that was removed (Linux LIST_POISON2)"),
        new(0xdead000000000200, "the prev of a list entry that was removed (Linux LIST_POISON2)"),
    ];

    private static readonly AddressPattern[] Lists32 =
    [
        new(0x00100100, "the next of a list entry that was removed (LIST_POISON1)"),
        new(0x00200200, "the prev of a list entry that was removed (LIST_POISON2)"),
    ];

    /// <summary>The pattern that <paramref name="value"/> is; null where it is none.</summary>
    /// <param name="value">A pointer, cut to its width.</param>
    /// <param name="pointerSize">4 or 8.</param>
    /// <param name="solaris">Whether Solaris or illumos ran; null where that is not known.</param>
    public static AddressPattern? Exactly(ulong value, int pointerSize, bool? solaris)
    {
        foreach (var pattern in Of(pointerSize, solaris))
            if (pattern.Value == value) return pattern;
        return null;
    }

    /// <summary>The pattern that <paramref name="address"/> is made from by a small offset; null where it is none. The exact one first, then the nearest below.</summary>
    /// <param name="address">An address, cut to its width.</param>
    /// <param name="pointerSize">4 or 8.</param>
    /// <param name="solaris">Whether Solaris or illumos ran; null where that is not known.</param>
    /// <param name="offset">Bytes from the pattern, with their sign.</param>
    public static AddressPattern? Near(ulong address, int pointerSize, bool? solaris, out long offset)
    {
        AddressPattern? nearest = null;
        offset = 0;
        foreach (var pattern in Of(pointerSize, solaris))
        {
            ulong above = unchecked(address - pattern.Value), below = unchecked(pattern.Value - address);
            if (above >= Reach && below > ReachBelow) continue;
            long distance = above < Reach ? (long)above : -(long)below;
            if (nearest is not null && Math.Abs(distance) >= Math.Abs(offset)) continue;
            nearest = pattern;
            offset = distance;
        }

        return nearest;
    }

    private static IEnumerable<AddressPattern> Of(int pointerSize, bool? solaris)
    {
        foreach (var (word, text) in Words(solaris))
            yield return new AddressPattern(pointerSize == 8 ? (ulong)word << 32 | word : word, text);
        if (solaris == true) yield break;
        foreach (var list in pointerSize == 8 ? Lists64 : Lists32) yield return list;
    }

    private static IEnumerable<(uint Word, string Text)> Words(bool? solaris) => solaris switch
    {
        true => Solaris,
        false => Others,
        _ => Solaris.Concat(Others.Where(o => o.Word != NotSolaris)),
    };
}
