namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Memory images without a kernel in them, for tests of what carries an image: pages of every kind (zeros, text, noise, words), pages with several addresses and with
/// none, Xen's pages, two address spaces, an address that was recorded twice.
/// </summary>
public static class SolarisScenes
{
    /// <summary>Address of the kernel's <c>struct as</c>.</summary>
    public static ulong Kas(int wordSize) => wordSize == 32 ? 0xf502_a6c0 : 0xffff_ffff_fbc3_0ea0;

    /// <summary>Address of a process's <c>struct as</c>.</summary>
    public static ulong ProcessAs(int wordSize) => wordSize == 32 ? 0xc5a0_9ee8 : 0xffff_ff01_5af0_9ee8;

    /// <summary>Where the kernel's heap is.</summary>
    public static ulong Heap(int wordSize) => wordSize == 32 ? 0xc500_0000 : 0xffff_ff01_5000_0000;

    /// <summary>An image.</summary>
    /// <param name="wordSize">32 or 64.</param>
    /// <param name="seed">Of all that is random in it.</param>
    /// <param name="pages">The kernel's pages, at least 8.</param>
    /// <param name="foreign">Xen's pages.</param>
    public static SolarisMemoryImage Pages(int wordSize, int seed = 1, int pages = 40, int foreign = 0)
    {
        var random = new Random(seed);
        ulong kas = Kas(wordSize), process = ProcessAs(wordSize), text = wordSize == 32 ? 0xf4c0_0000 : 0xffff_ffff_fb80_0000, data = wordSize == 32 ? 0xf500_0000 : 0xffff_ffff_fbc0_0000;
        var image = new SolarisMemoryImage(wordSize) { Text = (text, 0x2f_0000), Data = (data, 0xe_0000) };
        image.Symbol("kas", kas, 0x90).Symbol("_start", text, 0x40, type: 2).Symbol("static_thing", data + 0x40, 8, bind: 0).Symbol("weak_thing", data + 0x80, 8, bind: 2).Symbol("static_thing", data + 0xc0, 8, bind: 0);
        for (int i = 0; i < pages; i++)
        {
            ulong pfn = 0x1000 + ((ulong)i * 3) + (ulong)random.Next(3);
            image.WritePage(pfn, 0, Contents(random, i));

            // Every seventh has no address; every fifth has two; every sixth is a process's.
            if (i % 7 == 6) continue;
            image.Map(kas, Heap(wordSize) + ((ulong)i * SolarisMemoryImage.PageSize * 2), pfn);
            if (i % 5 == 4) image.Map(kas, Heap(wordSize) + 0x40_0000 + ((ulong)i * SolarisMemoryImage.PageSize), pfn);
            if (i % 6 == 5) image.Map(process, 0x806_0000 + ((ulong)i * SolarisMemoryImage.PageSize), pfn);
        }

        // Recorded twice: what was recorded later counts.
        image.Map(kas, Heap(wordSize), image.Translations[3].Pfn);
        ulong xen = wordSize == 32 ? 0xff10_0000 : 0xffff_8300_0010_0000;
        for (int i = 0; i < foreign; i++)
        {
            ulong pfn = image.FreeForeignPfn();
            image.WritePage(pfn, 0, Contents(random, i));
            image.Map(kas, xen + ((ulong)i * SolarisMemoryImage.PageSize), pfn);
        }

        return image;
    }

    /// <summary>A page of the kind that a number says.</summary>
    private static byte[] Contents(Random random, int kind)
    {
        byte[] page = new byte[SolarisMemoryImage.PageSize];
        switch (kind % 4)
        {
            case 1:
                for (int i = 0; i < page.Length; i++) page[i] = (byte)"deadbeef baddcafe "[(i + random.Next(2)) % 18];
                break;
            case 2:
                random.NextBytes(page);
                break;
            case 3:
                for (int i = 0; i < page.Length; i += 8) BitConverter.TryWriteBytes(page.AsSpan(i), 0xffff_ff01_5000_0000UL + (ulong)random.Next(1 << 20));
                break;
            default:
                break;
        }

        return page;
    }
}
