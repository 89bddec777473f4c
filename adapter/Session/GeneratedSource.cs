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
/// <param name="function">The function.</param>
/// <param name="path">The source file; null for a listing.</param>
internal sealed class GeneratedSource(DumpTarget target, AddressSpace space, Module module, Symbol function, string? path)
{
    private const int MaxInstructions = 4000;

    /// <summary>A line number beyond this is damage, and would only make an enormous text.</summary>
    private const int MaxLine = 200_000;

    private const ulong BytesWithoutSize = 256;

    /// <summary>Key under which frames of the same function share one text.</summary>
    public string Key { get; } = $"{module.Name}`{function.Address}`{path}";

    /// <summary>The text.</summary>
    public string Text() => path is null ? Listing() : ByLine();

    /// <summary>The line of an instruction in a listing, from 1.</summary>
    public int LineOf(VirtualAddress pc) => 2 + Instructions().TakeWhile(i => i.Instruction.Address < pc).Count();

    private IEnumerable<PlacedInstruction> Instructions()
    {
        ulong size = function.Size > 0 ? function.Size : module.Symbols.NextBoundary(function.Address) is { } end ? end.Value - function.Address.Value : BytesWithoutSize;
        return DisassemblyReport.Instructions(target, space, function.Address, MaxInstructions, new HashSet<VirtualAddress>())
            .TakeWhile(i => unchecked(i.Instruction.Address.Value - function.Address.Value) < size && i.Instruction.Text != DisassembledInstruction.Absent);
    }

    private string Listing()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{module.Name}`{function.Name}:\n");
        foreach (var i in Instructions()) text.Append(CultureInfo.InvariantCulture, $"{i.Instruction.Address}  {i.Instruction.Text}\n");
        return text.ToString();
    }

    private string ByLine()
    {
        var lines = new SortedDictionary<int, List<string>>();
        foreach (var i in Instructions())
        {
            if (i.Source is not { } source || source.Path != path || source.Line is < 1 or > MaxLine) continue;
            if (!lines.TryGetValue(source.Line, out var there)) lines[source.Line] = there = [];
            there.Add($"{i.Instruction.Address} {i.Instruction.Text}");
        }

        var text = new StringBuilder();
        int at = 1;
        foreach (var (number, instructions) in lines)
        {
            for (; at < number; at++) text.Append(at == 1 ? $"// The source is not in the dump. Each line: the instructions of {function.Name} compiled from it.\n" : "\n");
            text.Append(string.Join(";  ", instructions)).Append('\n');
            at++;
        }

        return text.ToString();
    }
}
