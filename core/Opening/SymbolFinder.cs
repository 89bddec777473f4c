using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>What a symbol file is for.</summary>
internal enum SymbolRole
{
    /// <summary>xen-syms.</summary>
    Hypervisor,

    /// <summary>A guest kernel.</summary>
    Kernel,
}

/// <summary>A file that may hold symbols for the dump.</summary>
/// <param name="Path">Its path, or <c>sample:NAME/xen-syms</c>.</param>
/// <param name="Elf">Its headers.</param>
/// <param name="Named">Whether the user named it: then what is wrong with it must be said.</param>
internal sealed record SymbolCandidate(string Path, ElfFile Elf, bool Named);

/// <summary>
/// Finds symbol files: the ones that the user named, else ELF programs in the dump's own folder. What a file is is read from the file, not from
/// its name: xen-syms is linked into the slot that Xen keeps for itself, a PV kernel is not.
/// </summary>
internal sealed class SymbolFinder(OpenOptions options, SampleFiles? sample) : IDisposable
{
    private const int MaxFilesInFolder = 512;

    private readonly List<MappedFileByteSource> _opened = [];
    private List<(SymbolRole Role, SymbolCandidate Candidate)>? _beside;

    /// <summary>Candidates for a role, the likeliest first. A named file is the only candidate.</summary>
    public IReadOnlyList<SymbolCandidate> Find(SymbolRole role)
    {
        string? named = role == SymbolRole.Hypervisor ? options.XenSyms : options.Kernel;
        if (named is not null) return [OpenNamed(named, role)];
        _beside ??= [.. sample is null ? Beside() : OfSample(sample)];
        return [.. _beside.Where(b => b.Role == role).Select(b => b.Candidate)];
    }

    /// <summary>
    /// The symbols of a Solaris kernel: the file that the user named, else <c>unix.N</c> beside <c>vmcore.N</c>, as savecore names them; null where there is none.
    /// </summary>
    public SymbolCandidate? FindUnix()
    {
        if (options.Kernel is { } named) return OpenNamed(named, SymbolRole.Kernel);
        if (sample is not null) return sample.Kernel is { } kernel ? new SymbolCandidate(kernel.Name, ElfFile.Open(kernel, new DiagnosticBag()), Named: false) : null;
        string dump = Path.GetFullPath(options.Dump);
        string path = Path.Combine(Path.GetDirectoryName(dump) ?? "", "unix" + Path.GetExtension(dump));
        return path != dump && File.Exists(path) && TryOpenProgram(path) is { } elf ? new SymbolCandidate(path, elf, Named: false) : null;
    }

    /// <summary>Keeps the files of the modules in use open, and closes the others. The caller closes what is returned.</summary>
    public IReadOnlyList<IDisposable> KeepOnly(IEnumerable<Module> used) => KeepOnly(used.Select(m => m.Path).OfType<string>().ToHashSet());

    /// <summary>Keeps the files of these paths open, and closes the others. The caller closes what is returned.</summary>
    public IReadOnlyList<IDisposable> KeepOnly(IReadOnlySet<string> paths)
    {
        var kept = new List<IDisposable>();
        foreach (var file in _opened)
        {
            if (paths.Contains(file.Name)) kept.Add(file);
            else file.Dispose();
        }

        _opened.Clear();
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _opened) file.Dispose();
    }

    private SymbolCandidate OpenNamed(string path, SymbolRole role)
    {
        string what = role == SymbolRole.Hypervisor ? "--xen-syms" : "--kernel";
        var file = OpenFile(path, what);
        ElfFile elf;
        try
        {
            elf = ElfFile.Open(file, new DiagnosticBag());
        }
        catch (DumpFormatException e)
        {
            throw new DumpFormatException($"{what} {path}: {e.Message}", e);
        }

        if (elf.Type is not (2 or 3))
            throw new DumpFormatException($"{what} {path}: this is an ELF file of type {elf.Type}, not a program; name the {(role == SymbolRole.Hypervisor ? "xen-syms" : "kernel (vmlinux)")} that ran.");
        return new SymbolCandidate(path, elf, Named: true);
    }

    private MappedFileByteSource OpenFile(string path, string what)
    {
        try
        {
            var file = MappedFileByteSource.Open(path);
            _opened.Add(file);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DumpFormatException($"{what} {path}: {e.Message}", e);
        }
    }

    private static IEnumerable<(SymbolRole, SymbolCandidate)> OfSample(SampleFiles sample)
    {
        if (sample.XenSyms is { } xen) yield return (SymbolRole.Hypervisor, new SymbolCandidate(xen.Name, ElfFile.Open(xen, new DiagnosticBag()), Named: false));
        if (sample.Kernel is { } kernel) yield return (SymbolRole.Kernel, new SymbolCandidate(kernel.Name, ElfFile.Open(kernel, new DiagnosticBag()), Named: false));
    }

    private IEnumerable<(SymbolRole, SymbolCandidate)> Beside()
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(options.Dump));
        if (folder is null || !Directory.Exists(folder)) yield break;
        string dump = Path.GetFullPath(options.Dump);
        int looked = 0;
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            if (path == dump) continue;
            if (++looked > MaxFilesInFolder) yield break;

            if (TryOpenProgram(path) is { } elf && RoleOf(elf) is { } role) yield return (role, new SymbolCandidate(path, elf, Named: false));
        }
    }

    private ElfFile? TryOpenProgram(string path)
    {
        MappedFileByteSource? file = null;
        try
        {
            file = MappedFileByteSource.Open(path);
            Span<byte> head = stackalloc byte[20];
            bool program = file.Read(0, head) == head.Length && head[..4].SequenceEqual("\u007fELF"u8) && head[16] is 2 or 3;
            if (program)
            {
                var elf = ElfFile.Open(file, new DiagnosticBag());
                _opened.Add(file);
                file = null;
                return elf;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or DumpFormatException)
        {
            // A file that the user did not name and that cannot be opened is none of our business.
        }
        finally
        {
            file?.Dispose();
        }

        return null;
    }

    /// <summary>
    /// Xen on amd64 is linked between 0xffff800000000000 and 0xffff87ffffffffff (3.x: ffff83…, ffff828c…; 4.x: ffff82d0…), a range that no guest may use
    /// (public/arch-x86/xen-x86_64.h, HYPERVISOR_VIRT_START).
    /// </summary>
    private static SymbolRole? RoleOf(ElfFile elf)
    {
        if (elf.FindSection(".symtab") is null || elf.Machine is not (3 or 62)) return null;
        ulong? lowest = elf.Sections.Where(s => (s.Flags & 2) != 0 && s.Address != 0).Select(s => (ulong?)s.Address).Min();
        return lowest switch
        {
            null => null,
            >= 0xffff_8000_0000_0000 and < 0xffff_8800_0000_0000 => SymbolRole.Hypervisor,
            >= 0xffff_8800_0000_0000 => SymbolRole.Kernel,
            >= 0x4000_0000 when elf.Machine == 3 => SymbolRole.Kernel,
            _ => elf.FindSection(".note.Xen") is not null || elf.FindSection(".notes") is not null ? SymbolRole.Kernel : null,
        };
    }
}
