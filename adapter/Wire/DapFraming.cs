using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace XenDumpAdapter.Adapter.Wire;

/// <summary>What came out of the stream.</summary>
/// <param name="Body">The message's bytes; null where what came was no message.</param>
/// <param name="Problem">What was wrong with what came, as a sentence; null for a message.</param>
internal readonly record struct Framed(byte[]? Body, string? Problem);

/// <summary>
/// The base protocol of DAP: header lines, an empty line, <c>Content-Length</c> bytes of JSON. What cannot be understood is passed over up to the next
/// header, so that one broken message does not end the session.
/// </summary>
internal sealed class DapFraming(PipeReader input)
{
    /// <summary>No request of a client comes near this.</summary>
    private const int MaxBody = 16 << 20;

    private const int MaxHeader = 16 << 10;

    private static ReadOnlySpan<byte> LengthName => "Content-Length:"u8;

    /// <summary>The next message, or what was wrong; null at the end of the stream.</summary>
    public async ValueTask<Framed?> ReadAsync(CancellationToken cancel)
    {
        if (await ReadHeaderAsync(cancel).ConfigureAwait(false) is not { } header) return null;
        if (header.Problem is { } problem) return new Framed(null, problem);
        if (header.Length > MaxBody)
        {
            bool whole = await SkipAsync(header.Length, cancel).ConfigureAwait(false);
            return whole ? new Framed(null, $"A message of {header.Length} bytes was passed over; the limit is {MaxBody}.") : null;
        }

        var read = await input.ReadAtLeastAsync((int)Math.Max(1, header.Length), cancel).ConfigureAwait(false);
        if (read.Buffer.Length < header.Length) return null;
        var body = read.Buffer.Slice(0, header.Length);
        byte[] bytes = body.ToArray();
        input.AdvanceTo(body.End);
        return new Framed(bytes, null);
    }

    /// <summary>One message as it goes over the wire.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> body)
    {
        byte[] header = Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n");
        byte[] message = new byte[header.Length + body.Length];
        header.CopyTo(message, 0);
        body.CopyTo(message.AsSpan(header.Length));
        return message;
    }

    private async ValueTask<(long Length, string? Problem)?> ReadHeaderAsync(CancellationToken cancel)
    {
        for (; ; )
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (TryTakeHeader(buffer, out var header, out var rest))
            {
                input.AdvanceTo(rest);
                return LengthOf(header);
            }

            if (buffer.Length > MaxHeader)
            {
                input.AdvanceTo(buffer.End);
                return (0, "Bytes that are no message were passed over.");
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    /// <summary>Header lines up to the empty line; CRLF as specified, a lone LF too.</summary>
    private static bool TryTakeHeader(ReadOnlySequence<byte> buffer, out byte[] header, out SequencePosition rest)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            bool empty = line.IsEmpty || (line.Length == 1 && line.FirstSpan[0] == (byte)'\r');
            if (!empty) continue;
            header = buffer.Slice(0, reader.Position).ToArray();
            rest = reader.Position;
            return true;
        }

        header = [];
        rest = buffer.Start;
        return false;
    }

    private static (long Length, string? Problem) LengthOf(ReadOnlySpan<byte> header)
    {
        int at = header.LastIndexOf(LengthName);
        if (at < 0) return (0, "A message without Content-Length was passed over.");
        var value = header[(at + LengthName.Length)..].TrimStart((byte)' ');
        int end = value.IndexOfAny((byte)'\r', (byte)'\n');
        if (end >= 0) value = value[..end];
        return Utf8Parser.TryParse(value, out long length, out int used) && used == value.Length && length >= 0
            ? (length, null)
            : (0, "A message whose Content-Length is no number was passed over.");
    }

    private async ValueTask<bool> SkipAsync(long count, CancellationToken cancel)
    {
        while (count > 0)
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            long taken = Math.Min(count, read.Buffer.Length);
            input.AdvanceTo(read.Buffer.GetPosition(taken));
            count -= taken;
            if (read.IsCompleted && taken == 0) return false;
        }

        return true;
    }
}
