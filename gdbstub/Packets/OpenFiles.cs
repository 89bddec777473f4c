using Microsoft.Win32.SafeHandles;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>The files that one client has open, by small numbers.</summary>
internal sealed class OpenFiles : IDisposable
{
    private const int Limit = 16;
    private readonly SafeFileHandle?[] _files = new SafeFileHandle?[Limit];

    /// <summary>Opens a file for reading; its number, or -1 where no more may be open.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public int Open(string path)
    {
        int free = Array.IndexOf(_files, null);
        if (free >= 0) _files[free] = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return free;
    }

    /// <summary>The open file of that number, or null.</summary>
    public SafeFileHandle? Find(ulong number) => number < Limit ? _files[(int)number] : null;

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
