namespace XenDumpAdapter.Core.Formats;

/// <summary>
/// A byte source whose bytes stand in memory, or in address space that the system fills on demand: a mapped file, an array. Large
/// sections are then read where they are.
/// </summary>
public interface IMappedBytes : IByteSource
{
    /// <summary>The bytes from <paramref name="offset"/> on, not copied: at most <paramref name="length"/>, fewer (perhaps none) where the source ends.</summary>
    ReadOnlyMemory<byte> Memory(long offset, int length);
}
