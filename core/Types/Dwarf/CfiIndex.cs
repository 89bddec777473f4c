using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// Reads all entries of a section once. An entry: length, then what tells CIEs (0xffffffff in .debug_frame, 0 in .eh_frame) from FDEs (the CIE's offset;
/// in .eh_frame the distance back to it), then its fields.
/// </summary>
internal sealed class CfiIndex(CfiSection section)
{
    private readonly Dictionary<int, CfiCommon?> _commons = [];
    private readonly List<CfiEntry> _entries = [];

    public CfiEntry[] Read()
    {
        var reader = NewReader(section.Bytes.Length);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            if (!UnitHeaders.TryReadLength(ref reader, out ulong length, out int offsetSize) || length > (ulong)reader.Remaining)
            {
                section.Warn($"the entry at 0x{start:x} is cut off; functions after it have no call frame information.");
                break;
            }

            // .eh_frame ends with a length of 0; in .debug_frame it is padding.
            if (length == 0 && section.IsEh) break;
            int end = reader.Position + (int)length;
            if (length > 0) ReadEntry(start, reader.Position, end, offsetSize);
            reader.TrySeek(end);
        }

        _entries.Sort((a, b) => a.Start.CompareTo(b.Start));
        return [.. _entries];
    }

    private SpanReader NewReader(int end) => new(section.Bytes.Span[..end], section.BigEndian);

    private void ReadEntry(int start, int body, int end, int offsetSize)
    {
        var reader = NewReader(end);
        reader.TrySeek(body);
        int idSize = section.IsEh ? 4 : offsetSize;
        if (!reader.TryReadUnsigned(idSize, out ulong id)) return;
        if (id == (section.IsEh ? 0 : idSize == 4 ? uint.MaxValue : ulong.MaxValue)) return;
        ulong common = section.IsEh ? unchecked((ulong)body - id) : id;
        if (common >= (ulong)section.Bytes.Length || CommonAt((int)common) is not { } cie || !TryReadFields(ref reader, cie))
            section.Warn($"the entry at 0x{start:x} is broken; its function has no call frame information.");
    }

    private bool TryReadFields(ref SpanReader reader, CfiCommon cie)
    {
        if (!section.TryReadPointer(ref reader, cie.PointerEncoding, cie.AddressSize, out ulong start)) return false;
        if (!section.TryReadPointer(ref reader, (byte)(cie.PointerEncoding & 0x0f), cie.AddressSize, out ulong length)) return false;
        if (cie.HasAugmentationData && (!reader.TryReadUleb128(out ulong size) || size > (ulong)reader.Remaining || !reader.TrySkip((long)size))) return false;
        if (length > 0) _entries.Add(new CfiEntry(start, length, cie, (reader.Position, reader.Remaining)));
        return true;
    }

    private CfiCommon? CommonAt(int offset)
    {
        if (!_commons.TryGetValue(offset, out var known)) _commons[offset] = known = ReadCommon(offset);
        return known;
    }

    private CfiCommon? ReadCommon(int offset)
    {
        var reader = NewReader(section.Bytes.Length);
        reader.TrySeek(offset);
        if (!UnitHeaders.TryReadLength(ref reader, out ulong length, out int offsetSize) || length > (ulong)reader.Remaining) return null;
        int body = reader.Position;
        reader = NewReader(body + (int)length);
        reader.TrySeek(body);
        int idSize = section.IsEh ? 4 : offsetSize;
        bool isCommon = reader.TryReadUnsigned(idSize, out ulong id) && id == (section.IsEh ? 0 : idSize == 4 ? uint.MaxValue : ulong.MaxValue);
        if (!isCommon || !reader.TryReadU8(out byte version) || version is not (1 or 3 or 4) || !reader.TryReadCString(out string augmentation)) return null;
        byte width = (byte)section.AddressSize;
        if (version == 4 && !(reader.TryReadU8(out width) && reader.TryReadU8(out byte segment) && segment == 0)) return null;
        if (width is not (4 or 8) || (augmentation == "eh" && !reader.TrySkip(width))) return null;
        if (!reader.TryReadUleb128(out ulong code) || !reader.TryReadSleb128(out long data)) return null;
        byte oldRegister = 0;
        ulong register = 0;
        if (!(version == 1 ? reader.TryReadU8(out oldRegister) : reader.TryReadUleb128(out register))) return null;
        register += oldRegister;
        if (register >= DumpLimits.CfiRegisters) return null;
        var cie = new CfiCommon { CodeAlignment = code, DataAlignment = data, ReturnAddressRegister = (int)register, AddressSize = width };
        return TryReadAugmentation(ref reader, augmentation, ref cie) ? cie with { Instructions = (reader.Position, reader.Remaining) } : null;
    }

    /// <summary>
    /// The augmentation: <c>z</c> gives the length of its data; <c>R</c> the encoding of entries' pointers, <c>L</c> that of language data, <c>P</c> a personality
    /// routine, <c>S</c> a signal frame, <c>B</c> and <c>G</c> marks of other machines. After a letter that is not known nothing can be read, which only
    /// <c>z</c> makes bearable.
    /// </summary>
    private bool TryReadAugmentation(ref SpanReader reader, string augmentation, ref CfiCommon cie)
    {
        if (augmentation.Length == 0 || augmentation == "eh") return true;
        if (augmentation[0] != 'z' || !reader.TryReadUleb128(out ulong size) || size > (ulong)reader.Remaining) return false;
        int end = reader.Position + (int)size;
        cie = cie with { HasAugmentationData = true };
        foreach (char letter in augmentation.AsSpan(1))
        {
            byte encoding = 0;
            switch (letter)
            {
                case 'R' when reader.TryReadU8(out encoding): cie = cie with { PointerEncoding = encoding }; break;
                case 'L' when reader.TryReadU8(out encoding): break;
                case 'P' when reader.TryReadU8(out encoding): SkipPointer(ref reader, encoding, cie.AddressSize); break;
                case 'S': cie = cie with { IsSignalFrame = true }; break;
                case 'B' or 'G': break;
                default: return reader.TrySeek(end);
            }
        }

        return reader.TrySeek(end);
    }

    private void SkipPointer(ref SpanReader reader, byte encoding, int width) => section.TryReadPointer(ref reader, encoding, width, out _);
}
