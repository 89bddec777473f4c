using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>Writes where variables are: expressions (DWARF 5, section 7.7.1) and lists of them (section 7.7.3).</summary>
internal sealed class LocationWriter
{
    private const int AddressOperation = 0x03;
    private const int RegisterOperation = 0x50;
    private const int FrameBaseOperation = 0x91;
    private const int CallFrameCfa = 0x9c;
    private const int StartLength = 0x08;
    private const int EndOfList = 0x00;

    private readonly bool _is64;
    private readonly int _word;

    public LocationWriter(bool is64)
    {
        _is64 = is64;
        _word = is64 ? 8 : 4;
        Lists.U32(0).U16(5).U8(_word).U8(0).U32(0);
    }

    /// <summary>.debug_loclists: one table for all units.</summary>
    public ImageBytes Lists { get; } = new();

    /// <summary>A function's frame base: the canonical frame address.</summary>
    public static byte[] FrameBase => [CallFrameCfa];

    /// <summary>A place in memory.</summary>
    public byte[] Address(ulong address) => new ImageBytes().U8(AddressOperation).Number(address, _word).ToArray();

    /// <summary>Says on a variable's entry where it is; nothing where the compiler removed it.</summary>
    public void Describe(Die die, SampleVariable variable, LinkedFunction function)
    {
        if (variable.FrameOffset is { } offset) die.With(At.Location, new ImageBytes().U8(FrameBaseOperation).Sleb(offset).ToArray());
        else if (variable.Register is { } register) die.With(At.Location, Form.SectionOffset, (ulong)List(function, register, variable.FromStep));
    }

    /// <summary>Ends the table.</summary>
    public void Finish() => Lists.Put(0, (ulong)(Lists.Length - 4), 4);

    /// <summary>The variable has the register until the register is given back.</summary>
    private int List(LinkedFunction function, Reg register, int fromStep)
    {
        int at = Lists.Length;
        int end = function.Function.Steps.FindIndex(fromStep, s => s.Instruction.Op == Op.Pop && s.Instruction.A == register);
        ulong start = function.AddressOf(fromStep);
        ulong length = function.AddressOf(end < 0 ? int.MaxValue : end) - start;
        Lists.U8(StartLength).Number(start, _word).Uleb(length).Uleb(1).U8(RegisterOperation + FrameWriter.Number(register, _is64)).U8(EndOfList);
        return at;
    }
}
