using Microsoft.Win32.SafeHandles;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>
/// A dump's file, read by position. Not mapped: a mapped file that somebody truncates while it is read ends the process with a signal
/// that nothing can catch, a read by position merely comes back short.
/// </summary>
public sealed class FileByteSource : IByteSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    private FileByteSource(SafeFileHandle handle, string name, long length)
    {
        _handle = handle;
        Name = name;
        Length = length;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="DumpFormatException">There is no such file, it is no file, or it may not be read.</exception>
    public static FileByteSource Open(string path)
    {
        var handle = OpenHandle(path);
        try
        {
            return new FileByteSource(handle, path, LengthOf(handle));
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            handle.Dispose();
            throw new DumpFormatException($"{path} cannot be read by position (it is a pipe or a device); copy it to a file first.", e);
        }
    }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset >= Length) return 0;
        int want = (int)Math.Min(destination.Length, Length - offset);
        int done = 0;
        try
        {
            while (done < want)
            {
                int got = RandomAccess.Read(_handle, destination[done..want], offset + done);
                if (got == 0) break;
                done += got;
            }
        }
        catch (IOException)
        {
            // A bad block, or a network share that went away: what came so far is all there is.
        }

        return done;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>
    /// Bytes of the file. A block device (a dump device is one) states none; where it ends shows only in where reads come back empty.
    /// </summary>
    private static long LengthOf(SafeFileHandle handle)
    {
        long stated = RandomAccess.GetLength(handle);
        if (stated > 0 || !HasByte(handle, 0)) return stated;
        long there = 0, beyond = 1;
        while (beyond < long.MaxValue / 2 && HasByte(handle, beyond)) (there, beyond) = (beyond, beyond * 2);
        while (beyond - there > 1)
        {
            long middle = there + ((beyond - there) / 2);
            if (HasByte(handle, middle)) there = middle;
            else beyond = middle;
        }

        return beyond;
    }

    private static bool HasByte(SafeFileHandle handle, long offset)
    {
        Span<byte> one = stackalloc byte[1];
        return RandomAccess.Read(handle, one, offset) == 1;
    }

    /// <summary>A handle to an existing file, every failure told in a sentence.</summary>
    internal static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            if (Directory.Exists(path)) throw new DumpFormatException($"{path} is a folder; name a file in it.");
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DumpFormatException($"{path} does not exist.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DumpFormatException($"{path} may not be read by this user; change its permissions or copy it.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new DumpFormatException($"{path} cannot be opened: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
