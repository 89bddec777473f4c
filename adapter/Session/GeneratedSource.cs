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
    /// <summary>Of a function: what is larger is no function, but a symbol that nothing follows.</summary>
    private const int MaxInstructions = 20_000;

    /// <summary>Of a text: a larger one would choke the client.</summary>
    private const int MaxPlaced = 200_000;

    /// <summary>A line number beyond this is damage, and would only make an enormous text.</summary>
    private const int MaxLine = 200_000;

    private const ulong BytesWithoutSize = 256;

    /// <summary>Key under which frames of the same function share one text.</summary>
    public string Key { get; } = $"{module.Name}`{function?.Address}`{path}";

    /// <summary>The text.</summary>
    public string Text(CancellationToken cancel) => path is null ? Listing(function!, cancel) : ByLine(cancel);

    /// <summary>The line in a listing, from 1, of the instruction that covers an address.</summary>
    public int LineOf(VirtualAddress address) => Math.Max(2, 1 + Instructions(function!).TakeWhile(i => i.Address <= address).Count());

    private IEnumerable<DisassembledInstruction> Instructions(Symbol of)
    {
        ulong size = of.Size > 0 ? of.Size : module.Symbols.NextBoundary(of.Address) is { } end ? end.Value - of.Address.Value : BytesWithoutSize;
        return DisassemblyReport.Code(target, space, of.Address)
            .TakeWhile(i => unchecked(i.Address.Value - of.Address.Value) < size && i.Text != DisassembledInstruction.Absent)
            .Take(MaxInstructions);
    }

    /// <summary>The functions whose instructions the text has: the one, or all that begin in the source file, which is where its rows of the line table lead.</summary>
    private IEnumerable<Symbol> Functions(CancellationToken cancel)
    {
        if (function is not null) return [function];
        return (module.Dwarf?.CodeOf(path!, cancel) ?? []).Distinct()
            .Select(a => module.Symbols.Find(a) is { Kind: SymbolKind.Function } symbol && symbol.Address == a ? symbol : null)
            .OfType<Symbol>().OrderBy(s => s.Address);
    }

    private string Listing(Symbol of, CancellationToken cancel)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{module.Name}`{of.Name}:\n");
        foreach (var i in Instructions(of))
        {
            cancel.ThrowIfCancellationRequested();
            text.Append(CultureInfo.InvariantCulture, $"{i.Address}  {i.Text}\n");
        }

        return text.ToString();
    }

    private string ByLine(CancellationToken cancel)
    {
        string whose = function?.Name ?? Path.GetFileName(path!);
        var lines = new LinedCode(module, path!, MaxPlaced, MaxLine);
        foreach (var one in Functions(cancel))
        {
            if (lines.IsFull) break;
            lines.Add(one.Address, Instructions(one), cancel);
        }

        if (lines.Lines.Count == 0) return $"// The source is not in the dump, and no function of {module.Name} begins in {whose}.\n";
        var text = new StringBuilder();
        int at = 1;
        foreach (var (number, instructions) in lines.Lines)
        {
            for (; at < number; at++) text.Append(at == 1 ? $"// The source is not in the dump. Each line: the instructions of {whose} compiled from it.\n" : "\n");
            text.AppendJoin(";  ", instructions.Select(i => $"{i.Address} {i.Text}")).Append('\n');
            at++;
        }

        if (lines.IsFull) text.Append(CultureInfo.InvariantCulture, $"// This is not all: a text ends after {MaxPlaced} instructions.\n");
        return text.ToString();
    }
}
