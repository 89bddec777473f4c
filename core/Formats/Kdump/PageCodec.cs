using System.Collections.Concurrent;
using System.IO.Compression;

namespace XenDumpAdapter.Core.Formats.Kdump;

/// <summary>How a page may be packed: flags of a page descriptor and of the header's status (makedumpfile: diskdump_mod.h, DUMP_DH_COMPRESSED_*).</summary>
internal sealed class PageCodec
{
    public const uint Zlib = 0x1;
    public const uint Lzo = 0x2;
    public const uint Snappy = 0x4;

    /// <summary>In the header's status: the writer ran out of space.</summary>
    public const uint Incomplete = 0x8;

    public const uint Zstd = 0x20;

    /// <summary>Every flag that names a method.</summary>
    public const uint Methods = Zlib | Lzo | Snappy | Zstd;

    private readonly ConcurrentBag<ZstdSharp.Decompressor> _zstd = [];

    /// <summary>The method's name.</summary>
    public static string NameOf(uint flags) => (flags & Methods) switch
    {
        0 => "uncompressed",
        Zlib => "zlib",
        Lzo => "lzo",
        Snappy => "snappy",
        Zstd => "zstd",
        _ => "several methods",
    };

    /// <summary>Unpacks one page; false where the data is damaged or does not make exactly a page.</summary>
    /// <param name="method">One of the methods.</param>
    /// <param name="packed">The data, in an array that may be longer.</param>
    /// <param name="length">Bytes of the data.</param>
    /// <param name="page">Where the page goes.</param>
    public bool TryUnpack(uint method, byte[] packed, int length, Span<byte> page)
    {
        try
        {
            return method switch
            {
                Zlib => TryInflate(packed, length, page),
                Lzo => Lzo1x.TryUnpack(packed.AsSpan(0, length), page),
                Snappy => Snappier.Snappy.Decompress(packed.AsSpan(0, length), page) == page.Length,
                Zstd => TryUnpackZstd(packed.AsSpan(0, length), page),
                _ => false,
            };
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or ArgumentException or ZstdSharp.ZstdException or OverflowException or IndexOutOfRangeException)
        {
            // What the libraries throw for damaged data.
            return false;
        }
    }

    private static bool TryInflate(byte[] packed, int length, Span<byte> page)
    {
        using var input = new MemoryStream(packed, 0, length, writable: false);
        using var stream = new ZLibStream(input, CompressionMode.Decompress);
        return stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) == page.Length;
    }

    private bool TryUnpackZstd(ReadOnlySpan<byte> packed, Span<byte> page)
    {
        if (!_zstd.TryTake(out var decompressor)) decompressor = new ZstdSharp.Decompressor();
        try
        {
            return decompressor.Unwrap(packed, page) == page.Length;
        }
        finally
        {
            _zstd.Add(decompressor);
        }
    }
}
