namespace XenDumpAdapter.Core.Formats;

/// <summary>The bytes of a file, or of something that stands for one. Safe from any thread. Reading past the end gives fewer bytes, never an error.</summary>
public interface IByteSource
{
    /// <summary>Bytes in all, as of opening.</summary>
    long Length { get; }

    /// <summary>What a message calls it: a file's path or <c>sample:NAME</c>.</summary>
    string Name { get; }

    /// <summary>Copies bytes from <paramref name="offset"/> on; returns how many came (0 at or past the end).</summary>
    int Read(long offset, Span<byte> destination);
}
