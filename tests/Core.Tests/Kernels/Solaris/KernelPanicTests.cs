using System.Text;
using XenDumpAdapter.Core.Formats.Solaris;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class KernelPanicTests
{
    private static readonly (string Name, ulong Value)[] Ia32 = [("gs", 0x1b0), ("esi", 0xf00d), ("ebp", 0xd000_1000), ("esp", 0xd000_0ff0), ("eax", 7), ("trapno", 0xe), ("err", 2), ("eip", 0xfe80_1234), ("eflags", 0x10246), ("cr2", 0x18), ("gdt", 0xfec0_0000)];
    private static readonly (string Name, ulong Value)[] Amd64 = [("rdi", 0x18), ("rbp", 0xffff_ff00_0010_0a00), ("rsp", 0xffff_ff00_0010_0990), ("fsbase", 0), ("gsbase", 0xffff_ffff_fbc0_0000), ("trapno", 0xe), ("rip", 0xffff_ffff_fb80_1234), ("rflags", 0x10246), ("cr4", 0x6f8)];

    [Theory]
    [InlineData(false, 1u)]
    [InlineData(false, 2u)]
    [InlineData(true, 1u)]
    [InlineData(true, 2u)]
    public void Registers_and_message_are_those_of_panicbuf(bool is64, uint version)
    {
        var kernel = Panicked(is64);
        Buffer(kernel, version, is64 ? Amd64 : Ia32, "BAD TRAP: type=e (#pf Page fault)");
        var panic = kernel.Read().Panic;
        Assert.NotNull(panic);
        Assert.Equal(("BAD TRAP: type=e (#pf Page fault)", "panicbuf"), (panic.Message, panic.RegistersFrom));
        Assert.Equal((is64 ? Amd64 : Ia32).Select(v => KeyValuePair.Create(v.Name, v.Value)), panic.Values);
        Assert.Equal(is64 ? 0xffff_ffff_fb80_1234UL : 0xfe80_1234, panic.Registers!.Pc!.Value.Value);
        Assert.Equal(0x10246UL, panic.Registers[is64 ? "rflags" : "eflags"]);
        Assert.Equal(is64 ? 0xffff_ffff_fbc0_0000UL : null, panic.Registers["gs_base"]);
        Assert.Equal(0xeUL, panic["trapno"]);
        Assert.Null(panic["nonesuch"]);
        Assert.Empty(kernel.Diagnostics.Items);
    }

    [Fact]
    public void An_unknown_version_is_read_by_what_stands_there()
    {
        foreach (uint laidOutAs in new[] { 1u, 2u })
        {
            var kernel = Panicked(is64: true);
            Buffer(kernel, laidOutAs, Amd64, "words");
            kernel.Put(kernel.AddressOf("panicbuf"), 9, 4);
            var panic = kernel.Read().Panic!;
            Assert.Equal((Amd64.Length, "words"), (panic.Values.Count, panic.Message));
            Assert.True(kernel.Says("solaris/panicbuf-version"));
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(8192u)]
    [InlineData(uint.MaxValue)]
    public void An_absurd_place_of_the_message_costs_only_the_message(uint at)
    {
        var kernel = Panicked(is64: false);
        kernel.PanicString = "what the header kept";
        Buffer(kernel, 1, Ia32, "lost");
        kernel.Put(kernel.AddressOf("panicbuf") + 4, at, 4);
        var panic = kernel.Read().Panic!;
        Assert.Equal("what the header kept", panic.Message);
        Assert.Equal(0xfe80_1234UL, panic.Registers!.Pc!.Value.Value);
        Assert.True(kernel.Says("solaris/panicbuf"));
    }

    [Fact]
    public void Without_panicbuf_the_trap_frame_is_taken_and_then_the_label()
    {
        var kernel = Panicked(is64: false);
        ulong label = kernel.Variable("panic_regs", 24);
        kernel.Put(label, 0xfe80_0001, 4);
        kernel.Put(label + 4, 0xd000_0100, 4);
        kernel.Put(label + 8, 0xd000_0200, 4);
        var panic = kernel.Read().Panic!;
        Assert.Equal(("panic_regs", 0xfe80_0001UL, 0xd000_0200UL), (panic.RegistersFrom!, panic.Registers!.Pc!.Value.Value, panic.Registers.Fp!.Value.Value));

        // struct regs of i386: eip is word 16, esp word 9.
        ulong regs = kernel.Allocate(84);
        kernel.Put(regs + 64, 0xfe80_0002, 4);
        kernel.Put(regs + 36, 0xd000_0300, 4);
        kernel.Variable("panic_reg", 4, regs);
        panic = kernel.Read().Panic!;
        Assert.Equal(("panic_reg", 0xfe80_0002UL, 0xd000_0300UL), (panic.RegistersFrom!, panic.Registers!.Pc!.Value.Value, panic.Registers.Sp!.Value.Value));
    }

    [Fact]
    public void A_trap_frame_of_amd64_has_its_words_in_place()
    {
        var kernel = Panicked(is64: true);
        ulong regs = kernel.Allocate(240);
        foreach (var (offset, value) in new (ulong, ulong)[] { (16, 0x11), (80, 0x22), (144, 0x33), (184, 0xe), (200, 0x44), (216, 0x55), (224, 0x66) }) kernel.Put(regs + offset, value, 8);
        kernel.Variable("panic_reg", 8, regs);
        var registers = kernel.Read().Panic!.Registers!;
        Assert.Equal((0x11UL, 0x22UL, 0x33UL), (registers["rdi"], registers["rbp"], registers["gs_base"]));
        Assert.Equal((0x44UL, 0x55UL, 0x66UL), (registers["rip"], registers["rflags"], registers["rsp"]));
    }

    [Fact]
    public void A_panic_of_which_nothing_was_saved_has_no_registers()
    {
        var panic = Panicked(is64: true).Read().Panic!;
        Assert.Equal("boom %d", panic.Message);
        Assert.Null(panic.Registers);
        Assert.Null(panic.Thread);
        Assert.Null(panic.CpuId);
    }

    [Fact]
    public void A_live_system_did_not_panic()
    {
        var kernel = new SmallMachine(is64: true).Kernel;
        kernel.Flags = DumpFlags.Live;
        kernel.Variable("panicstr", 8);
        kernel.Variable("panicbuf", 8192);
        Assert.Null(kernel.Read().Panic);
        Assert.Empty(kernel.Diagnostics.Items);
    }

    [Fact]
    public void Without_symbols_the_header_tells_that_it_panicked()
    {
        var kernel = new SmallKernel(is64: true) { PanicString = "mutex_enter: bad mutex" };
        var read = kernel.Read();
        Assert.Equal("mutex_enter: bad mutex", read.Panic!.Message);
        Assert.Empty(read.Cpus);
        Assert.Empty(read.Threads);
        Assert.Empty(read.Processes);
        Assert.Null(read.Messages);
        Assert.Equal(("header-node", "i86pc"), (read.Utsname!.Nodename, read.Platform));
    }

    [Fact]
    public void Values_end_where_a_name_is_none()
    {
        var kernel = Panicked(is64: false);
        Buffer(kernel, 1, [("eip", 1), ("a\u0001b", 2), ("esp", 3)], "words");
        Assert.Equal(["eip"], kernel.Read().Panic!.Values.Select(v => v.Key));
    }

    [Fact]
    public void A_name_of_sixteen_letters_needs_no_end()
    {
        var kernel = Panicked(is64: false);
        Buffer(kernel, 1, [("sixteen_letters_", 5), ("eip", 1)], "words");
        Assert.Equal(5UL, kernel.Read().Panic!["sixteen_letters_"]);
    }

    [Fact]
    public void Names_are_the_kernels_own_where_they_are_text()
    {
        var kernel = new SmallKernel(is64: true);
        ulong names = kernel.Variable("utsname", 1285);
        kernel.Put(names, Encoding.ASCII.GetBytes("SunOS\0"));
        kernel.Put(names + 257, Encoding.ASCII.GetBytes("here\0"));
        kernel.Put(names + 771, [1, 2, 3, 0]);
        kernel.Put(kernel.Variable("platform", 257), Encoding.ASCII.GetBytes("i86xpv\0"));
        var read = kernel.Read();
        Assert.Equal(("SunOS", "here", "5.11", "header-build", "i86pc"), (read.Utsname!.Sysname, read.Utsname.Nodename, read.Utsname.Release, read.Utsname.Version, read.Utsname.Machine));
        Assert.Equal("i86xpv", read.Platform);
    }

    private static SmallKernel Panicked(bool is64)
    {
        var kernel = new SmallMachine(is64).Kernel;
        kernel.Variable("panicstr", kernel.Word, kernel.Text("boom %d"));
        return kernel;
    }

    /// <summary>panic_data_t: version, place of the message, in version 2 a UUID of 37 bytes, values of 24 bytes, the message.</summary>
    private static void Buffer(SmallKernel kernel, uint version, IReadOnlyList<(string Name, ulong Value)> values, string message)
    {
        ulong at = kernel.Variable("panicbuf", 8192), next = at + (version == 2 ? 48UL : 8);
        foreach (var (name, value) in values)
        {
            kernel.Put(next, Encoding.ASCII.GetBytes(name));
            kernel.Put(next + 16, value, 8);
            next += 24;
        }

        kernel.Put(at, version, 4);
        kernel.Put(at + 4, next - at, 4);
        kernel.Put(next, Encoding.ASCII.GetBytes(message));
    }
}
