using System.Text;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class XpvTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public void Panic_info_is_read_as_its_version_says(bool is64, int version)
    {
        var kernel = Panicked(is64, version);
        var panic = XpvPanicReader.Read(kernel.Image(), kernel.Diagnostics);
        Assert.NotNull(panic);
        Assert.Equal((version, "Domain 0 crashed"), (panic.Version, panic.Message));
        Assert.Equal(new VirtualAddress(0xff13_b83f), panic.Registers!.Pc);
        Assert.Equal((0xffbf_4000UL, 0xffbe_4100UL, 0xffbe_1100UL, 3), (panic.StackTop!.Value.Value, panic.Domain!.Value.Value, panic.Vcpu!.Value.Value, panic.Dom0Cpu));
        Assert.Equal(new AddressRange(new VirtualAddress(0xff00_0000), 0xc0_0000), panic.Ram);
        Assert.Equal(version == 1 ? null : new AddressRange(new VirtualAddress(0xff10_0000), 0x10_0000), panic.Image);
        Assert.Equal(new VirtualAddress(0xf580_0000), panic.XenStart);
        Assert.Empty(kernel.Diagnostics.Items);
    }

    [Theory]
    [InlineData(1, 0u)]
    [InlineData(3, 4u)]
    [InlineData(1, 0xdead_beefu)]
    public void An_unknown_version_is_read_as_the_one_that_fits(int laidOutAs, uint version)
    {
        var kernel = Panicked(is64: false, laidOutAs);
        kernel.Put(Info(kernel), version, 4);
        var panic = XpvPanicReader.Read(kernel.Image(), kernel.Diagnostics)!;
        Assert.Equal((0xffbf_4000UL, 0xffbe_1100UL), (panic.StackTop!.Value.Value, panic.Vcpu!.Value.Value));
        Assert.True(kernel.Says("solaris/xpv-panic-version"));
    }

    [Fact]
    public void A_hypervisor_that_did_not_panic_hands_over_nothing()
    {
        var kernel = Panicked(is64: true, 2);
        kernel.Put(kernel.AddressOf("xpv_panicking"), 0, 4);
        Assert.Null(XpvPanicReader.Read(kernel.Image(), kernel.Diagnostics));
        Assert.Null(XpvPanicReader.Read(new SmallKernel(is64: true).Image(), kernel.Diagnostics));
        Assert.Empty(kernel.Diagnostics.Items);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xdead_0000UL)]
    public void What_was_handed_over_may_be_lost(ulong pointer)
    {
        var kernel = Panicked(is64: false, 1);
        kernel.Put(kernel.AddressOf("xpv_panic_info"), pointer, 4);
        var panic = XpvPanicReader.Read(kernel.Image(), kernel.Diagnostics)!;
        Assert.Equal(0, panic.Version);
        Assert.Null(panic.Registers);
        Assert.Equal(new VirtualAddress(0xf580_0000), panic.XenStart);
        Assert.True(kernel.Says("solaris/xpv-panic-info"));
    }

    [Fact]
    public void Registers_that_are_not_in_the_dump_are_absent()
    {
        var kernel = Panicked(is64: false, 1);
        kernel.Put(Info(kernel) + 4, 0xdead_0000, 4);
        var panic = XpvPanicReader.Read(kernel.Image(), kernel.Diagnostics)!;
        Assert.Null(panic.Registers);
        Assert.Equal("Domain 0 crashed", panic.Message);
        Assert.True(kernel.Says("solaris/xpv-panic-regs"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_2007_xenver_is_seven_pointers(bool is64)
    {
        var kernel = new SmallKernel(is64);
        string[] texts = ["3.0.4-1-sun", "13187:e2466414acc3", "gcc 3.4.3", "Mon Apr 2", "xen-discuss", "opensolaris.org", "xen-3.0-x86_32p "];
        ulong at = kernel.Variable("xenver", kernel.Word * 7);
        for (int i = 0; i < texts.Length; i++) kernel.Put(at + (ulong)(i * kernel.Word), kernel.Text(texts[i]), kernel.Word);
        var expected = new Xenver { Version = "3.0.4-1-sun", Changeset = "13187:e2466414acc3", Compiler = "gcc 3.4.3", CompileDate = "Mon Apr 2", CompiledBy = "xen-discuss", CompileDomain = "opensolaris.org", Capabilities = "xen-3.0-x86_32p" };
        Assert.Equal(expected, Xenver.Read(kernel.Image()));
        kernel.Put(at + (ulong)kernel.Word, 0x1001, kernel.Word);
        Assert.Equal(expected with { Changeset = null }, Xenver.Read(kernel.Image()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Since_2008_xenver_is_two_structures_of_which_the_second_is_current(bool is64)
    {
        var kernel = new SmallKernel(is64);
        int size = is64 ? 1280 : 1264, word = kernel.Word;
        ulong at = kernel.Variable("xenver", size * 2);
        Fill(at, 1, "-boot");
        Assert.Equal("3.1-boot", Xenver.Read(kernel.Image())!.Version);
        Fill(at + (ulong)size, 4, ".2-xvm");
        Assert.Equal(
            new Xenver { Version = "3.4.2-xvm", Changeset = "change", Compiler = "gcc", CompiledBy = "who", CompileDomain = "where", CompileDate = "when", Capabilities = "xen-3.0-x86_64" },
            Xenver.Read(kernel.Image()));

        void Fill(ulong to, ulong minor, string extra)
        {
            kernel.Put(to, 3, word);
            kernel.Put(to + (ulong)word, minor, word);
            int texts = word * 4;
            foreach (var (offset, text) in new[] { (word * 3, extra), (texts + 16, "change"), (texts + 80, "gcc"), (texts + 144, "who"), (texts + 160, "where"), (texts + 192, "when"), (texts + 224, "xen-3.0-x86_64") })
                kernel.Put(to + (ulong)offset, Encoding.ASCII.GetBytes(text));
        }
    }

    [Fact]
    public void A_xenver_of_nonsense_is_none()
    {
        var kernel = new SmallKernel(is64: true);
        Assert.Null(Xenver.Read(kernel.Image()));
        ulong at = kernel.Variable("xenver", 56);
        Assert.Null(Xenver.Read(kernel.Image()));
        kernel.Put(at, 0xdead_beef_dead_beef, 8);
        Assert.Null(Xenver.Read(kernel.Image()));
    }

    private static ulong Info(SmallKernel kernel) => kernel.Image().Pointer("xpv_panic_info")!.Value.Value;

    /// <summary>struct panic_info: from version 2 on two more pointers stand before the stack's top.</summary>
    private static SmallKernel Panicked(bool is64, int version)
    {
        var kernel = new SmallKernel(is64);
        int word = kernel.Word;
        ulong regs = kernel.Allocate(240);
        kernel.Put(regs + (is64 ? 200UL : 64), 0xff13_b83f, word);
        kernel.Put(regs + (is64 ? 224UL : 36), 0xffbf_3f1c, word);
        ulong[] range = version >= 2 ? [0xff10_0000, 0xff20_0000] : [];
        ulong[] words = [(ulong)version, regs, 0xfee0_0000, kernel.Text("Domain 0 crashed"), 0xff00_0000, 0xffc0_0000, .. range, 0xffbf_4000, 0xffbe_4100, 0xffbe_1100, 3];
        ulong info = kernel.Allocate(160);
        for (int i = 0; i < words.Length; i++) kernel.Put(info + (ulong)(i * word), words[i], word);
        kernel.Variable("xpv_panicking", 4, 1);
        kernel.Variable("xpv_panic_info", word, info);
        kernel.Variable("xen_virt_start", word, 0xf580_0000);
        return kernel;
    }
}
