using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>Writes .debug_frame (DWARF 5, section 6.4) from the shapes that the code builder kept: one row for each change.</summary>
internal sealed class FrameWriter(bool is64)
{
    private const int AdvanceLocation4 = 0x04;
    private const int Undefined = 0x07;
    private const int DefineCfa = 0x0c;
    private const int DefineCfaOffset = 0x0e;
    private const int AdvanceLocation = 0x40;
    private const int Offset = 0x80;
    private const int Restore = 0xc0;

    private readonly int _word = is64 ? 8 : 4;

    private int ReturnAddress => is64 ? 16 : 8;

    public byte[] Write(IEnumerable<LinkedFunction> functions)
    {
        var w = new ImageBytes();
        WriteCommon(w);
        foreach (var function in functions)
            if (!function.Function.IsAssembly || function.Function.IsOutermost) WriteFunction(w, function);
        return w.ToArray();
    }

    /// <summary>The register's number in call frame information (System V ABI, amd64: figure 3.36; i386: table 2.14).</summary>
    public static int Number(Reg register, bool is64)
    {
        if (!is64) return (int)register;
        return register switch
        {
            Reg.Rdx => 1,
            Reg.Rcx => 2,
            Reg.Rsi => 4,
            Reg.Rdi => 5,
            Reg.Rbp => 6,
            Reg.Rsp => 7,
            _ => (int)register,
        };
    }

    private void WriteCommon(ImageBytes w)
    {
        var body = new ImageBytes().U32(uint.MaxValue).U8(4).U8(0).U8(_word).U8(0).Uleb(1).Sleb(-_word).Uleb((ulong)ReturnAddress);
        body.U8(DefineCfa).Uleb((ulong)Number(Reg.Rsp, is64)).Uleb((ulong)_word).U8(Offset | ReturnAddress).Uleb(1);
        Entry(w, body);
    }

    private void WriteFunction(ImageBytes w, LinkedFunction linked)
    {
        var body = new ImageBytes().U32(0).Number(linked.Address, _word).Number((ulong)linked.Size, _word);
        if (linked.Function.IsOutermost) body.U8(Undefined).Uleb((ulong)ReturnAddress);
        var at = FrameShape.AtEntry(_word);
        int from = 0;
        for (int i = 0; i < linked.Function.Steps.Count && !linked.Function.IsAssembly; i++)
        {
            var shape = linked.Function.Steps[i].Shape;
            if (shape == at) continue;
            var changes = Changes(at, shape);
            if (changes.Length > 0)
            {
                Advance(body, linked.OffsetOf(i) - from);
                body.Bytes(changes.Span);
                from = linked.OffsetOf(i);
            }

            at = shape;
        }

        Entry(w, body);
    }

    private ImageBytes Changes(FrameShape before, FrameShape after)
    {
        var w = new ImageBytes();
        if (before.Base != after.Base) w.U8(DefineCfa).Uleb((ulong)Number(after.Base, is64)).Uleb((ulong)after.Offset);
        else if (before.Offset != after.Offset) w.U8(DefineCfaOffset).Uleb((ulong)after.Offset);
        foreach (var (register, offset) in after.Saved.Except(before.Saved)) w.U8(Offset | Number(register, is64)).Uleb((ulong)(-offset / _word));
        foreach (var (register, _) in before.Saved.Except(after.Saved)) w.U8(Restore | Number(register, is64));
        return w;
    }

    private static void Advance(ImageBytes w, int bytes)
    {
        if (bytes is > 0 and < 0x40) w.U8(AdvanceLocation | bytes);
        else if (bytes > 0) w.U8(AdvanceLocation4).U32((ulong)bytes);
    }

    private void Entry(ImageBytes w, ImageBytes body)
    {
        // With its length the entry fills whole words, as alignment asks; what is left are DW_CFA_nop.
        while ((body.Length + 4) % _word != 0) body.U8(0);
        w.U32((ulong)body.Length).Bytes(body.Span);
    }
}
