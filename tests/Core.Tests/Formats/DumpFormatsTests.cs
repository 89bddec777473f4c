using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Formats;

public class DumpFormatsTests
{
    [Theory]
    [InlineData("28b52ffd00", "zstd -d DUMP")]
    [InlineData("1f8b0800", "gunzip DUMP")]
    [InlineData("fd377a585a0000", "unxz DUMP")]
    [InlineData("425a6839", "bunzip2 DUMP")]
    [InlineData("04224d18", "lz4 -d DUMP")]
    [InlineData("894c5a4f000d0a1a0a", "lzop -d DUMP")]
    [InlineData("edc8fede0a000000", "ends inside its dump header")]
    [InlineData("defec8ed0000000a", "SPARC")]
    [InlineData("ed238f61730119a8", "LKCD")]
    [InlineData("edeb0ff0", "old Xen domain core")]
    [InlineData("504147454455363464", "Windows")]
    [InlineData("", "is empty")]
    [InlineData("0000000000000000", "only zeros")]
    [InlineData("68656c6c6f", "the first bytes 68 65 6c 6c 6f")]
    public void Refuses_in_one_sentence_what_it_cannot_open(string hex, string says)
    {
        var source = new BytesByteSource(Convert.FromHexString(hex), "DUMP");
        string message = Assert.Throws<DumpFormatException>(() => DumpFormats.Open(source, new DiagnosticBag(), TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith("DUMP ", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
