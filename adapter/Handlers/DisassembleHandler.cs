using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>disassemble: exactly as many instructions as asked for, also before an address. Bytes that are no code or not in the dump are marked invalid.</summary>
internal sealed class DisassembleHandler()
    : RequestHandler<DisassembleArguments, DisassembleBody>("disassemble", DapJson.Default.DisassembleArguments, DapJson.Default.DisassembleBody)
{
    private const int MostAtOnce = 10_000;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsDisassembleRequest = true;

    /// <inheritdoc/>
    protected override DisassembleBody Answer(DapSession session, DisassembleArguments arguments, CancellationToken cancel)
    {
        if (arguments.InstructionCount is < 0 or > MostAtOnce) throw new DapException(DapErrors.BadArguments, $"0 to {MostAtOnce} instructions can be asked for at once.");
        if (arguments.InstructionOffset is < -MostAtOnce or > MostAtOnce) throw new DapException(DapErrors.BadArguments, $"An instruction offset is between -{MostAtOnce} and {MostAtOnce}.");
        var place = session.Memory.Place(arguments.MemoryReference);
        var start = new VirtualAddress(unchecked(place.Address + (ulong)(arguments.Offset ?? 0)));
        var lines = Lines(session, place.Space, start, (int)(arguments.InstructionOffset ?? 0), (int)arguments.InstructionCount);
        return new DisassembleBody([.. lines.Select(l => Shape(session, place.Space, l))]);
    }

    private static IEnumerable<DisassembledInstruction> Lines(DapSession session, AddressSpace space, VirtualAddress start, int offset, int count)
    {
        var set = space.AddressBits == 32 ? InstructionSet.Ia32 : InstructionSet.Amd64;
        var disassembler = new Disassembler(set, (at, bytes) => space.Read(at.Value, bytes), at => SymbolText.Describe(session.Target, space, at));
        if (offset >= 0) return disassembler.Disassemble(start, checked(offset + count)).Skip(offset);
        var before = disassembler.DisassembleBefore(start, -offset, at => SymbolText.Find(session.Target, space, at)?.Symbol.Address);
        return before.Concat(count > before.Count ? disassembler.Disassemble(start, count - before.Count) : []).Take(count);
    }

    private static InstructionBody Shape(DapSession session, AddressSpace space, DisassembledInstruction line)
    {
        var found = SymbolText.Find(session.Target, space, line.Address);
        var source = found?.Module.FindLine(line.Address);
        return new InstructionBody
        {
            // A number: clients compute with it, and compare it with the instructionPointerReference of frames.
            Address = line.Address.ToString(),
            InstructionBytes = line.Bytes.IsEmpty ? null : string.Join(' ', line.Bytes.ToArray().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))),
            Instruction = line.Text,
            Symbol = found is var (_, symbol) && symbol.Address == line.Address ? symbol.Name : null,
            Location = source is { Line: > 0 } ? new SourceBody { Name = Path.GetFileName(source.Path), Path = source.Path, PresentationHint = "deemphasize" } : null,
            Line = source is { Line: > 0 } ? source.Line : null,
            PresentationHint = line.IsValid ? null : "invalid",
        };
    }
}
