using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>
/// One CTF container: the types of a module, compactly (illumos sys/ctf.h, versions 1 and 2; FreeBSD's version 3). Opening looks at the header; the body is
/// inflated and its records are counted when something of it is first asked for. Safe from any thread.
/// </summary>
public sealed class CtfContainer
{
    private readonly CtfDialect _dialect;
    private readonly Lazy<CtfSections> _sections;
    private readonly Lazy<CtfRecords> _records;
    private readonly ReadOnlyMemory<byte> _elfStrings;

    private CtfContainer(CtfHeader header, CtfDialect dialect, ReadOnlyMemory<byte> raw, string description, ReadOnlyMemory<byte> elfStrings, DiagnosticBag diagnostics)
    {
        Header = header;
        Description = description;
        _dialect = dialect;
        _elfStrings = elfStrings;
        _sections = new Lazy<CtfSections>(() => CtfSections.Read(header, raw, description, diagnostics));
        _records = new Lazy<CtfRecords>(() => CtfRecords.Read(_sections.Value.Types, dialect, description, diagnostics));
    }

    /// <summary>What a message calls it: <c>CTF of genunix</c>.</summary>
    public string Description { get; }

    /// <summary>Its header.</summary>
    public CtfHeader Header { get; }

    /// <summary>Whether the body could be read.</summary>
    public bool IsUsable => _sections.Value.AreUsable;

    /// <summary>Types that could be read.</summary>
    public int TypeCount => _records.Value.Count;

    /// <summary>The module that types with low numbers are in, <c>genunix</c>; null where this is no child, or does not say whose.</summary>
    public string? ParentName => Header.ParentName == 0 ? null : Text(Header.ParentName);

    /// <summary>The label that the parent had when this was made, or null.</summary>
    public string? ParentLabel => Header.ParentLabel == 0 ? null : Text(Header.ParentLabel);

    /// <summary>Whether low numbers are types of a parent: it names one, or its own types are numbered as a child's are.</summary>
    public bool IsChild => Header.ParentName != 0 || _records.Value.AreNumberedAsChild;

    /// <summary>Labels (the version of the build), each with the last type that it covers, in order.</summary>
    public IReadOnlyList<CtfLabel> Labels
    {
        get
        {
            var list = new List<CtfLabel>();
            var r = new SpanReader(_sections.Value.Labels.Span);
            while (list.Count < DumpLimits.CtfLabels && r.TryReadU32(out uint name) && r.TryReadU32(out uint last)) list.Add(new CtfLabel(Text(name), last));
            return list;
        }
    }

    /// <summary>The topmost label, as <c>::objects -v</c> shows it; null where there is none.</summary>
    public string? Label => Labels is [.., var last] ? last.Name : null;

    internal CtfDialect Dialect => _dialect;

    internal CtfSections Sections => _sections.Value;

    internal ReadOnlySpan<byte> Types => _sections.Value.Types.Span;

    /// <summary>Opens a container; nothing but the header is looked at.</summary>
    /// <param name="raw">Its bytes, as section .SUNW_ctf or a module's ctfdata has them.</param>
    /// <param name="description">What messages call it: <c>CTF of genunix</c>.</param>
    /// <param name="diagnostics">Where damage is told.</param>
    /// <param name="elfStrings">The string table of the symbol table that goes with it; names may be there.</param>
    /// <returns>Null, with a diagnostic, where it is none or of a version that is not known.</returns>
    public static CtfContainer? Open(ReadOnlyMemory<byte> raw, string description, DiagnosticBag diagnostics, ReadOnlyMemory<byte> elfStrings = default)
    {
        if (CtfHeader.TryRead(raw.Span, out var header, out string why) && CtfDialect.For(header.Version) is { } dialect)
            return new CtfContainer(header, dialect, raw, description, elfStrings, diagnostics);
        diagnostics.Warn("ctf/header", $"{description} cannot be used: {why}.");
        return null;
    }

    /// <summary>The record of an own type, by its index from 1; false where there is none.</summary>
    internal bool TryGet(uint index, out CtfRecord record)
    {
        record = default;
        return _records.Value.OffsetOf(index) is { } offset && CtfRecord.TryRead(Types, offset, _dialect, out record, out _);
    }

    /// <summary>A string; <c>(?)</c> where the reference leads nowhere.</summary>
    internal string Text(uint reference) => Encoding.Latin1.GetString(TextBytes(reference));

    /// <summary>The same as bytes: bit 31 chooses the table, own or the symbol table's; the rest is an offset in it.</summary>
    internal ReadOnlySpan<byte> TextBytes(uint reference)
    {
        var table = (reference >> 31 == 0 ? _sections.Value.Strings : _elfStrings).Span;
        uint offset = reference & 0x7fff_ffff;
        if (reference == 0) return default;
        if (offset >= (uint)table.Length) return "(?)"u8;
        var rest = table[(int)offset..];
        if (rest.Length > DumpLimits.ElfNameLength) rest = rest[..DumpLimits.ElfNameLength];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }
}

/// <summary>A label.</summary>
/// <param name="Name">The build's version, as a rule.</param>
/// <param name="LastType">The last type that it covers.</param>
public readonly record struct CtfLabel(string Name, uint LastType);
