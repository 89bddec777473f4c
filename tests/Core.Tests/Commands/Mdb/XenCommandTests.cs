using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>The commands of the hypervisor, and those of the dump, on dumps of each kind: Solaris under a hypervisor that panicked, without one, and a machine dump of Xen.</summary>
public class XenCommandTests
{
    public static TheoryData<int, int, bool> Hypervisors => new() { { 32, 0, true }, { 32, 4, false }, { 64, 1, true }, { 64, 4, true }, { 64, 4, false } };

    [Theory]
    [MemberData(nameof(Hypervisors))]
    public void Domains_and_vcpus_are_those_that_were_written(int wordSize, int minor, bool hasTypes)
    {
        var kernel = Panic(wordSize, minor, hasTypes);
        using var dump = MdbDump.Of(kernel);
        string[] domains = dump.Lines("::domain");
        Assert.Equal(kernel.Xen!.Domains.Count + 1, domains.Length);
        foreach (var (domain, line) in kernel.Xen.Domains.Zip(domains.Skip(1)))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal([$"{domain.Address:x}", $"{domain.Id}", $"{domain.Pages:x}"], words[..3]);

            // domain_flags went away with 3.1; the addresses of members are within the structure.
            Assert.Equal(minor == 0, words[4] != "-");
            Assert.All(words[6..], w => Assert.InRange(Convert.ToUInt64(w, 16), domain.Address, domain.Address + 0x4000));
            Assert.Equal(domain.Vcpus.Select(v => $"0x{v.Address:x}"), dump.Lines($"0x{domain.Address:x}::walk vcpu"));
        }

        var vcpus = kernel.Xen.Domains.SelectMany(d => d.Vcpus.Select(v => (d.Id, Vcpu: v))).ToList();
        Assert.Equal(vcpus.Select(v => $"{v.Vcpu.Address:x} {v.Id} {v.Vcpu.Id}"), dump.Lines("::vcpu").Skip(1).Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3))));
        Assert.Contains(dump.Lines("::pcpu"), l => l.Contains("(crashed here)", StringComparison.Ordinal) && l.TrimStart().StartsWith($"{kernel.Xen.PhysicalCpu} ", StringComparison.Ordinal));
        Assert.Single(dump.Lines("::walk pcpu | ::pcpu").Skip(1));
    }

    [Theory]
    [MemberData(nameof(Hypervisors))]
    public void Xpvbuf_has_the_message_the_registers_and_the_hypervisors_frames(int wordSize, int minor, bool hasTypes)
    {
        var kernel = Panic(wordSize, minor, hasTypes);
        using var dump = MdbDump.Of(kernel);
        string[] lines = dump.Lines("::xpvbuf");
        Assert.StartsWith("Xen panic[", lines[0], StringComparison.Ordinal);
        var registers = dump.Target.Threads[0].Registers!;
        Assert.Contains(lines, l => l.Contains($"{(wordSize == 32 ? "eip" : "rip")}: {registers.Pc!.Value.Value:x}", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith($"{registers.Fp!.Value.Value:x} 0x", StringComparison.Ordinal) && l.EndsWith(" (in Xen)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    public void Xpvbuf_is_the_hypervisors_own_buffer_where_there_is_one(int wordSize, bool isPointer)
    {
        const string Text = "Xen panic[cpu7]: the buffer\n\twith two lines\n";
        var kernel = Panic(wordSize, wordSize == 32 ? 0 : 4, hasTypes: true);
        var image = kernel.Image;
        ulong kas = image.Symbols.First(s => s.Name == "kas").Value, page = image.Translations.Where(t => t.As == kas).Max(t => t.Va & ~0xfffUL) - 0x40_0000, pfn = image.FreePfn();
        image.Page(pfn).Map(kas, page, pfn).Write(kas, page + 0x100, System.Text.Encoding.ASCII.GetBytes(Text));
        image.Write(kas, page, BitConverter.GetBytes(page + 0x100).AsSpan(0, image.WordBytes));
        image.Symbol("xpv_panicbuf", isPointer ? page : page + 0x100, isPointer ? (ulong)image.WordBytes : 0x400);
        using var dump = MdbDump.Of(kernel);
        Assert.Equal(["Xen panic[cpu7]: the buffer", "\twith two lines"], dump.Lines("::xpvbuf"));
        Assert.Equal("\twith two lines", dump.Line("::xpvbuf ! grep two"));
    }

    [Fact]
    public void Without_a_hypervisor_there_is_one_sentence()
    {
        using var dump = MdbDump.Of(PlainPanics.NullPointer(new SolarisKernelOptions { Seed = 2, Threads = 4 }));
        foreach (string command in (string[])["::domain", "::vcpu", "::pcpu", "::xpvbuf", "::walk domain"]) Assert.StartsWith("mdb: ", dump.Lines(command)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_made_up_host_answers()
    {
        using var dump = MdbDump.Of(new CrashedHost().Open());
        Assert.Equal("debugging crash dump made-up (64-bit), a machine dump of a Xen host", dump.Lines("::status")[0]);
        Assert.Contains("panic message: Domain 0 (vcpu#0) crashed on cpu#0", dump.Lines("::status"));
        Assert.Equal(["MESSAGE", "(XEN) first", "(XEN) last"], dump.Lines("::msgbuf"));
        Assert.Equal("(XEN) Domain 0 (vcpu#0) crashed on cpu#0:", dump.Line("::xpvbuf"));
        Assert.Equal("ffff830003f41000   0     2c17 ffffffff        -   0", dump.Lines("::domain")[1][..51]);
        Assert.Equal(3, dump.Lines("::vcpu").Length - 1);
        Assert.Equal(2, dump.Lines("::pcpu").Length - 1);
        Assert.Equal("ffff82d040100108 is xen`hardware_domain+0 in xen's data segment", dump.Line("hardware_domain::whatis"));
        Assert.Equal("ffff8300031e4000 is the vcpu structure of d0v0", dump.Line("ffff8300031e4000::whatis"));
        Assert.Contains("xen      virtual    64 the hypervisor; the default", dump.Lines("::spaces"));
        foreach (string command in (string[])["::modinfo", "1::vtop", "1::kgrep", "::mappings", "machine:1000::vtop"]) Assert.StartsWith("mdb: ", dump.Lines(command)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SolarisDumpSettings.KernelPages, "dump content: kernel pages only")]
    [InlineData(SolarisDumpSettings.AllPages, "dump content: all kernel and user pages")]
    [InlineData(SolarisDumpSettings.CurrentProcess, "dump content: kernel pages and pages from PID ?")]
    public void Status_says_what_was_dumped(uint content, string line)
    {
        using var dump = MdbDump.Of(SolarisScenes.Pages(64), new SolarisDumpSettings { Content = content, PanicString = "one\ntwo\u001b[31m\n", Uuid = "" });
        Assert.Equal(["debugging crash dump vmcore.0 (64-bit) from testhost", "operating system: 5.11 kit_1 (i86pc)", "image uuid: (not set)", "panic message: one", "two.[31m", line], dump.Lines("::status"));
    }

    [Fact]
    public void Status_of_a_live_dump_says_so()
    {
        using var dump = MdbDump.Of(PlainPanics.Live(new SolarisKernelOptions { Seed = 2, Threads = 4 }));
        Assert.StartsWith("debugging live dump vmcore.0 (64-bit) from ", dump.Lines("::status")[0], StringComparison.Ordinal);
        Assert.Contains("panic message: (none: the system ran on)", dump.Lines("::status"));
        Assert.StartsWith("mdb: the kernel did not panic", dump.Line("::panicinfo"), StringComparison.Ordinal);
    }

    private static SolarisKernelScenario Panic(int wordSize, int minor, bool hasTypes) =>
        XpvPanics.FaultInXen(new SolarisKernelOptions { WordSize = wordSize, Is2007 = minor < 4, HasTypes = hasTypes, Seed = 20 + minor, Threads = 8 }, minor, minor < 4 ? 1 : 3);
}
