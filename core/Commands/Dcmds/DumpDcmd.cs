using System.Numerics;
using XenDumpAdapter.Core.Commands.Formats;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::dump</c>: memory as bytes and characters (cmd_dump of mdb_cmds.c, mdb_dump_internal of mdb_dump.c).</summary>
public sealed class DumpDcmd : Dcmd
{
    private const int Paragraph = 16;

    /// <inheritdoc/>
    public override string Name => "::dump";

    /// <inheritdoc/>
    public override string Summary => "print memory as bytes and characters";

    /// <inheritdoc/>
    public override string Usage => "[-efpqrstuv] [-g group] [-w paragraphs]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options =>
    [
        new('e', null, "turn the bytes of a group round"), new('f', null, "the object file; here the same as memory"), new('g', "group", "bytes that stand together (4)"),
        new('p', null, "physical memory"), new('q', null, "without characters"), new('r', null, "offsets instead of addresses"), new('s', null, "* for lines that repeat"),
        new('t', null, "only the bytes that were asked for"), new('u', null, "begin at the address, not at a multiple of 16"), new('v', null, "all digits of addresses"),
        new('w', "count", "16-byte paragraphs of a line (1)"),
    ];

    /// <inheritdoc/>
    public override bool TakesCount => true;

    /// <inheritdoc/>
    public override string Details => """
        The count before it is that of bytes: ffbf3fc8,40::dump
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var options = call.Arguments;
        ulong group = options.Number('g') ?? 4, paragraphs = options.Number('w') ?? 1;
        if (options.Operands.Count > 0 || paragraphs is 0 or > 16 || group is 0 or > 256) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        int width = Paragraph * (int)paragraphs;
        bool turned = options.Has('e'), relative = options.Has('r'), trimmed = options.Has('t'), aligned = !options.Has('u') && !relative && !turned;
        var space = options.Has('p') ? call.Session.PhysicalSpace() : call.Space;
        ulong last = space.Kind == AddressSpaceKind.Virtual && space.AddressBits == 32 ? uint.MaxValue : ulong.MaxValue;
        int size = BitOperations.IsPow2(group) && (ulong)width % group == 0 ? (int)group : 4;
        ulong start = call.Address & last, wanted = call.Count ?? 1;
        ulong length = wanted > 0 && wanted - 1 > last - start ? last - start + (start > 0 || last < ulong.MaxValue ? 1UL : 0) : wanted;
        if (turned && trimmed) length -= length % (ulong)size;
        var layout = new HexDump
        {
            Width = width,
            Group = size,
            Digits = options.Has('v') ? call.Digits : Digits(relative ? 0 : start, length),
            Characters = !options.Has('q') && !turned,
            Turned = turned,
            Aligned = aligned,
        };
        int begin = relative ? 0 : (int)(start % Paragraph);
        var pages = new Lines(call, space, layout, last) { IsRelative = relative, IsSquished = options.Has('s'), IsTrimmed = trimmed };
        var body = pages.Print(start, length, aligned ? begin : 0);
        return turned ? body : body.Prepend(CommandOutput.Header(layout.Head(begin)));
    }

    private static int Digits(ulong start, ulong length)
    {
        ulong behind = length > 1 || (start > 0 && length == 1) ? length - 1 : length;
        ulong highest = unchecked(start + behind);
        return highest == 0 ? 0 : (BitOperations.Log2(highest) + 4) / 4;
    }

    /// <summary>The lines of one dump.</summary>
    private sealed class Lines(DcmdCall call, AddressSpace space, HexDump layout, ulong last)
    {
        public required bool IsRelative { get; init; }

        public required bool IsSquished { get; init; }

        public required bool IsTrimmed { get; init; }

        /// <summary>Prints so many bytes; <paramref name="before"/> of the first line are before the first of them.</summary>
        public IEnumerable<CommandOutput> Print(ulong start, ulong length, int before)
        {
            ulong origin = start - (ulong)before, end = before > 0 && length > ulong.MaxValue - (ulong)before ? ulong.MaxValue : length + (ulong)before;
            int left = IsTrimmed ? before : 0;
            byte[] previous = new byte[layout.Width], bytes = new byte[layout.Width];
            bool hasPrevious = false, isSkipping = false;
            for (ulong at = 0; at < end; left = 0)
            {
                call.Cancel.ThrowIfCancellationRequested();
                ulong remaining = end - at, address = origin + at;
                bool isLast = remaining <= (ulong)layout.Width;
                int right = isLast && IsTrimmed ? layout.Width - (int)remaining : 0;
                if ((ulong)layout.Width - 1 > last - address) right = Math.Max(right, layout.Width - (int)(last - address) - 1);
                int got = Read(address, bytes, ref left, right, at == 0 ? before : 0);
                int missing = layout.Width - right - left - got;
                if (got == 0 && missing > 0) throw Absent(address + (ulong)left);
                right += missing;
                if (IsSquished && hasPrevious && !isLast && right == 0 && bytes.AsSpan().SequenceEqual(previous))
                {
                    if (!isSkipping) yield return CommandOutput.Line("*");
                    isSkipping = true;
                }
                else
                {
                    yield return CommandOutput.Line(layout.Line(IsRelative ? at : address, bytes, left, right), address, reference: new Location(space, address));
                    isSkipping = false;
                }

                if (missing > 0 && address + (ulong)(layout.Width - right) < unchecked(start + length)) throw Absent(address + (ulong)(layout.Width - right));
                hasPrevious = left == 0 && right == 0;
                (previous, bytes) = (bytes, previous);
                if (isLast || right > 0) break;
                at += (ulong)layout.Width;
            }

            call.Session.Dot = unchecked(start + length);
        }

        /// <summary>Reads what stands between the margins. Bytes before those that were asked for may be absent: then the left margin grows.</summary>
        private int Read(ulong address, byte[] bytes, ref int left, int right, int before)
        {
            int got = 0;
            while (left + got < layout.Width - right)
            {
                int came = space.Read(address + (ulong)(left + got), bytes.AsSpan(left + got, layout.Width - right - left - got));
                if (came > 0) got += came;
                else if (got == 0 && left < before) left++;
                else break;
            }

            return got;
        }

        private MdbException Absent(ulong address) => MdbException.OfItem($"failed to read data at {MdbNumbers.Prefixed(address)}: {space.Explain(address).Text}");
    }
}
