using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>An instruction with what is known of its place.</summary>
/// <param name="Instruction">The instruction.</param>
/// <param name="Module">The image, or null.</param>
/// <param name="Symbol">The symbol, or null.</param>
/// <param name="Offset">Bytes from the symbol's start; null where there is none.</param>
/// <param name="Source">The source line, or null.</param>
/// <param name="IsCurrent">Whether some frame stands here.</param>
public sealed record PlacedInstruction(DisassembledInstruction Instruction, string? Module, string? Symbol, ulong? Offset, SourceLine? Source, bool IsCurrent);

/// <summary>Instructions with their symbols and source lines; <c>=></c> where a frame stands.</summary>
public static class DisassemblyReport
{
    /// <summary><paramref name="count"/> instructions from an address on. <paramref name="current"/> are pcs to mark.</summary>
    public static IEnumerable<PlacedInstruction> Instructions(DumpTarget target, AddressSpace space, VirtualAddress start, int count, IReadOnlySet<VirtualAddress> current)
    {
        foreach (var instruction in Code(target, space, start).Take(count))
        {
            var at = instruction.Address;
            var place = SymbolText.Find(target, space, at);
            ulong? offset = place is var (_, s) ? unchecked(at.Value - s.Address.Value) : null;
            yield return new PlacedInstruction(instruction, place?.Module.Name, place?.Symbol.Name, offset, place?.Module.FindLine(at), current.Contains(at));
        }
    }

    /// <summary>The instructions from an address on without their places, each when it is asked for, without an end.</summary>
    public static IEnumerable<DisassembledInstruction> Code(DumpTarget target, AddressSpace space, VirtualAddress start)
    {
        var set = space.AddressBits == 32 ? InstructionSet.Ia32 : InstructionSet.Amd64;
        return new Disassembler(set, (a, bytes) => space.Read(a.Value, bytes), a => SymbolText.Describe(target, space, a)).Walk(start);
    }

    /// <summary>The same as text.</summary>
    public static IEnumerable<ReportLine> Lines(IEnumerable<PlacedInstruction> instructions)
    {
        PlacedInstruction? previous = null;
        foreach (var i in instructions)
        {
            if (i.Symbol is not null && (previous is null || previous.Symbol != i.Symbol || previous.Offset > i.Offset))
                yield return new ReportLine($"{i.Module}`{i.Symbol}:", LineStyle.Heading);
            if (i.Source is { } line && (line.Path != previous?.Source?.Path || line.Line != previous.Source.Line))
                yield return new ReportLine($"  {FrameText.Source(line)}", LineStyle.Detail);
            string offset = i.Offset is { } o ? $"<+{AddressText.Hex(o)}>" : "";
            string bytes = Convert.ToHexStringLower(i.Instruction.Bytes.Span);
            yield return new ReportLine($"{(i.IsCurrent ? "=>" : "  ")} {i.Instruction.Address} {offset,-9} {bytes,-20}  {i.Instruction.Text}", i.IsCurrent ? LineStyle.Alert : LineStyle.Plain);
            previous = i;
        }
    }
}
