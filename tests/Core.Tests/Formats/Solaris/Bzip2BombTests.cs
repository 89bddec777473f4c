using ICSharpCode.SharpZipLib.BZip2;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>A vmdump whose bzip2 stream unpacks to far more than its pages.</summary>
[Collection(Cost.Alone)]
public class Bzip2BombTests
{
    private const int Zeros = 64 << 20;

    /// <summary>What reading may allocate: the bzip2 reader's own tables are 3.6 MB a stream, and both cores have one.</summary>
    private const long Enough = 24 << 20;

    [Fact]
    public void Is_left_behind_its_pages()
    {
        byte[] bytes = Bomb();
        Assert.InRange(bytes.Length, 1, 1 << 20);
        Assert.InRange(Cost.AllocatedByAll(() => OpenedDump.Of(bytes), ReadBoth, Enough), 0, Enough);
    }

    private static void ReadBoth(OpenedDump dump)
    {
        byte[] page = new byte[4096];
        Assert.Equal(page.Length, dump.Image.Pages.ReadPage(0, page));
        Assert.Equal(0, dump.Image.Pages.ReadPage(1, page));
        Assert.True(dump.Says("solaris/data-corrupt"));
    }

    /// <summary>One page in a group, and behind it zeros without end: 64 megabytes in a few kilobytes.</summary>
    private static byte[] Bomb()
    {
        var image = SolarisScenes.Pages(64, pages: 90, foreign: 5);
        var settings = new SolarisDumpSettings { Codec = SolarisCodec.ParallelBzip2, Streams = 2, GroupPages = 5, BlockBytes = 9000, GroupsPerBzip2 = 1 };
        var whole = VmdumpWriter.Write(image, settings);
        var packed = new MemoryStream();
        using (var stream = new BZip2OutputStream(packed, 9) { IsStreamOwner = false })
        {
            stream.Write(new ByteWriter().Text("StrmHdr").U64(0).U64(1).ToArray());
            byte[] zeros = new byte[1 << 16];
            for (int i = 0; i < Zeros; i += zeros.Length) stream.Write(zeros);
        }

        byte[] bomb = packed.ToArray();
        byte[] end = whole.Bytes[(int)whole["end header"].Offset..];
        byte[] bytes = [.. whole.Bytes[..(int)whole["data"].Offset], .. new ByteWriter().U32((1u << 20) | (uint)bomb.Length).Bytes(bomb).U32(0).ToArray()];
        return [.. bytes, .. new byte[65536 - (bytes.Length % 65536)], .. end];
    }
}
