using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>The talk's dump, which another writer made, through the test kit's writers.</summary>
public class GoldclothCarrierTests
{
    [Fact]
    public void The_writers_make_its_files_again_byte_for_byte()
    {
        var (vmcore, unix) = GoldclothParts.Files();
        var (memory, settings, _) = GoldclothParts.Read();
        Assert.Equal(unix, KsymsWriter.Build(memory));
        Assert.Equal(vmcore, VmcoreWriter.Build(memory, settings));
    }

    [Fact]
    public void Each_carrier_shows_the_same_memory_and_the_same_stacks()
    {
        var (vmcore, unix) = GoldclothParts.Files();
        var (memory, settings, _) = GoldclothParts.Read();
        string[] expected = Stacks(vmcore, unix);
        Assert.True(expected.Length > 10);
        foreach (var carrier in CarrierTests.Opened)
        {
            byte[] bytes = CarrierTests.Write(carrier, memory, settings with { Codec = SolarisCodec.ParallelLzjb, GroupPages = 16 });
            CarrierTests.SameMemory(memory, CarrierTests.Open(bytes).Image);
            Assert.Equal(expected, Stacks(bytes, unix));
            Assert.Equal(expected, Stacks(bytes, null));
        }
    }

    private static string[] Stacks(byte[] dump, byte[]? unix)
    {
        var files = new SampleFiles(new BytesByteSource(dump, "dump.0"), null, unix is null ? null : new BytesByteSource(unix, "unix.0"), "");
        using var target = DumpOpener.OpenFiles(files, cancel: TestContext.Current.CancellationToken);
        return [.. target.Threads.SelectMany(t => StackReport.Lines(t, new StackReportOptions(), TestContext.Current.CancellationToken)).Select(l => l.Text)];
    }
}
