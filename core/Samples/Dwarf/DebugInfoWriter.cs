using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>Writes the debug sections of an image: one unit for each source file, as a compiler makes them.</summary>
internal sealed class DebugInfoWriter
{
    private const ulong LanguageC11 = 0x1d;
    private const ulong LanguageAssembler = 0x8001;
    private const ulong Inlined = 1;
    private const string Assembler = "GNU AS 2.40";

    private readonly CodeImage _image;
    private readonly string _folder;
    private readonly string _producer;
    private readonly int _word;
    private readonly StringTable _strings = new();
    private readonly StringTable _lineStrings = new();
    private readonly DieWriter _dies;
    private readonly LineProgramWriter _lines;
    private readonly LocationWriter _locations;
    private readonly ImageBytes _ranges = new();

    public DebugInfoWriter(CodeImage image, string folder, string producer)
    {
        _image = image;
        _folder = folder;
        _producer = producer;
        _word = image.Is64 ? 8 : 4;
        _dies = new DieWriter(_word, _strings);
        _lines = new LineProgramWriter(_word, _lineStrings);
        _locations = new LocationWriter(image.Is64);
    }

    /// <summary>The sections by name.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Write()
    {
        foreach (var unit in _image.Functions.GroupBy(f => f.Function.File)) WriteUnit(unit.Key, [.. unit]);
        var files = _image.Functions.Select(f => f.Function.File).ToHashSet();
        foreach (string file in _image.Data.Select(d => d.File).OfType<string>().Where(f => !files.Contains(f)).Distinct()) WriteDataUnit(file);
        _dies.Finish();
        _locations.Finish();
        return
        [
            (".debug_info", _dies.Info.ToArray()), (".debug_abbrev", _dies.Abbreviations.ToArray()), (".debug_line", _lines.Bytes.ToArray()),
            (".debug_str", _strings.Bytes.ToArray()), (".debug_line_str", _lineStrings.Bytes.ToArray()), (".debug_aranges", _ranges.ToArray()),
            (".debug_loclists", _locations.Lists.ToArray()), (".debug_frame", new FrameWriter(_image.Is64).Write(_image.Functions)),
        ];
    }

    private void WriteUnit(string file, IReadOnlyList<LinkedFunction> functions)
    {
        string[] files = [file, .. functions.SelectMany(f => f.Function.Inlined).Select(i => i.File).Where(f => f != file).Distinct()];
        int table = _lines.WriteUnit(_folder, files, functions);
        ulong low = functions[0].Address, high = functions[^1].AddressOf(int.MaxValue);
        bool assembly = file.EndsWith(".S", StringComparison.Ordinal);
        var root = Root(file, assembly ? LanguageAssembler : LanguageC11)
            .With(At.LowPc, Form.Address, low).With(At.HighPc, Form.UData, high - low).With(At.StatementList, Form.SectionOffset, (ulong)table);
        if (!assembly) FillUnit(root, file, files, functions);
        WriteRanges(_dies.WriteUnit(root), low, high - low);
    }

    /// <summary>A source file that has variables only.</summary>
    private void WriteDataUnit(string file)
    {
        var root = Root(file, LanguageC11);
        AddVariables(root, new TypeDies(root), file);
        _dies.WriteUnit(root);
    }

    private Die Root(string file, ulong language) => new Die(Tag.CompileUnit)
        .With(At.Producer, language == LanguageC11 ? _producer : Assembler).With(At.Language, Form.Data2, language)
        .With(At.Name, file).With(At.CompilationDirectory, _folder);

    private void FillUnit(Die root, string file, string[] files, IReadOnlyList<LinkedFunction> functions)
    {
        var types = new TypeDies(root);
        AddVariables(root, types, file);
        var abstracts = new Dictionary<string, Die>();
        foreach (var function in functions) AddFunction(root, types, files, abstracts, function);
    }

    private void AddVariables(Die root, TypeDies types, string file)
    {
        foreach (var datum in _image.Data.Where(d => d.File == file && d.Type is not null))
        {
            root.Children.Add(new Die(Tag.Variable).With(At.Name, datum.Name).With(At.Type, types.Of(datum.Type!))
                .Flag(At.External).With(At.Location, _locations.Address(datum.Address)));
        }
    }

    private void AddFunction(Die root, TypeDies types, string[] files, Dictionary<string, Die> abstracts, LinkedFunction linked)
    {
        var function = linked.Function;
        var die = new Die(Tag.Subprogram).With(At.Name, function.Name[(function.Name.IndexOf('#', StringComparison.Ordinal) + 1)..])
            .With(At.DeclarationFile, Form.Data1, 1).With(At.DeclarationLine, Form.Data2, (ulong)function.DeclarationLine)
            .Flag(At.Prototyped).With(At.LowPc, Form.Address, linked.Address).With(At.HighPc, Form.UData, (ulong)linked.Size)
            .With(At.FrameBase, LocationWriter.FrameBase);
        if (!function.IsStatic) die.Flag(At.External);
        if (function.Returns is { } returns) die.With(At.Type, types.Of(returns));
        foreach (var variable in function.Variables) die.Children.Add(VariableDie(types, linked, variable));
        foreach (var call in function.Inlined)
        {
            if (!abstracts.TryGetValue(call.Name, out var origin)) abstracts[call.Name] = origin = AbstractDie(root, files, call);
            ulong start = linked.AddressOf(call.FirstStep);
            die.Children.Add(new Die(Tag.InlinedSubroutine).With(At.AbstractOrigin, origin)
                .With(At.LowPc, Form.Address, start).With(At.HighPc, Form.UData, linked.AddressOf(call.EndStep) - start)
                .With(At.CallFile, Form.Data1, 1).With(At.CallLine, Form.Data2, (ulong)call.CallLine));
        }

        root.Children.Add(die);
    }

    private Die VariableDie(TypeDies types, LinkedFunction linked, SampleVariable variable)
    {
        var die = new Die(variable.IsParameter ? Tag.FormalParameter : Tag.Variable).With(At.Name, variable.Name)
            .With(At.DeclarationFile, Form.Data1, 1).With(At.DeclarationLine, Form.Data2, (ulong)variable.Line).With(At.Type, types.Of(variable.Type));
        _locations.Describe(die, variable, linked);
        return die;
    }

    private static Die AbstractDie(Die root, string[] files, InlinedCall call)
    {
        var die = new Die(Tag.Subprogram).With(At.Name, call.Name).With(At.DeclarationFile, Form.Data1, (ulong)Array.IndexOf(files, call.File) + 1)
            .With(At.DeclarationLine, Form.Data2, (ulong)call.DeclarationLine).With(At.Inline, Form.Data1, Inlined);
        root.Children.Add(die);
        return die;
    }

    /// <summary>DWARF 5, section 6.1.2: one range for the unit, then a pair of zeros.</summary>
    private void WriteRanges(int unit, ulong start, ulong length)
    {
        int at = _ranges.Length;
        _ranges.U32(0).U16(2).U32((ulong)unit).U8(_word).U8(0).Align(2 * _word);
        _ranges.Number(start, _word).Number(length, _word).Zeros(2 * _word);
        _ranges.Put(at, (ulong)(_ranges.Length - at - 4), 4);
    }
}
