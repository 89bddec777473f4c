using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump read --json</c>.</summary>
/// <param name="Space">The address space.</param>
/// <param name="Address">First address.</param>
/// <param name="Length">Bytes that were asked for.</param>
/// <param name="Read">Bytes that are there.</param>
/// <param name="Segments">The range in order, as runs that are there or not.</param>
internal sealed record ReadJson(string Space, string Address, ulong Length, ulong Read, IReadOnlyList<SegmentJson> Segments)
{
    /// <summary>Reads.</summary>
    public static ReadJson Of(Location at, ulong length, CancellationToken cancel)
    {
        MemorySegment[] segments = [.. MemorySegment.Of(at.Space, at.Address, length, cancel)];
        ulong read = 0;
        foreach (var s in segments)
            if (s.Bytes is not null) read += s.Length;
        return new ReadJson(at.Space.Name, AddressText.Hex(at.Address), length, read, [.. segments.Select(SegmentJson.Of)]);
    }
}

/// <summary>A run of memory.</summary>
/// <param name="Address">First address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Hex">Two digits a byte, where they are there.</param>
/// <param name="Absent">Why they are not there, where they are not.</param>
internal sealed record SegmentJson(
    string Address,
    ulong Length,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hex,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Absent)
{
    /// <summary>The run's shape.</summary>
    public static SegmentJson Of(MemorySegment s) =>
        new(AddressText.Hex(s.Address), s.Length, s.Bytes is { } b ? Convert.ToHexStringLower(b) : null, s.Bytes is null ? s.Absent.Text : null);
}
