using System.Buffers;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats;

/// <summary>
/// A symbol file, mapped: a 15 MB <c>.debug_info</c> costs address space, and memory only for the pages that are looked at. For files that
/// nobody rewrites in place; dumps are read through <see cref="FileByteSource"/>.
/// </summary>
public sealed unsafe class MappedFileByteSource : IMappedBytes, IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private volatile bool _disposed;

    private MappedFileByteSource(string name, long length, MemoryMappedFile? file, MemoryMappedViewAccessor? view)
    {
        Name = name;
        Length = length;
        _file = file;
        _view = view;
        if (view is null) return;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + view.PointerOffset;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Opens and maps a file for reading.</summary>
    /// <exception cref="DumpFormatException">There is no such file, it is no file, or it may not be read or mapped.</exception>
    public static MappedFileByteSource Open(string path)
    {
        SafeFileHandle handle = FileByteSource.OpenHandle(path);
        MemoryMappedFile? file = null;
        try
        {
            long length = RandomAccess.GetLength(handle);
            if (length == 0)
            {
                handle.Dispose();
                return new MappedFileByteSource(path, 0, null, null);
            }

            file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFileByteSource(path, length, file, file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read));
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            file?.Dispose();
            handle.Dispose();
            throw new DumpFormatException($"{path} cannot be mapped into memory: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <inheritdoc/>
    public int Read(long offset, Span<byte> destination)
    {
        var found = Memory(offset, destination.Length).Span;
        found.CopyTo(destination);
        return found.Length;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Memory(long offset, int length)
    {
        if (offset < 0 || offset >= Length || length <= 0) return default;
        return new View(this, offset, (int)Math.Min(length, Length - offset)).Memory;
    }

    /// <summary>Unmaps the file. Memory that was handed out must not be used any more.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (_view is null) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file?.Dispose();
    }

    /// <summary>A run of the mapping as memory.</summary>
    private sealed class View(MappedFileByteSource owner, long offset, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(owner._disposed, owner);
            return new Span<byte>(owner._start + offset, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
            ObjectDisposedException.ThrowIf(owner._disposed, owner);
            return new MemoryHandle(owner._start + offset + elementIndex, default, this);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
