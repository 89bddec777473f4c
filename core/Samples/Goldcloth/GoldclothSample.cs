using System.IO.Compression;
using XenDumpAdapter.Core.Formats;

namespace XenDumpAdapter.Core.Samples.Goldcloth;

/// <summary>
/// The dump of the talk 'Xen Crash Dumps on Solaris' (2007): a Xen host whose Solaris dom0 overran a kernel stack. The machine's own dump was never published; this one is rebuilt
/// from the figures that the talk's slides show, with the rest filled in to fit them (README.md in this folder tells which is which).
/// </summary>
internal static class GoldclothSample
{
    /// <summary>Makes the sample's files.</summary>
    /// <param name="name">The sample's name.</param>
    public static SampleFiles Make(string name) => new(
        Unpack(name, "vmcore.0"), null, Unpack(name, "unix.0"), "the dump of the talk 'Xen Crash Dumps on Solaris': a blown kernel stack in a Solaris dom0");

    private static BytesByteSource Unpack(string sample, string file)
    {
        using var packed = typeof(GoldclothSample).Assembly.GetManifestResourceStream($"goldcloth/{file}")
            ?? throw new InvalidOperationException($"the resource {file} is not in the program");
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        return new BytesByteSource(bytes.ToArray(), $"sample:{sample}/{file}");
    }
}
