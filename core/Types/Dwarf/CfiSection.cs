using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>What entries have in common: a CIE.</summary>
internal sealed record CfiCommon
{
    public ulong CodeAlignment { get; init; }

    public long DataAlignment { get; init; }

    public int ReturnAddressRegister { get; init; }

    /// <summary>How addresses of entries are written (DW_EH_PE_*); 0 for plain ones.</summary>
    public byte PointerEncoding { get; init; }

    public int AddressSize { get; init; }

    public bool HasAugmentationData { get; init; }

    public bool IsSignalFrame { get; init; }

    /// <summary>Where its instructions are in the section.</summary>
    public (int Start, int Length) Instructions { get; init; }
}

/// <summary>One function's entry: an FDE.</summary>
/// <param name="Start">Its first address, in the file.</param>
/// <param name="Length">Bytes of code.</param>
/// <param name="Common">Its CIE.</param>
/// <param name="Instructions">Where its instructions are in the section.</param>
internal readonly record struct CfiEntry(ulong Start, ulong Length, CfiCommon Common, (int Start, int Length) Instructions);

/// <summary>One section of call frame information and its index.</summary>
internal sealed class CfiSection(ReadOnlyMemory<byte> bytes, bool isEh, ulong sectionAddress, int addressSize, bool bigEndian, DiagnosticBag diagnostics)
{
    private readonly Lock _lock = new();
    private CfiEntry[]? _entries;

    public string Name => isEh ? ".eh_frame" : ".debug_frame";

    public bool IsEh => isEh;

    public int AddressSize => addressSize;

    public ReadOnlyMemory<byte> Bytes => bytes;

    public bool BigEndian => bigEndian;

    /// <summary>The entry that covers an address of the file, or null.</summary>
    public CfiEntry? Find(ulong address)
    {
        var entries = Entries();
        int low = 0;
        int high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (entries[middle].Start <= address) low = middle + 1;
            else high = middle;
        }

        // Entries of sound files do not overlap, but several may start at the same address when one of them is a discarded copy.
        for (int i = low - 1; i >= 0 && i > low - 16; i--)
            if (address - entries[i].Start < entries[i].Length) return entries[i];
        return null;
    }

    public void Warn(string text) => diagnostics.Warn("dwarf/cfi", $"{Name}: {text}");

    /// <summary>A pointer as .eh_frame writes it (LSB Core 5.0, section 10.5.1); false where it is left out or counts from what is not known here.</summary>
    public bool TryReadPointer(ref SpanReader reader, byte encoding, int width, out ulong value)
    {
        value = 0;
        ulong at = unchecked(sectionAddress + (ulong)reader.Position);
        bool ok = (encoding & 0x0f) switch
        {
            0x00 => reader.TryReadUnsigned(width, out value),
            0x01 => reader.TryReadUleb128(out value),
            0x02 => reader.TryReadUnsigned(2, out value),
            0x03 => reader.TryReadUnsigned(4, out value),
            0x04 or 0x0c => reader.TryReadUnsigned(8, out value),
            0x09 => TryReadSigned(ref reader, 0, out value),
            0x0a => TryReadSigned(ref reader, 2, out value),
            0x0b => TryReadSigned(ref reader, 4, out value),
            _ => false,
        };
        bool isRelative = (encoding & 0x70) == 0x10;
        if (isRelative) value = unchecked(value + at);
        if (width == 4) value &= uint.MaxValue;
        return ok && (isRelative || (encoding & 0x70) == 0) && (encoding & 0x80) == 0;
    }

    private static bool TryReadSigned(ref SpanReader reader, int size, out ulong value)
    {
        if (size == 0)
        {
            bool read = reader.TryReadSleb128(out long number);
            value = unchecked((ulong)number);
            return read;
        }

        bool ok = reader.TryReadUnsigned(size, out value);
        int unused = 64 - size * 8;
        value = unchecked((ulong)((long)(value << unused) >> unused));
        return ok;
    }

    private CfiEntry[] Entries()
    {
        lock (_lock) return _entries ??= new CfiIndex(this).Read();
    }
}
