using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Formats;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::dis</c>: instructions (cmd_dis of usr/src/cmd/mdb/common/mdb/mdb_cmds.c).</summary>
public sealed class DisDcmd : Dcmd
{
    private const int Window = 10;
    private const int AddressWidth = 32;

    /// <inheritdoc/>
    public override string Name => "::dis";

    /// <inheritdoc/>
    public override string Summary => "disassemble a function, or around an address";

    /// <inheritdoc/>
    public override string Usage => "[-abfw] [-n count] [address|symbol]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options =>
    [
        new('a', null, "addresses instead of symbols"), new('b', null, "addresses and symbols"), new('f', null, "the object file; here the same as memory"),
        new('n', "count", "so many instructions, before and behind"), new('w', null, "around the address, even where a function starts there"),
    ];

    /// <inheritdoc/>
    public override OperandKind Operands => OperandKind.Symbol;

    /// <inheritdoc/>
    public override bool TakesCount => true;

    /// <inheritdoc/>
    public override string Details => """
        Where a function starts, all of it; elsewhere ten instructions before the address and ten behind it.

        f4c76e9d::dis
        ::dis -n 4 lofi_ioctl
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var arguments = call.Arguments;
        if (arguments.Operands.Count > 1) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        bool isNamed = arguments.Operands.Count == 1;
        ulong address = isNamed ? call.Session.Evaluate(arguments.Operands[0]) : call.Address;
        var space = call.Session.SpaceOf(address);
        if (space.AddressBits == 32) address = (uint)address;
        var symbol = call.Session.Symbols.At(address)?.Symbol;
        bool isFunction = symbol is { Kind: SymbolKind.Function } && symbol.Address.Value == address;
        bool isLoop = call.Count is not null || call.IsFed;
        bool aroundIt = !isLoop && (arguments.Has('w') || ((isNamed || call.HasAddress) && !isFunction));
        ulong? end = isFunction && !aroundIt && arguments.Number('n') is null && symbol!.Size > 0 ? unchecked(address + symbol.Size) : null;
        var code = new Code(call, space, arguments.Has('a'), arguments.Has('b'));
        ulong count = Math.Min(arguments.Number('n') ?? Window, int.MaxValue - 1);
        return aroundIt ? Around(code, address, (int)count, symbol) : Onwards(code, address, count, end, call.Count ?? 1);
    }

    private static IEnumerable<CommandOutput> Around(Code code, ulong address, int count, Symbol? symbol)
    {
        for (ulong at = symbol is null ? address : code.Before(address, count, symbol.Address.Value); at < address;) yield return code.Next(ref at);
        yield return code.Next(ref address, LineStyle.Alert);
        for (int i = 0; i < count; i++) yield return code.Next(ref address);
        code.MoveDot(address);
    }

    private static IEnumerable<CommandOutput> Onwards(Code code, ulong address, ulong count, ulong? end, ulong times)
    {
        for (ulong round = 0; round < times; round++)
        {
            for (ulong i = 0; end is { } limit ? address < limit : i <= count; i++) yield return code.Next(ref address);
            code.MoveDot(address);
            end = null;
        }
    }

    /// <summary>Instructions as lines.</summary>
    private sealed class Code(DcmdCall call, AddressSpace space, bool withAddress, bool withBoth)
    {
        private readonly FormatWriter _writer = new(int.MaxValue);
        private readonly SolarisDisassembler _disassembler = new(
            space.AddressBits == 32 ? InstructionSet.Ia32 : InstructionSet.Amd64, (address, bytes) => space.Read(address.Value, bytes), call.Session.Symbols.Describe);

        public ulong Before(ulong address, int count, ulong start) => _disassembler.Before(new VirtualAddress(address), count, new VirtualAddress(start)).Value;

        public void MoveDot(ulong address) => call.Session.Dot = address;

        /// <summary>The instruction at an address, which then is that of the next.</summary>
        public CommandOutput Next(ref ulong address, LineStyle style = LineStyle.Plain)
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (_disassembler.At(new VirtualAddress(address)) is not { } instruction)
                throw MdbException.OfItem($"failed to read instruction at {MdbNumbers.Prefixed(address)}: {space.Explain(address).Text}");
            if (withBoth) _writer.Field(MdbNumbers.Plain(address) + (address >> 32 == 0 ? "" : " "), 10);
            _writer.Field(withAddress ? MdbNumbers.Plain(address) : call.Session.Symbols.Text(address) + ":", AddressWidth);
            _writer.Align(8);
            _writer.Put(instruction.Text);
            _writer.NewLine();
            var line = CommandOutput.Line(_writer.Next()!.Text, address, style, new Location(space, address));
            address = unchecked(address + (ulong)instruction.Length);
            return line;
        }
    }
}
