using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>Prints what a list of formats says (print_arglist and cmd_print_value of mdb_cmds.c, and mdb_fmt.c). Lines come as they are filled.</summary>
internal sealed class FormatPrinter(DcmdCall call, FormatWriter writer, FormatSource source)
{
    private const int Chunk = 1024;

    private readonly MdbSession _session = call.Session;
    private SolarisDisassembler? _disassembler;
    private ulong _at;
    private ulong _step;

    /// <summary>Where dot stands behind the last format.</summary>
    public ulong End => _at;

    /// <summary>The value that was printed last; null for none.</summary>
    public ulong? LastValue { get; private set; }

    private bool IsValue => source.Space is null;

    /// <summary>Prints a list, beginning at an address.</summary>
    public IEnumerable<CommandOutput> Print(IReadOnlyList<MdbFormatItem> items, ulong address)
    {
        _at = address;
        writer.Indents = true;
        foreach (var item in items)
        {
            ulong count = item.Count is { } times ? _session.Evaluate(times) : 1;
            if (item.Text is { } text)
            {
                writer.Put(text);
                foreach (var line in Ready()) yield return line;
                continue;
            }

            ulong start = _at;
            Stand(_at);
            foreach (var line in Item(item, count)) yield return line;
            foreach (var line in Ready()) yield return line;
            _step = unchecked(_at - start);
        }

        writer.Indents = false;
    }

    /// <summary>Lines that are full.</summary>
    public IEnumerable<CommandOutput> Ready()
    {
        while (writer.Next() is { } line) yield return line;
    }

    private IEnumerable<CommandOutput> Item(MdbFormatItem item, ulong count)
    {
        var letter = FormatLetter.Find(item.Letter);
        if (letter is null || letter.Kind == FormatKind.Search) throw new MdbException($"invalid format character -- '{item.Letter}' (::formats lists them)", item.Span);
        return letter.Letter switch
        {
            '+' => Moved(unchecked(_at + count), always: true),
            '-' => Moved(unchecked(_at - count), always: true),
            '^' => Moved(unchecked(_at - _step * count), always: false),
            'n' or 'N' => Each(count, writer.NewLine),
            'r' => Once(() => writer.Space((int)Math.Min(count, int.MaxValue))),
            't' or 'T' => Once(() => writer.Tab((int)Math.Min(count, (ulong)Math.Max(1, _session.Columns - 1)))),
            'a' => Each(count, Dot),
            's' or 'S' => Strings(count, letter.Letter == 'S'),
            'i' => Instructions(count, withWord: false),
            'I' => Instructions(count, withWord: true),
            _ => Numbers(letter, count),
        };
    }

    private IEnumerable<CommandOutput> Numbers(FormatLetter letter, ulong count)
    {
        int size = letter.Kind == FormatKind.Write ? letter.Size : letter.BytesOf(_session.PointerSize);
        for (ulong i = 0; i < count; i++)
        {
            call.Cancel.ThrowIfCancellationRequested();
            ulong value = source.Number(_at, size);
            LastValue = value;
            var (text, width) = FormatNumbers.Text(letter.Letter, value, _session);
            if (call.FeedsPipe)
            {
                yield return CommandOutput.Line(text, value);
            }
            else
            {
                if (width == 0) writer.Put(text);
                else writer.Field(text, width);
                foreach (var line in Ready()) yield return line;
            }

            if (!IsValue) Stand(_at = unchecked(_at + (ulong)size));
        }
    }

    /// <summary>Strings one behind the other; two of them are parted by a mark for the NUL.</summary>
    private IEnumerable<CommandOutput> Strings(ulong count, bool escaped)
    {
        writer.Indents = false;
        ulong at = _at;
        for (ulong i = 0; i < count; i++)
        {
            bool ended = false;
            while (!ended)
            {
                call.Cancel.ThrowIfCancellationRequested();
                byte[] chunk = new byte[Chunk];
                int got = Math.Max(0, source.TryRead(at, chunk));
                int end = Array.IndexOf(chunk, (byte)0, 0, got);
                ended = end >= 0 || (IsValue && got > 0);
                int length = end < 0 ? got : end;
                writer.Put(FormatText.Of(chunk.AsSpan(0, length), escaped));
                foreach (var line in Ready()) yield return line;
                at = unchecked(at + (ulong)length);
                if (!ended && got < Chunk) throw source.Absent(at);
            }

            at = unchecked(at + 1);
            if (i + 1 < count) writer.Put(@"\0");
        }

        if (!IsValue) _at = at;
        writer.Indents = true;
    }

    private IEnumerable<CommandOutput> Instructions(ulong count, bool withWord)
    {
        _disassembler ??= new SolarisDisassembler(source.Instructions, (address, bytes) => source.TryRead(address.Value, bytes), _session.Symbols.Describe);
        ulong at = source.Normal(_at);
        if (withWord) writer.Indents = false;
        for (ulong i = 0; i < count; i++)
        {
            call.Cancel.ThrowIfCancellationRequested();
            ulong word = withWord ? source.Number(at, 4) : 0;
            if (_disassembler.At(new VirtualAddress(at)) is not { } instruction) throw source.Absent(at);
            writer.Put(withWord ? $"{MdbNumbers.Plain(at)} {MdbNumbers.Plain(word)}: {instruction.Text}\n" : instruction.Text + "\n");
            foreach (var line in Ready()) yield return line;
            Stand(at = unchecked(at + (ulong)instruction.Length));
        }

        if (!IsValue) _at = at;
        writer.Indents = true;
    }

    private void Stand(ulong at)
    {
        if (source.Space is { } space) writer.Place = new Location(space, source.Normal(at));
    }

    private void Dot()
    {
        writer.Indents = false;
        writer.Field(_session.Symbols.Text(source.Normal(_at)) + ":", FormatWriter.Margin);
        writer.Align(FormatWriter.Margin);
        writer.Indents = true;
    }

    // Behind = only the signs move dot: the value stays what it is.
    private IEnumerable<CommandOutput> Moved(ulong to, bool always)
    {
        if (always || !IsValue) _at = to;
        return [];
    }

    private static IEnumerable<CommandOutput> Once(Action put)
    {
        put();
        return [];
    }

    private IEnumerable<CommandOutput> Each(ulong count, Action put)
    {
        for (ulong i = 0; i < count; i++)
        {
            call.Cancel.ThrowIfCancellationRequested();
            put();
            foreach (var line in Ready()) yield return line;
        }
    }
}
