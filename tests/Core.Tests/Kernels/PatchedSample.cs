using System.Text;
using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>A sample host, whose memory a test changes by the names of Xen's own variables and structures before it is opened.</summary>
internal sealed class PatchedSample
{
    private readonly SampleFiles _files;
    private readonly byte[] _dump;
    private readonly ElfFile _elf;
    private readonly DumpTarget _clean;
    private readonly PageTables _tables;

    public PatchedSample(string name = "overflow")
    {
        Assert.True(SampleCatalog.TryOpen(name, out var files));
        _files = files;
        _dump = new byte[files.Dump.Length];
        files.Dump.Read(0, _dump);
        _elf = ElfFile.Open(files.Dump, new DiagnosticBag());
        _clean = DumpOpener.OpenFiles(files);
        _tables = PageTables.FromCr3(_clean.MachineMemory, _clean.Cpus[^1].Context!["cr3"]!.Value, 0);
    }

    /// <summary>The host as it is before any change.</summary>
    public DumpTarget Clean => _clean;

    /// <summary>dom0.</summary>
    public Domain Dom0 => _clean.Domains[0];

    /// <summary>Address of a variable of Xen.</summary>
    public ulong AddressOf(string symbol) => _clean.Hypervisor!.Module!.Symbols.Find(symbol)!.Address.Value;

    /// <summary>Changes a number at a virtual address of Xen.</summary>
    public PatchedSample Poke(ulong address, ulong value, int size = 8)
    {
        BitConverter.GetBytes(value).AsSpan(0, size).CopyTo(_dump.AsSpan(Offset(address)));
        return this;
    }

    /// <summary>Changes a variable of Xen.</summary>
    public PatchedSample Variable(string symbol, ulong value, int size = 8) => Poke(AddressOf(symbol), value, size);

    /// <summary>Changes a member of a structure.</summary>
    public PatchedSample Member(string type, VirtualAddress at, string path, ulong value)
    {
        var layout = new StructLayout((AggregateType)_clean.Hypervisor!.Module!.Types!.Find("struct " + type)!.Strip());
        var place = layout.Find(path) ?? throw new ArgumentException($"struct {type} has no {path}", nameof(path));
        return Poke((at + place.Offset).Value, value, (int)place.Type.Size);
    }

    /// <summary>The console holds this text, from its ring's start on.</summary>
    public PatchedSample Console(string text)
    {
        ulong ring = AddressOf("_conring");
        int size = (int)ConsoleSize;
        byte[] bytes = new byte[size];
        Encoding.Latin1.GetBytes(text).CopyTo(bytes, 0);
        for (int at = 0; at < size; at += 4096) bytes.AsSpan(at, Math.Min(4096, size - at)).CopyTo(_dump.AsSpan(Offset(ring + (ulong)at)));
        return Variable("conringp", (ulong)text.Length, 4).Variable("conringc", 0, 4);
    }

    /// <summary>Bytes of the console's ring.</summary>
    public uint ConsoleSize => BitConverter.ToUInt32(_dump, Offset(AddressOf("conring_size")));

    /// <summary>The host with its changes.</summary>
    public DumpTarget Open() => DumpOpener.OpenFiles(_files with { Dump = new BytesByteSource(_dump, "patched") }, cancel: TestContext.Current.CancellationToken);

    private int Offset(ulong address)
    {
        Assert.True(_tables.TryTranslate(new VirtualAddress(address), out var machine, out _), $"0x{address:x} is not mapped");
        var segment = _elf.Segments.First(s => s.Type == ElfConstants.SegmentLoad && machine.Value - s.PhysicalAddress < s.FileSize);
        return (int)(segment.Offset + (machine.Value - segment.PhysicalAddress));
    }
}
