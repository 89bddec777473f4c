using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace XenDumpAdapter.Adapter.Wire;

/// <summary>What came out of the stream.</summary>
/// <param name="Body">The message's bytes; null where what came was no message.</param>
/// <param name="Problem">What was wrong with what came, as a sentence; null for a message.</param>
internal readonly record struct Framed(byte[]? Body, string? Problem);

/// <summary>
/// The base protocol of DAP: header lines, an empty line, <c>Content-Length</c> bytes of JSON. What cannot be understood is passed over up to the next
/// <c>Content-Length</c>, so that one broken message does not end the session.
/// </summary>
internal sealed class DapFraming(PipeReader input)
{
    /// <summary>No request of a client comes near this.</summary>
    private const int MaxBody = 16 << 20;

    private const int MaxHeader = 16 << 10;

    private const string LengthName = "Content-Length:";

    /// <summary>Whether a broken message has been reported whose rest may still be coming.</summary>
    private bool _passingOver;

    /// <summary>The next message, or what was wrong; null at the end of the stream.</summary>
    public async ValueTask<Framed?> ReadAsync(CancellationToken cancel)
    {
        if (await ReadHeaderAsync(cancel).ConfigureAwait(false) is not { } header) return null;
        if (header.Problem is { } problem) return Broken(problem);
        if (header.Length == 0) return new Framed(null, "A message that is empty was passed over.");
        if (header.Length > MaxBody) return Broken($"A message of {header.Length} bytes was passed over; the limit is {MaxBody}.");

        _passingOver = false;
        var read = await input.ReadAtLeastAsync((int)header.Length, cancel).ConfigureAwait(false);
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

    private Framed Broken(string problem)
    {
        _passingOver = true;
        return new Framed(null, problem);
    }

    private async ValueTask<(long Length, string? Problem)?> ReadHeaderAsync(CancellationToken cancel)
    {
        for (; ; )
        {
            var read = await input.ReadAsync(cancel).ConfigureAwait(false);
            var buffer = read.Buffer;
            if (TryTakeHeader(buffer, out string header, out var rest))
            {
                input.AdvanceTo(rest);
                if (LengthOf(header) is { } length) return length;
                continue;
            }

            if (buffer.Length > MaxHeader)
            {
                // A header may begin in the last bytes.
                input.AdvanceTo(buffer.GetPosition(buffer.Length - LengthName.Length));
                if (!_passingOver) return (0, "Bytes that are no message were passed over.");
                continue;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    /// <summary>Header lines up to the empty line; CRLF as specified, a lone LF too.</summary>
    private static bool TryTakeHeader(ReadOnlySequence<byte> buffer, out string header, out SequencePosition rest)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            bool empty = line.IsEmpty || (line.Length == 1 && line.FirstSpan[0] == (byte)'\r');
            if (!empty) continue;
            rest = reader.Position;
            header = Encoding.Latin1.GetString(buffer.Slice(Math.Max(0, reader.Consumed - MaxHeader), rest));
            return true;
        }

        header = "";
        rest = buffer.Start;
        return false;
    }

    /// <summary>The length that a header gives, or what is wrong with it; null where there is nothing to say of it.</summary>
    private (long Length, string? Problem)? LengthOf(string header)
    {
        int at = header.LastIndexOf(LengthName, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return _passingOver || string.IsNullOrWhiteSpace(header) ? null : (0, "A message without Content-Length was passed over.");
        string value = header[(at + LengthName.Length)..].Split('\n')[0].Trim();
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? (length, null)
            : (0, "A message whose Content-Length is no number was passed over.");
    }
}
