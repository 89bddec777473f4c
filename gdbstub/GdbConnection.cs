using System.Buffers;
using System.Text;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Wire;

namespace XenDumpAdapter.GdbStub;

/// <summary>The byte streams of one client: reads packets, sends replies, acknowledges, repeats. What packets mean is the session's.</summary>
internal sealed class GdbConnection(Stream input, Stream output)
{
    /// <summary>Text of one console packet: half a packet's, as each byte takes two digits.</summary>
    private const int ConsoleChunk = 0x4000;

    private readonly PacketDecoder _decoder = new(GdbSession.PacketSize);
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly ArrayBufferWriter<byte> _scratch = new();
    private readonly Reply _reply = new();
    private byte[] _last = [];

    /// <summary>Serves until the client is gone.</summary>
    public async Task RunAsync(ProcessList processes, GdbServerOptions options, CancellationToken cancel)
    {
        using var session = new GdbSession(processes, options) { Cancel = cancel };
        var buffer = new byte[GdbSession.PacketSize];
        try
        {
            while (!session.Ended)
            {
                int got = await input.ReadAsync(buffer, cancel).ConfigureAwait(false);
                if (got == 0) return;
                await TakeAsync(session, buffer.AsMemory(0, got), cancel).ConfigureAwait(false);
                await FlushAsync(cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException || (e is OperationCanceledException && cancel.IsCancellationRequested))
        {
            // The client hung up, or the server is stopping: there is nobody to tell.
        }
    }

    private async Task TakeAsync(GdbSession session, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!session.Ended && Next(ref bytes) is var e && e != WireEvent.None)
        {
            switch (e)
            {
                case WireEvent.Packet:
                    Acknowledge(session, '+');
                    session.Answer(_decoder.Text.Span, _reply);
                    await SendAsync(session, cancel).ConfigureAwait(false);
                    break;
                case WireEvent.BadChecksum when !session.NoAck:
                    Acknowledge(session, '-');
                    break;
                case WireEvent.BadChecksum or WireEvent.TooLong:
                    Acknowledge(session, '+');
                    _reply.Clear();
                    _reply.Error(Errno.Invalid);
                    await SendAsync(session, cancel).ConfigureAwait(false);
                    break;
                case WireEvent.Nak when !session.NoAck:
                    _out.Write(_last);
                    break;
                default:
                    // Acks need no answer. Nor does an interrupt: nothing runs, and a stop reply that nobody waits for would be taken for the answer to the next packet.
                    break;
            }
        }
    }

    private WireEvent Next(ref ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes.Span;
        var e = _decoder.Next(ref rest);
        bytes = bytes[^rest.Length..];
        return e;
    }

    private void Acknowledge(GdbSession session, char sign)
    {
        if (session.NoAck) return;
        _out.GetSpan(1)[0] = (byte)sign;
        _out.Advance(1);
    }

    private async Task SendAsync(GdbSession session, CancellationToken cancel)
    {
        if (_reply.Console is { } lines) await SendConsoleAsync(session, lines, cancel).ConfigureAwait(false);
        if (_reply.Silent) return;
        int before = _out.WrittenCount;
        PacketWriter.Frame(_out, _reply.Written.Span);
        if (!session.NoAck) _last = _out.WrittenSpan[before..].ToArray();
    }

    // Lines are asked for one at a time and sent at once, so that a long report shows as it is made.
    private async Task SendConsoleAsync(GdbSession session, IEnumerable<string> lines, CancellationToken cancel)
    {
        using var all = lines.GetEnumerator();
        while (MoveNext(session, all))
        {
            byte[] text = Encoding.UTF8.GetBytes(all.Current + "\n");
            for (int at = 0; at < text.Length; at += ConsoleChunk)
            {
                _scratch.ResetWrittenCount();
                _scratch.GetSpan(1)[0] = (byte)'O';
                _scratch.Advance(1);
                Hex.Write(_scratch, text.AsSpan(at, Math.Min(ConsoleChunk, text.Length - at)));
                PacketWriter.Frame(_out, _scratch.WrittenSpan);
            }

            await FlushAsync(cancel).ConfigureAwait(false);
        }
    }

    private bool MoveNext(GdbSession session, IEnumerator<string> lines)
    {
        try
        {
            return lines.MoveNext();
        }
        catch (Exception e) when (e is not OperationCanceledException || !session.Cancel.IsCancellationRequested)
        {
            session.Fault(e, _reply);
            return false;
        }
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        if (_out.WrittenCount == 0) return;
        await output.WriteAsync(_out.WrittenMemory, cancel).ConfigureAwait(false);
        await output.FlushAsync(cancel).ConfigureAwait(false);
        _out.ResetWrittenCount();
    }
}
