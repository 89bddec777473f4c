using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Searching;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::kgrep</c>: where a number stands in memory (usr/src/cmd/mdb/common/modules/genunix/kgrep.c, its options and output).</summary>
public sealed class KgrepDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::kgrep";

    /// <inheritdoc/>
    public override string Summary => "search mapped kernel memory for a number, such as a pointer";

    /// <inheritdoc/>
    public override string Usage => "[-v] [-d dist | -m mask | -M invmask] [-a minad] [-A maxad] [-s size]";

    /// <inheritdoc/>
    public override string Details => """
        Prints the addresses where the number before the command stands, in numbers of a pointer's size, aligned. What is searched is what the kernel maps and the dump has, under
        a hypervisor that panicked the hypervisor's pages, too; of a machine dump what the hypervisor maps. A space before the number is searched instead.

        c5a0ade0::kgrep    c5a0a000::kgrep -d 1000 -v    5000::kgrep -m fffff000    machine:deadbeef::kgrep -s 4    c5a0ade0::kgrep | ::whatis
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('v', null, "with the number that stands there"),
        new('d', "dist", "numbers from the address on, less than this far from it"),
        new('m', "mask", "numbers that are the address in the bits of this mask"),
        new('M', "invmask", "the same but for the bits of this mask"),
        new('a', "minad", "from this address on"),
        new('A', "maxad", "up to this address, itself not among them"),
        new('s', "size", "numbers of 1, 2, 4 or 8 bytes"),
    ];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var arguments = call.Arguments;
        if (arguments.Operands.Count > 0) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        ulong size = arguments.Number('s') ?? (ulong)call.Session.PointerSize;
        if (size is not (1 or 2 or 4 or 8)) throw new MdbException("size must be 1, 2, 4 or 8");
        var (search, warning) = SearchOf(call, (int)size);
        if (warning is not null) yield return CommandOutput.Error(warning);

        ulong first = arguments.Number('a') is { } least ? RoundUp(least, size) : 0, last = arguments.Number('A') is { } most and not 0 ? most - 1 : ulong.MaxValue;
        var space = SpaceOf(call);
        var pages = new MappedPages(call.Target, space);
        if (first > last) throw new MdbException("-a is not below -A");
        var found = pages.Between(first, last, call.Cancel) ?? throw MdbException.OfDump($"what {space.Name} maps cannot be listed, so it cannot be searched (::spaces)");
        bool verbose = arguments.Has('v') && !call.FeedsPipe;
        foreach (var (address, length) in found)
        {
            for (int at = search.Next(pages.Bytes(length), 0); at >= 0; at = Behind(search, pages, length, at))
            {
                ulong there = unchecked(address + (ulong)at);
                string text = verbose ? $"{MdbNumbers.Plain(there)}:\t{MdbNumbers.Plain(NumberAt(pages.Bytes(length), at, (int)size))}" : MdbNumbers.Plain(there);
                yield return CommandOutput.Line(text, there, reference: new Location(space, there));
            }
        }

        if (pages.IsStopped) yield return CommandOutput.Error($"stopped: cycle: the page tables of {space.Name} lead to themselves and map without end");
        if (pages.Read == 0) yield return CommandOutput.Error("warning: nothing searched");
    }

    private static AddressSpace SpaceOf(DcmdCall call) => call.Session.NamedSpace
        ?? (call.Target.Spaces.Count > 0 ? call.Target.Spaces[0] : throw MdbException.OfDump("this dump has no address space"));

    private static (WordSearch Search, string? Warning) SearchOf(DcmdCall call, int size)
    {
        var arguments = call.Arguments;
        ulong value = call.Address, most = size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;
        ulong distance = arguments.Number('d') ?? 0, mask = arguments.Number('m') ?? ulong.MaxValue, without = arguments.Number('M') ?? 0;
        if ((distance != 0 ? 1 : 0) + (mask != ulong.MaxValue ? 1 : 0) + (without != 0 ? 1 : 0) > 1) throw new MdbException("only one of -d, -m and -M may be specified");
        if (without != 0) mask = ~without;
        string? warning = (value & ~mask) != 0 ? "warning: pattern does not match mask"
            : (value & ~most) != 0 ? $"warning: pattern {MdbNumbers.Plain(value)} overflows requested size {size} (max: {MdbNumbers.Plain(most)})" : null;
        if (distance == 0) return (mask == ulong.MaxValue ? WordSearch.Exact(size, value) : WordSearch.Masked(size, value, mask), warning);
        if (value > most || distance - 1 > most - value) throw new MdbException($"pattern {MdbNumbers.Plain(value)} + distance {MdbNumbers.Plain(distance)} overflows size {size} (max: {MdbNumbers.Plain(most)})");
        return (WordSearch.Range(size, value, value + (distance - 1)), warning);
    }

    private static int Behind(WordSearch search, MappedPages pages, int length, int at) => at + search.Size < length ? search.Next(pages.Bytes(length), at + search.Size) : -1;

    private static ulong NumberAt(ReadOnlySpan<byte> bytes, int at, int size)
    {
        Span<byte> number = stackalloc byte[8];
        number.Clear();
        bytes.Slice(at, size).CopyTo(number);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(number);
    }

    private static ulong RoundUp(ulong value, ulong size) => value > ulong.MaxValue - (size - 1) ? ulong.MaxValue : (value + (size - 1)) & ~(size - 1);
}
