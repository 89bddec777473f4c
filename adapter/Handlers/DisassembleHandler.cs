using System.Globalization;
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
        var place = session.Memory.Place(arguments.MemoryReference, arguments.Offset ?? 0);
        bool symbols = arguments.ResolveSymbols != false;
        var lines = Lines(session, place, (int)(arguments.InstructionOffset ?? 0), (int)arguments.InstructionCount, symbols, cancel);
        return new DisassembleBody([.. lines.Select(l => Shape(session, place.Space, l, symbols))]);
    }

    private static IEnumerable<DisassembledInstruction> Lines(DapSession session, Location place, int offset, int count, bool symbols, CancellationToken cancel)
    {
        var start = new VirtualAddress(place.Address);
        if (offset >= 0) return Reader(session, place, symbols, forwards: true, cancel).Disassemble(start, checked(offset + count)).Skip(offset);
        var before = Reader(session, place, symbols, forwards: false, cancel)
            .DisassembleBefore(start, -offset, at => at < start ? SymbolText.Find(session.Target, place.Space, at)?.Symbol.Address : null);
        return before.Concat(count > before.Count ? Reader(session, place, symbols, forwards: true, cancel).Disassemble(start, count - before.Count) : []).Take(count);
    }

    /// <summary>Reads on one side of the place only: addresses that wrap around the end of the space are nobody's code.</summary>
    private static Disassembler Reader(DapSession session, Location place, bool symbols, bool forwards, CancellationToken cancel)
    {
        var space = place.Space;
        var end = forwards ? MemoryReferences.End(space) : place.Address;
        var set = space.AddressBits == 32 ? InstructionSet.Ia32 : InstructionSet.Amd64;
        return new Disassembler(set, Read, symbols ? at => SymbolText.Describe(session.Target, space, at) : null);

        int Read(VirtualAddress at, Span<byte> bytes)
        {
            cancel.ThrowIfCancellationRequested();
            if (at.Value >= end || (forwards && at.Value < place.Address)) return 0;
            return space.Read(at.Value, bytes[..(int)UInt128.Min((UInt128)bytes.Length, end - at.Value)]);
        }
    }

    private static InstructionBody Shape(DapSession session, AddressSpace space, DisassembledInstruction line, bool symbols)
    {
        var found = SymbolText.Find(session.Target, space, line.Address);
        var source = found?.Module.FindLine(line.Address) is { Line: > 0 } known ? known : null;
        return new InstructionBody
        {
            // A number: clients compute with it, and compare it with the instructionPointerReference of frames.
            Address = line.Address.ToString(),
            InstructionBytes = line.Bytes.IsEmpty ? null : string.Join(' ', line.Bytes.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),
            Instruction = line.Text,
            Symbol = symbols && found is var (_, symbol) && symbol.Address == line.Address ? symbol.Name : null,
            Location = source is not null && found is var (module, function) ? SourceShape.OfLine(session, space, module, function, source) : null,
            Line = source is not null ? session.LineForClient(source.Line) : null,
            PresentationHint = line.IsValid ? null : "invalid",
        };
    }
}
