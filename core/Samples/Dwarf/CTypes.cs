namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>The base types of one C compiler and the pointers made from them.</summary>
internal sealed class CTypes(int word)
{
    private const int Boolean = 2;
    private const int Signed = 5;
    private const int SignedChar = 6;
    private const int Unsigned = 7;
    private const int UnsignedChar = 8;

    private readonly Dictionary<SampleType, PointerSampleType> _pointers = [];

    public int Word { get; } = word;

    public SampleType Bool { get; } = new BaseSampleType("_Bool", 1, Boolean);

    public SampleType Char { get; } = new BaseSampleType("char", 1, SignedChar);

    public SampleType U8 { get; } = new TypedefSampleType("uint8_t", new BaseSampleType("unsigned char", 1, UnsignedChar));

    public SampleType U16 { get; } = new TypedefSampleType("uint16_t", new BaseSampleType("short unsigned int", 2, Unsigned));

    public SampleType U32 { get; } = new TypedefSampleType("uint32_t", new BaseSampleType("unsigned int", 4, Unsigned));

    public SampleType U64 { get; } = new TypedefSampleType("uint64_t", new BaseSampleType(word == 8 ? "long unsigned int" : "long long unsigned int", 8, Unsigned));

    public SampleType Int { get; } = new BaseSampleType("int", 4, Signed);

    public SampleType UInt { get; } = new BaseSampleType("unsigned int", 4, Unsigned);

    public SampleType ULong { get; } = new BaseSampleType("long unsigned int", word, Unsigned);

    public SampleType VoidPointer { get; } = new PointerSampleType(null, word);

    public SampleType PointerTo(SampleType target)
    {
        if (!_pointers.TryGetValue(target, out var pointer)) _pointers[target] = pointer = new PointerSampleType(target, Word);
        return pointer;
    }

    public static SampleType ArrayOf(SampleType element, int count) => new ArraySampleType(element, count);
}
