using System.Globalization;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

/// <summary>The formats on real dumps.</summary>
public partial class LabDumpTests
{
    [Theory]
    [InlineData("m64-dbg/elf.core", "ELF machine dump (QEMU)", 2, 0x404_0000UL)]
    [InlineData("m64-420/elf.core", "ELF machine dump (QEMU)", 2, 0x404_0000UL)]
    [InlineData("m64-420/zlib.core", "compressed kdump v6 (zlib, flattened)", 2, 0x404_0000UL)]
    [InlineData("m32-dbg/elf.core", "ELF machine dump (QEMU)", 1, 0x404_0000UL)]
    [InlineData("h-nmi-dbg/elf.core", "ELF machine dump (QEMU)", 2, 0x404_0000UL)]
    [InlineData("h-nmi-dbg/paging.core", "ELF machine dump (QEMU, paging)", 2, null)]
    [InlineData("k64-rel/vmcore", "Xen kdump vmcore", 2, 0x377_fc00UL)]
    [InlineData("k64-deb417/vmcore", "Xen kdump vmcore", 2, 0x377_fc00UL)]
    public void Opens_every_dump_without_complaint(string dump, string format, int cpus, ulong? bytes)
    {
        using var file = FileByteSource.Open(Path(dump));
        var diagnostics = new DiagnosticBag();
        var image = DumpFormats.Open(file, diagnostics, TestContext.Current.CancellationToken);
        Assert.Equal((format, cpus), (image.FormatName, image.Cpus.Count));
        Assert.Empty(diagnostics.Items);
        ulong total = image.Pages.Ranges.Aggregate(0UL, (sum, r) => sum + r.Length);
        if (bytes is not null) Assert.Equal(bytes, total);
        Assert.All(image.Cpus, c => Assert.NotNull(c["cr3"]));
        Assert.Equal(format.Contains("paging", StringComparison.Ordinal), image.Mappings.Count > 0);
    }

    [Fact]
    public void The_same_machine_reads_the_same_from_elf_and_from_kdump()
    {
        using var one = FileByteSource.Open(Path("m64-420/elf.core"));
        using var two = FileByteSource.Open(Path("m64-420/zlib.core"));
        var elf = DumpFormats.Open(one, new DiagnosticBag(), TestContext.Current.CancellationToken);
        var kdump = DumpFormats.Open(two, new DiagnosticBag(), TestContext.Current.CancellationToken);
        byte[] left = new byte[4096], right = new byte[4096];
        int compared = 0;
        foreach (var range in elf.Pages.Ranges)
        {
            for (ulong frame = range.Start.Value >> 12; frame < (range.Start.Value + range.Length) >> 12; frame++)
            {
                Assert.Equal(4096, elf.Pages.ReadPage(frame, left));
                Assert.Equal(4096, kdump.Pages.ReadPage(frame, right));
                Assert.True(left.AsSpan().SequenceEqual(right), $"frame {frame:x}");
                compared++;
            }
        }

        Assert.Equal(16448, compared);
        Assert.Equal(elf.Pages.Ranges, kdump.Pages.Ranges);
        for (int i = 0; i < elf.Cpus.Count; i++) Assert.Equal(elf.Cpus[i].Values, kdump.Cpus[i].Values);
    }

    [Fact]
    public void A_paging_dump_holds_the_same_pages_as_one_without()
    {
        using var one = FileByteSource.Open(Path("h-nmi-dbg/elf.core"));
        using var two = FileByteSource.Open(Path("h-nmi-dbg/paging.core"));
        var plain = DumpFormats.Open(one, new DiagnosticBag(), TestContext.Current.CancellationToken);
        var paging = DumpFormats.Open(two, new DiagnosticBag(), TestContext.Current.CancellationToken);
        byte[] left = new byte[4096], right = new byte[4096];
        foreach (var range in paging.Pages.Ranges)
        {
            for (ulong frame = range.Start.Value >> 12; frame < (range.Start.Value + range.Length) >> 12; frame++)
            {
                int there = paging.Pages.ReadPage(frame, left);
                if (there == 0) continue;
                Assert.Equal(there, plain.Pages.ReadPage(frame, right.AsSpan()));
                Assert.True(left.AsSpan(0, there).SequenceEqual(right.AsSpan(0, there)), $"frame {frame:x}");
            }
        }

        Assert.Contains(paging.Mappings, m => m.Virtual.Value == 0xffff_8300_0000_0000 && m.Machine.Value == 0);
        Assert.All(paging.Mappings, m => Assert.True(m.Virtual.Value >> 47 is 0 or 0x1_ffff, m.Virtual.ToString()));
    }

    [Theory]
    [InlineData("k64-rel")]
    [InlineData("k64-deb417")]
    public void Registers_and_crash_note_agree_with_libkdumpfile(string name)
    {
        string? oracle = Lab.Find($"oracle/{name}.libkdumpfile");
        if (oracle is null) Assert.Skip(Lab.Absent);
        using var file = FileByteSource.Open(Path($"{name}/vmcore"));
        var image = DumpFormats.Open(file, new DiagnosticBag(), TestContext.Current.CancellationToken);
        var said = new Dictionary<string, string>();
        foreach (string line in File.ReadAllLines(oracle))
        {
            int equals = line.IndexOf(" = ", StringComparison.Ordinal);
            if (equals > 0) said[line[..equals]] = line[(equals + 3)..];
        }

        int compared = 0;
        foreach (var (key, value) in said)
        {
            // Xen fills neither the bases nor orig_rax in.
            if (Register().Match(key) is not { Success: true } match || match.Groups[2].Value is "orig_rax" or "fs_base" or "gs_base") continue;
            Assert.Equal(ulong.Parse(value, CultureInfo.InvariantCulture), image.Cpus[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)][match.Groups[2].Value]);
            compared++;
        }

        Assert.Equal(48, compared);
        Assert.Equal(said["xen.phys_start"], image.XenCrash?.XenPhysStart?.Value.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(said["xen.p2m_mfn"], image.XenCrash?.Dom0P2mFrameListList?.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((0, 4UL, 17UL), (image.XenCrash?.CpuIndex, image.XenCrash?.Major, image.XenCrash?.Minor));
        var memory = new PagedMemory(image.Pages);
        Assert.True(memory.TryReadCString(image.XenCrash!.ExtraVersion, out string extra));
        Assert.Equal(said["xen.version.extra"].Trim('\''), extra);
        Assert.Contains($"SYMBOL(pgd_l4)={said["xen.vmcoreinfo.lines.SYMBOL(pgd_l4)"].Trim('\'')}\n", image.XenVmcoreInfo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(4096)]
    [InlineData(-2)]
    public void Dumps_that_are_cut_off_give_a_sentence_or_what_is_there(int length)
    {
        if (!Lab.IsHere) Assert.Skip(Lab.Absent);
        foreach (string dump in Lab.Dumps())
        {
            using var file = FileByteSource.Open(Path(dump));
            var cut = new SliceByteSource(file, 0, length < 0 ? file.Length / 2 : length, dump);
            var diagnostics = new DiagnosticBag();
            try
            {
                var image = DumpFormats.Open(cut, diagnostics, TestContext.Current.CancellationToken);
                Assert.True(length > 63 || length < 0);
                Assert.NotEmpty(diagnostics.Items);
                byte[] page = new byte[image.Pages.PageSize];
                int there = 0;
                for (ulong frame = 0; frame < Math.Min(image.Pages.FrameLimit, 20_000); frame += 50)
                {
                    int got = image.Pages.ReadPage(frame, page);
                    if (got < page.Length) Assert.NotEqual(FaultKind.None, image.Pages.Explain(frame, page.Length - 1).Kind);
                    there += got;
                }

                Assert.Equal(length < 0, there > 0x1000);
            }
            catch (DumpFormatException e)
            {
                Assert.True(length >= 0, $"{dump}: {e.Message}");
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_packed_dump_is_refused_with_the_command_that_unpacks_it()
    {
        if (!Lab.IsHere) Assert.Skip(Lab.Absent);
        var source = new BytesByteSource(new byte[] { 0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58 }, "elf.core.zst");
        Assert.Contains("zstd -d elf.core.zst", Assert.Throws<DumpFormatException>(() => DumpFormats.Open(source, new DiagnosticBag(), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_file_is_no_dump()
    {
        string? path = Lab.Find("symbols/xen-syms-4.17-rel");
        if (path is null) Assert.Skip(Lab.Absent);
        using var file = FileByteSource.Open(path);
        Assert.Contains("--xen-syms", Assert.Throws<DumpFormatException>(() => DumpFormats.Open(file, new DiagnosticBag(), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^cpu\.(\d+)\.reg\.(\w+)$")]
    private static partial Regex Register();

    private static string Path(string dump)
    {
        string? path = Lab.Find($"dumps/{dump}");
        if (path is null) Assert.Skip(Lab.Absent);
        return path;
    }
}
