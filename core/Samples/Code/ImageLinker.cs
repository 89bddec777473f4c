using System.Security.Cryptography;
using XenDumpAdapter.Core.Samples.Dwarf;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Code;

/// <summary>Collects functions and variables and lays them out: code first, then constants with the build id note, then variables.</summary>
internal sealed class ImageLinker(ulong start, bool is64)
{
    private const int Page = 4096;
    private const int FunctionAlignment = 16;
    private const int BuildIdBytes = 20;
    private const int NoteRoom = 64;
    private const byte Padding = 0xcc;

    private readonly List<FunctionBuilder> _functions = [];
    private readonly List<Datum> _constants = [];
    private readonly List<Datum> _variables = [];
    private readonly InstructionEncoder _encoder = new(is64);

    public bool Is64 => is64;

    private sealed record Datum(string Name, int Size, int Alignment, byte[]? Bytes, SampleType? Type, string? File);

    public FunctionBuilder Function(string name, string file, int line, SampleType? returns = null) => Add(new FunctionBuilder(name, file, line, is64) { Returns = returns });

    public FunctionBuilder StaticFunction(string name, string file, int line, SampleType? returns = null) =>
        Add(new FunctionBuilder(name, file, line, is64) { IsStatic = true, Returns = returns });

    public FunctionBuilder Assembly(string name, string file, int line, bool outermost = false) =>
        Add(new FunctionBuilder(name, file, line, is64) { IsAssembly = true, IsOutermost = outermost });

    /// <summary>A constant text.</summary>
    public void Text(string name, string text) => _constants.Add(new Datum(name, text.Length + 1, 1, [.. System.Text.Encoding.Latin1.GetBytes(text), 0], null, null));

    /// <summary>A variable, all zeros.</summary>
    public void Variable(string name, SampleType type, string file, int? alignment = null) =>
        _variables.Add(new Datum(name, type.Size, alignment ?? type.Alignment, null, type, file));

    /// <summary>Room that has a name and no type.</summary>
    public void Room(string name, int bytes, int alignment = 8) => _variables.Add(new Datum(name, bytes, alignment, null, null, null));

    /// <summary>Puts everything in its place.</summary>
    public CodeImage Link()
    {
        var symbols = new Dictionary<string, ulong>(StringComparer.Ordinal);
        var functions = PlaceFunctions(symbols, out ulong end);
        var data = new List<DataSymbol>();
        ulong constantsAt = NextPage(end);
        byte[] constants = Place(_constants, ".rodata", constantsAt, symbols, data);
        ulong variablesAt = NextPage(constantsAt + (ulong)(constants.Length + NoteRoom));
        byte[] variables = Place(_variables, ".data", variablesAt, symbols, data);
        byte[] code = Encode(functions, symbols, (int)(end - start));
        ulong noteAt = constantsAt + (ulong)(constants.Length + 3 & ~3);
        byte[] note = BuildIdNote([.. code, .. constants]);
        return new CodeImage
        {
            Is64 = is64,
            Functions = functions,
            Data = data,
            Symbols = symbols,
            Sections =
            [
                new ImageSection(".text", start, code, IsCode: true, IsWritable: false, IsNote: false),
                new ImageSection(".rodata", constantsAt, constants, IsCode: false, IsWritable: false, IsNote: false),
                new ImageSection(".note.gnu.build-id", noteAt, note, IsCode: false, IsWritable: false, IsNote: true),
                new ImageSection(".data", variablesAt, variables, IsCode: false, IsWritable: true, IsNote: false),
            ],
        };
    }

    /// <summary>The note that names a build by its contents (NT_GNU_BUILD_ID of binutils: type 3, twenty bytes).</summary>
    private static byte[] BuildIdNote(byte[] contents) =>
        new ImageBytes().U32(4).U32(BuildIdBytes).U32(3).Text("GNU").Bytes(SHA256.HashData(contents).AsSpan(0, BuildIdBytes)).ToArray();

    private static ulong NextPage(ulong address) => address + (Page - 1) & ~(ulong)(Page - 1);

    private static byte[] Place(List<Datum> data, string section, ulong start, Dictionary<string, ulong> symbols, List<DataSymbol> placed)
    {
        var bytes = new ImageBytes();
        foreach (var datum in data)
        {
            bytes.Align(datum.Alignment);
            ulong address = start + (ulong)bytes.Length;
            symbols.Add(datum.Name, address);
            placed.Add(new DataSymbol(datum.Name, address, datum.Size, section, datum.Type, datum.File));
            if (datum.Bytes is { } content) bytes.Bytes(content);
            else bytes.Zeros(datum.Size);
        }

        return bytes.ToArray();
    }

    private List<LinkedFunction> PlaceFunctions(Dictionary<string, ulong> symbols, out ulong end)
    {
        var placed = new List<LinkedFunction>();
        ulong at = start;
        foreach (var function in _functions.GroupBy(f => f.File).SelectMany(g => g))
        {
            at = at + (FunctionAlignment - 1) & ~(ulong)(FunctionAlignment - 1);
            int[] offsets = new int[function.Steps.Count];
            int size = 0;
            for (int i = 0; i < offsets.Length; i++)
            {
                offsets[i] = size;
                size += _encoder.LengthOf(function.Steps[i].Instruction);
            }

            symbols.Add(function.Name, at);
            placed.Add(new LinkedFunction(function, at, offsets, size));
            at += (ulong)size;
        }

        end = at;
        return placed;
    }

    private byte[] Encode(List<LinkedFunction> functions, Dictionary<string, ulong> symbols, int length)
    {
        byte[] code = new byte[length];
        code.AsSpan().Fill(Padding);
        foreach (var linked in functions)
        {
            for (int i = 0; i < linked.Function.Steps.Count; i++)
            {
                var instruction = linked.Function.Steps[i].Instruction;
                byte[] bytes = _encoder.Encode(instruction, linked.AddressOf(i + 1), TargetOf(linked, instruction.Target, symbols));
                bytes.CopyTo(code, (int)(linked.AddressOf(i) - start));
            }
        }

        return code;
    }

    /// <summary>What an instruction refers to: a label of its function, or a symbol.</summary>
    public static ulong TargetOf(LinkedFunction function, string? target, IReadOnlyDictionary<string, ulong> symbols)
    {
        if (target is null) return 0;
        return function.Function.Labels.TryGetValue(target, out int step) ? function.AddressOf(step) : symbols[target];
    }

    private FunctionBuilder Add(FunctionBuilder function)
    {
        _functions.Add(function);
        return function;
    }
}
