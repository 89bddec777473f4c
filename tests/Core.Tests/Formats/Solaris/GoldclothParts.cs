using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>The talk's dump, as the program brings it, taken apart for the test kit's writers.</summary>
internal static class GoldclothParts
{
    /// <summary>Its files.</summary>
    public static (byte[] Vmcore, byte[] Unix) Files()
    {
        Assert.True(SampleCatalog.TryOpen("goldcloth", out var files));
        return (Bytes(files.Dump), Bytes(files.Kernel!));
    }

    /// <summary>What is in its memory, what its header says, and its unix.0.</summary>
    public static (SolarisMemoryImage Memory, SolarisDumpSettings Settings, byte[] Unix) Read()
    {
        var (vmcore, unix) = Files();
        var reading = new VmcoreReading(vmcore, unix);
        return (reading.Image, reading.Settings, unix);
    }

    private static byte[] Bytes(IByteSource source) => source.ReadUpTo(0, (ulong)source.Length, 1 << 26).ToArray();
}
