using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>
/// Instructions by the lines of one source file: each on its own line, and on those that call the inlined functions that it is a part of. What debug
/// information says of a function is asked once, not for each instruction.
/// </summary>
/// <param name="module">The image.</param>
/// <param name="path">The source file.</param>
/// <param name="most">How often to put an instruction on a line.</param>
/// <param name="lastLine">Lines beyond this are left out.</param>
internal sealed class LinedCode(Module module, string path, int most, int lastLine)
{
    private readonly SortedDictionary<int, List<DisassembledInstruction>> _lines = [];
    private int _placed;

    /// <summary>The instructions of each line, in the order in which they were added.</summary>
    public IReadOnlyDictionary<int, List<DisassembledInstruction>> Lines => _lines;

    /// <summary>Whether something had to be left out.</summary>
    public bool IsFull => _placed >= most;

    /// <summary>Adds a function's instructions, which ascend.</summary>
    public void Add(VirtualAddress function, IEnumerable<DisassembledInstruction> instructions, CancellationToken cancel)
    {
        var code = new List<DisassembledInstruction>();
        var own = new Dictionary<int, SortedSet<int>>();
        foreach (var i in instructions)
        {
            cancel.ThrowIfCancellationRequested();
            if (module.FindLine(i.Address) is { } line) Put(own, line, code.Count);
            code.Add(i);
        }

        foreach (var call in module.Dwarf?.FindInlinedCalls(function) ?? [])
        {
            cancel.ThrowIfCancellationRequested();
            if (call.CallSite.Path != path) continue;
            foreach (var range in call.Code)
            {
                if (IsFull) break;
                for (int i = FirstFrom(code, range.Start); i < code.Count && range.Contains(code[i].Address); i++) Put(own, call.CallSite, i);
            }
        }

        foreach (var (line, indexes) in own)
        {
            if (!_lines.TryGetValue(line, out var there)) _lines[line] = there = [];
            there.AddRange(indexes.Select(i => code[i]));
        }
    }

    private void Put(Dictionary<int, SortedSet<int>> own, SourceLine line, int index)
    {
        if (IsFull || line.Line < 1 || line.Line > lastLine || line.Path != path) return;
        if (!own.TryGetValue(line.Line, out var there)) own[line.Line] = there = [];

        // Counted also where it is there already: damaged debug information can say the same without end.
        there.Add(index);
        _placed++;
    }

    /// <summary>The index of the first instruction that begins at an address or after it.</summary>
    private static int FirstFrom(List<DisassembledInstruction> code, VirtualAddress address)
    {
        int low = 0;
        int high = code.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (code[middle].Address < address) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
