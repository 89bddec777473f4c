using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>A function in its place.</summary>
internal sealed class LinkedFunction(FunctionBuilder function, ulong address, int[] offsets, int size)
{
    public FunctionBuilder Function { get; } = function;

    public ulong Address { get; } = address;

    /// <summary>Bytes of its code.</summary>
    public int Size { get; } = size;

    /// <summary>Address of a step; the one behind the last is the function's end.</summary>
    public ulong AddressOf(int step) => Address + (ulong)(step < offsets.Length ? offsets[step] : Size);

    public int OffsetOf(int step) => step < offsets.Length ? offsets[step] : Size;
}

/// <summary>A variable of the image.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Section">The section it is in.</param>
/// <param name="Type">Its type, where the debug information declares it.</param>
/// <param name="File">The source file that it is declared in.</param>
internal sealed record DataSymbol(string Name, ulong Address, int Size, string Section, SampleType? Type, string? File);

/// <summary>A section of the image that is in memory.</summary>
internal sealed record ImageSection(string Name, ulong Address, ReadOnlyMemory<byte> Bytes, bool IsCode, bool IsWritable, bool IsNote);

/// <summary>An image as a linker makes it: code, constants and variables at their addresses, every reference resolved.</summary>
internal sealed class CodeImage
{
    private readonly Dictionary<ulong, (LinkedFunction, int)> _steps = [];

    public required bool Is64 { get; init; }

    public required IReadOnlyList<LinkedFunction> Functions { get; init; }

    public required IReadOnlyList<DataSymbol> Data { get; init; }

    public required IReadOnlyList<ImageSection> Sections { get; init; }

    public required IReadOnlyDictionary<string, ulong> Symbols { get; init; }

    public ulong Start => Sections[0].Address;

    public ulong End => Sections[^1].Address + (ulong)Sections[^1].Bytes.Length;

    /// <summary>The address of a symbol.</summary>
    public ulong this[string symbol] => Symbols[symbol];

    /// <summary>The instruction that starts at an address; null where none does.</summary>
    public (LinkedFunction Function, int Step)? StepAt(ulong address)
    {
        if (_steps.Count == 0)
        {
            foreach (var f in Functions)
                for (int i = 0; i < f.Function.Steps.Count; i++) _steps[f.AddressOf(i)] = (f, i);
        }

        return _steps.TryGetValue(address, out var found) ? found : null;
    }
}
