using Microsoft.Win32.SafeHandles;
using XenDumpAdapter.GdbStub.SymbolFiles;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>The files that one client has open, by small numbers.</summary>
internal sealed class OpenFiles : IDisposable
{
    private const int Limit = 16;
    private readonly OpenFile?[] _files = new OpenFile?[Limit];

    /// <summary>Opens a file of this machine for reading; its number, or -1 where no more may be open.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public int Open(string path)
    {
        int free = Array.IndexOf(_files, null);
        if (free >= 0) _files[free] = new OpenFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), default);
        return free;
    }

    /// <summary>Opens the file that is only in memory; its number, or -1 where no more may be open.</summary>
    public int Open(SymbolImage image)
    {
        int free = Array.IndexOf(_files, null);
        if (free >= 0) _files[free] = new OpenFile(null, image.Bytes);
        return free;
    }

    /// <summary>The open file of that number, or null.</summary>
    public OpenFile? Find(ulong number) => number < Limit ? _files[(int)number] : null;

    /// <summary>Closes it; false where it is not open.</summary>
    public bool Close(ulong number)
    {
        if (Find(number) is not { } file) return false;
        file.Dispose();
        _files[(int)number] = null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file?.Dispose();
    }
}

/// <summary>An open file: of this machine, or only in memory.</summary>
internal sealed class OpenFile(SafeFileHandle? handle, ReadOnlyMemory<byte> bytes) : IDisposable
{
    /// <summary>Bytes.</summary>
    public long Length => handle is not null ? RandomAccess.GetLength(handle) : bytes.Length;

    /// <summary>Copies bytes from an offset; how many there were.</summary>
    public int Read(Span<byte> destination, long offset)
    {
        if (handle is not null) return RandomAccess.Read(handle, destination, offset);
        if (offset >= bytes.Length) return 0;
        var rest = bytes.Span[(int)offset..];
        int count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();
}
