using Microsoft.Win32.SafeHandles;
using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Benchmarks;

/// <summary>Opening, and eight bytes from here and there: from the cache, and through page tables. The peer asks the operating system for the same bytes.</summary>
internal static class MemoryReads
{
    private const int Count = 4096;

    /// <summary>The rows.</summary>
    public static IEnumerable<Row> Measure()
    {
        if (Place.MachineDump() is not { } place)
        {
            foreach (string what in new[] { "open, 64 GB, in process", "cached read of 8 bytes", "page-table read of 8 bytes" }) yield return Row.Skip(what, "needs the lab");
            yield break;
        }

        yield return Opening(place);
        using var source = FileByteSource.Open(place.Dump);
        var image = DumpFormats.Open(source, new DiagnosticBag(), CancellationToken.None);
        var memory = new PagedMemory(image.Pages);
        var low = ElfFile.Open(source, new DiagnosticBag()).Segments.Single(s => s.Type == 1 && s.PhysicalAddress == 0);
        var tables = PageTables.FromCr3(memory, image.Cpus[0]["cr3"] ?? throw new InvalidOperationException("no cr3"), image.Cpus[0]["cr4"] ?? 0);
        ulong[] machine = Places(low.FileSize, frames: 512);
        double pread = Pread(place.Dump, low.Offset, machine);
        yield return new Row { What = "cached read of 8 bytes", Ours = Read(memory, [.. machine.Select(m => new MachineAddress(m))]), Peer = "pread", Theirs = pread };

        // Xen maps all of machine memory at this address (xen/arch/x86/include/asm/config.h, DIRECTMAP_VIRT_START).
        const ulong DirectMap = 0xffff_8300_0000_0000;
        var space = new TranslatedMemory<VirtualAddress, MachineAddress>(tables, memory);
        var virtuals = machine.Select(m => new VirtualAddress(DirectMap + m)).Where(v => space.TryReadU64(v, out _)).ToArray();
        if (virtuals.Length < Count / 2) throw new InvalidOperationException("the direct map is not where it was");
        yield return new Row { What = "page-table read of 8 bytes", Ours = Read(space, virtuals), Peer = "pread", Theirs = pread };
    }

    private static Row Opening(Place place)
    {
        using var folder = new TemporaryFolder();
        string large = folder.File("64gb.core");
        SparseDump.Write(place.Dump, large, 64L << 30);
        CheckSame(large, place);
        var (ours, theirs) = Timing.Compare(() => Open(large, place).Dispose(), () => Open(place.Dump, place).Dispose());
        return new Row { What = "open, 64 GB, in process", Ours = ours, Peer = "the 64 MB dump", Theirs = theirs, MaxRatio = 1.2 };
    }

    /// <summary>The copy must be read as the dump is, or its time says nothing.</summary>
    private static void CheckSame(string large, Place place)
    {
        using DumpTarget copy = Open(large, place), dump = Open(place.Dump, place);
        var left = copy.Threads[0].Stack().Frames.Select(f => f.Pc);
        if (copy.Image.FormatName != dump.Image.FormatName || copy.Image.Pages.FrameLimit < 65UL << 18 || !left.SequenceEqual(dump.Threads[0].Stack().Frames.Select(f => f.Pc)))
            throw new InvalidOperationException($"{large} does not read as {place.Dump} does");
    }

    private static DumpTarget Open(string dump, Place place) => DumpOpener.Open(new OpenOptions { Dump = dump, XenSyms = place.XenSyms, Kernel = place.Kernel });

    /// <summary>Eight-byte places in some pages, the same in each run.</summary>
    private static ulong[] Places(ulong memory, int frames)
    {
        var random = new Random(3);
        ulong[] pages = [.. Enumerable.Range(0, frames).Select(_ => (ulong)random.NextInt64((long)(memory >> 12)) << 12)];
        return [.. Enumerable.Range(0, Count).Select(_ => pages[random.Next(frames)] + ((ulong)random.Next(512) * 8))];
    }

    private static double Read<TAddress>(IMemory<TAddress> memory, TAddress[] addresses) where TAddress : struct, IAddress<TAddress>
    {
        ulong sum = 0;
        double seconds = Timing.OfMany(addresses.Length, () =>
        {
            foreach (var address in addresses)
                if (memory.TryReadU64(address, out ulong value)) sum ^= value;
        });
        GC.KeepAlive(sum);
        return seconds;
    }

    private static double Pread(string path, ulong start, ulong[] addresses)
    {
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        byte[] eight = new byte[8];
        return Timing.OfMany(addresses.Length, () =>
        {
            foreach (ulong address in addresses) RandomAccess.Read(handle, eight, (long)(start + address));
        });
    }
}
