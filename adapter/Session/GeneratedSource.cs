using System.Globalization;
using System.Text;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>
/// A text that stands for source code that is not in the dump. For a function with line numbers it has as many lines as the source file, and on each the
/// instructions that were compiled from it, so that a client's line numbers are the real ones; for one without, a listing.
/// </summary>
/// <param name="target">The dump.</param>
/// <param name="space">The function's address space.</param>
/// <param name="module">Its image.</param>
/// <param name="function">The function; null for all that the source file has.</param>
/// <param name="path">The source file; null for a listing.</param>
internal sealed class GeneratedSource(DumpTarget target, AddressSpace space, Module module, Symbol? function, string? path)
{
    private const int MaxInstructions = 4000;

    /// <summary>Of a whole source file.</summary>
    private const int MaxFunctions = 2000;

    /// <summary>A line number beyond this is damage, and would only make an enormous text.</summary>
    private const int MaxLine = 200_000;

    private const ulong BytesWithoutSize = 256;

    /// <summary>Key under which frames of the same function share one text.</summary>
    public string Key { get; } = $"{module.Name}`{function?.Address}`{path}";

    /// <summary>The text.</summary>
    public string Text(CancellationToken cancel) => path is null ? Listing(function!) : ByLine(cancel);

    /// <summary>The line in a listing, from 1, of the instruction that covers an address.</summary>
    public int LineOf(VirtualAddress address) => Math.Max(2, 1 + Instructions(function!).TakeWhile(i => i.Instruction.Address <= address).Count());

    private IEnumerable<PlacedInstruction> Instructions(Symbol of)
    {
        ulong size = of.Size > 0 ? of.Size : module.Symbols.NextBoundary(of.Address) is { } end ? end.Value - of.Address.Value : BytesWithoutSize;
        return DisassemblyReport.Instructions(target, space, of.Address, MaxInstructions, new HashSet<VirtualAddress>())
            .TakeWhile(i => unchecked(i.Instruction.Address.Value - of.Address.Value) < size && i.Instruction.Text != DisassembledInstruction.Absent);
    }

    /// <summary>The functions whose instructions the text has: the one, or all that begin in the source file.</summary>
    private IEnumerable<Symbol> Functions() => function is not null
        ? [function]
        : module.Symbols.All.Where(s => s.Kind == SymbolKind.Function && module.FindLine(s.Address)?.Path == path).DistinctBy(s => s.Address).Take(MaxFunctions);

    private string Listing(Symbol of)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{module.Name}`{of.Name}:\n");
        foreach (var i in Instructions(of)) text.Append(CultureInfo.InvariantCulture, $"{i.Instruction.Address}  {i.Instruction.Text}\n");
        return text.ToString();
    }

    private string ByLine(CancellationToken cancel)
    {
        var lines = new SortedDictionary<int, List<string>>();
        foreach (var i in Functions().SelectMany(Instructions))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (int line in LinesOf(i))
            {
                if (!lines.TryGetValue(line, out var there)) lines[line] = there = [];
                there.Add($"{i.Instruction.Address} {i.Instruction.Text}");
            }
        }

        string whose = function?.Name ?? Path.GetFileName(path!);
        if (lines.Count == 0) return $"// The source is not in the dump, and no function of {module.Name} begins in {whose}.\n";
        var text = new StringBuilder();
        int at = 1;
        foreach (var (number, instructions) in lines)
        {
            for (; at < number; at++) text.Append(at == 1 ? $"// The source is not in the dump. Each line: the instructions of {whose} compiled from it.\n" : "\n");
            text.Append(string.Join(";  ", instructions)).Append('\n');
            at++;
        }

        return text.ToString();
    }

    /// <summary>The lines of this file that an instruction belongs to: its own, and those that call the inlined functions that it is a part of.</summary>
    private IEnumerable<int> LinesOf(PlacedInstruction instruction)
    {
        var calls = module.Dwarf?.FindFunctions(instruction.Instruction.Address).Select(f => f.CallSite) ?? [];
        return calls.Prepend(instruction.Source).OfType<SourceLine>().Where(s => s.Path == path && s.Line is >= 1 and <= MaxLine).Select(s => s.Line).Distinct();
    }
}
