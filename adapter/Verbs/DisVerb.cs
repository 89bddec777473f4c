using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump dis</c>.</summary>
internal sealed class DisVerb : DumpVerb
{
    private const int DefaultCount = 16;
    private const int LongestFunction = 2000;

    private readonly Argument<string?> _address = new("ADDRESS") { Description = "a symbol, 0x…, an expression; where the CPU stopped, if left out", Arity = ArgumentArity.ZeroOrOne };
    private readonly Argument<string?> _count = new("COUNT") { Description = "instructions; a whole function, or 16", Arity = ArgumentArity.ZeroOrOne };
    private readonly PlaceArgument _place;

    /// <summary>The verb.</summary>
    public DisVerb(VerbHost host) : base(host, "dis", "Instructions with symbols and source lines; => where a frame of the crash stands.",
        "xendump dis vmcore machine_halt", "xendump dis vmcore 0xffffffff80102139 20", "xendump dis vmcore --frame 3")
    {
        Command.Arguments.Add(_address);
        Command.Arguments.Add(_count);
        _place = new PlaceArgument(Command);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        int? count = Count(arguments.GetValue(_count));
        var at = _place.Resolve(target, arguments, arguments.GetValue(_address) ?? "$pc", followNames: true, cancel);
        if (at.Space.Read(at.Address, new byte[1]) == 0) throw new UsageException($"No code can be read at {at}: {at.Space.Explain(at.Address).Text}.");
        var instructions = DisassemblyReport.Instructions(target, at.Space, new VirtualAddress(at.Address), count ?? LongestFunction, FramesAt(target, at.Space, cancel));
        if (count is null) instructions = Whole(target, at, instructions);
        if (json) PrintJson(DisJson.Of(at.Space, instructions), JsonOutput.Shapes.DisJson);
        else Print(DisassemblyReport.Lines(instructions));
        return ExitCode.Ok;
    }

    // A function that is named is shown to its end; any other place for a screen.
    private static IEnumerable<PlacedInstruction> Whole(DumpTarget target, Location at, IEnumerable<PlacedInstruction> instructions)
    {
        var start = new VirtualAddress(at.Address);
        if (SymbolText.Find(target, at.Space, start) is not var (module, symbol) || symbol.Address != start) return instructions.Take(DefaultCount);
        var end = symbol.Size > 0 ? start + symbol.Size : module.Symbols.NextBoundary(start) ?? start;
        ulong length = unchecked(end.Value - start.Value);
        return length == 0 ? instructions.Take(DefaultCount) : instructions.TakeWhile(i => unchecked(i.Instruction.Address.Value - start.Value) < length);
    }

    private static HashSet<VirtualAddress> FramesAt(DumpTarget target, AddressSpace space, CancellationToken cancel)
    {
        var crashed = target.Threads.FirstOrDefault(t => t.IsPanicking) ?? (target.Threads.Count > 0 ? target.Threads[0] : null);
        return crashed is null ? [] : [.. crashed.Stack(cancel).Frames.Where(f => f.Context.Space == space).Select(f => f.Pc)];
    }

    private static int? Count(string? text)
    {
        if (text is null) return null;
        if (!NumberText.TryParse(text, out ulong count)) throw new UsageException($"COUNT must be a number of instructions, not \"{text}\".");
        return count <= DumpLimits.ShownInstructions ? (int)count : throw new UsageException($"At most {DumpLimits.ShownInstructions} instructions are shown at once.");
    }
}
