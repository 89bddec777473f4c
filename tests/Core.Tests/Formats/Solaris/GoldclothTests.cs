using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

public class GoldclothTests
{
    [Fact]
    public void Opens_and_every_address_is_a_page()
    {
        string? path = Goldcloth.Find("vmcore.0");
        Assert.SkipWhen(path is null, Goldcloth.Absent);
        using var file = FileByteSource.Open(path);
        var dump = OpenedDump.Of(file);
        Assert.Equal("Solaris vmcore (32-bit, version 9)", dump.Image.FormatName);
        Assert.Equal(("SunOS", "i86xpv"), (dump.Dump.Header.Sysname, dump.Dump.Header.Platform));
        Assert.DoesNotContain(dump.Diagnostics.Items, d => d.Id != "solaris/incomplete");
        byte[] page = new byte[4096];
        int own = 0, foreign = 0;
        for (ulong i = 0; i < dump.Image.Pages.FrameLimit; i++)
        {
            Assert.Equal(page.Length, dump.Image.Pages.ReadPage(i, page));
            ulong pfn = dump.Dump.FrameNumber(i)!.Value;
            Assert.True(dump.Dump.Frames.TryTranslate(new PhysicalAddress(pfn << 12), out var at, out _));
            Assert.Equal(i << 12, at.Value);
            if ((pfn & 0x8000_0000) != 0) foreign++;
            else own++;
        }

        Assert.True(own > 0 && foreign > 0, $"{own} pages of dom0 and {foreign} of Xen");
        Assert.NotEmpty(dump.Dump.AddressSpaces());
    }

    [Fact]
    public void Carries_the_symbols_that_stand_in_unix_0()
    {
        string? path = Goldcloth.Find("vmcore.0"), unix = Goldcloth.Find("unix.0");
        Assert.SkipWhen(path is null || unix is null, Goldcloth.Absent);
        using var file = FileByteSource.Open(path);
        var ksyms = OpenedDump.Of(file).Dump.Ksyms;
        Assert.NotNull(ksyms);
        byte[] bytes = new byte[ksyms.Length];
        Assert.Equal(bytes.Length, ksyms.Read(0, bytes));
        Assert.Equal(File.ReadAllBytes(unix), bytes);
    }
}
