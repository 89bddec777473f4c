using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Ctf;

/// <summary>
/// The sections of a container's body. A table that the header misplaces is empty, with a diagnostic; without types or strings nothing is left.
/// </summary>
internal sealed class CtfSections
{
    /// <summary>No sections.</summary>
    public static CtfSections None { get; } = new();

    /// <summary>Whether the types and their names could be found.</summary>
    public bool AreUsable { get; private init; }

    /// <summary>Labels.</summary>
    public ReadOnlyMemory<byte> Labels { get; private init; }

    /// <summary>Types of data symbols.</summary>
    public ReadOnlyMemory<byte> Objects { get; private init; }

    /// <summary>Types of functions.</summary>
    public ReadOnlyMemory<byte> Functions { get; private init; }

    /// <summary>Type records.</summary>
    public ReadOnlyMemory<byte> Types { get; private init; }

    /// <summary>Strings.</summary>
    public ReadOnlyMemory<byte> Strings { get; private init; }

    /// <summary>Inflates the body, if it is compressed, and takes it apart.</summary>
    public static CtfSections Read(CtfHeader header, ReadOnlyMemory<byte> raw, string description, DiagnosticBag diagnostics)
    {
        var body = raw[header.Size..];
        if (header.IsCompressed)
        {
            if (CtfInflate.Inflate(body, header.BodySize, out string why) is { } inflated) return Split(header, inflated, description, diagnostics);
            diagnostics.Warn("ctf/body", $"{description} cannot be used: {why}.");
            return None;
        }

        if ((ulong)body.Length > header.BodySize) body = body[..(int)header.BodySize];
        if ((ulong)body.Length < header.BodySize)
            diagnostics.Warn("ctf/truncated", $"{description} is cut off: {body.Length} of {header.BodySize} bytes are there.");
        return Split(header, body, description, diagnostics);
    }

    private static CtfSections Split(CtfHeader h, ReadOnlyMemory<byte> body, string description, DiagnosticBag diagnostics)
    {
        if (h.Types > h.Strings || h.Types > (uint)body.Length || h.Types % 4 != 0)
        {
            diagnostics.Warn("ctf/sections", $"{description} cannot be used: its header puts the types at 0x{h.Types:x} and the strings at 0x{h.Strings:x} of 0x{body.Length:x} bytes.");
            return None;
        }

        ReadOnlyMemory<byte> Table(string name, uint start, uint end, uint alignment)
        {
            if (start <= end && end <= (uint)body.Length && start % alignment == 0) return body[(int)start..(int)end];
            diagnostics.Warn("ctf/sections", $"the {name} of {description} cannot be used: its header puts them from 0x{start:x} to 0x{end:x} of 0x{body.Length:x} bytes.");
            return default;
        }

        uint length = (uint)body.Length;
        return new CtfSections
        {
            AreUsable = true,
            Labels = h.Version == 1 ? default : Table("labels", h.Labels, h.Objects, 4),
            Objects = Table("types of data symbols", h.Objects, h.Functions, 2),
            Functions = Table("types of functions", h.Functions, h.Types, 2),
            Types = body[(int)h.Types..(int)Math.Min(h.Strings, length)],
            Strings = body[(int)Math.Min(h.Strings, length)..],
        };
    }
}
