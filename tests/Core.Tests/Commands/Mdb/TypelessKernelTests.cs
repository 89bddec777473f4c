using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Kernels that carry no types: what was measured of such kernels serves instead.</summary>
public class TypelessKernelTests
{
    [Theory]
    [InlineData(32, true)]
    [InlineData(32, false)]
    [InlineData(64, true)]
    [InlineData(64, false)]
    public void Objects_that_every_kernel_has_are_printed_by_measured_layouts(int wordSize, bool is2007)
    {
        var kernel = PlainPanics.NullPointer(new SolarisKernelOptions { WordSize = wordSize, Is2007 = is2007, Seed = 90 + wordSize, HasTypes = false });
        using var dump = MdbDump.Of(kernel);
        string[] lines = dump.Lines("utsname::print");
        Assert.Equal("    sysname = [ \"SunOS\" ]", lines[1]);
        Assert.Equal(7, lines.Length);
        Assert.Equal(lines, dump.Lines("$<utsname"));
        Assert.Contains("t_state = ", Assert.Single(dump.Lines($"0x{kernel.Threads[0].Address:x}::print kthread_t t_state")), StringComparison.Ordinal);
        Assert.Equal("mdb: failed to look up type nothing_t: the dump has no types that can be read", dump.Lines("::sizeof nothing_t")[0]);
    }
}
