using System.Buffers;

namespace XenDumpAdapter.GdbStub.Wire;

/// <summary>What came in.</summary>
internal enum WireEvent
{
    /// <summary>Everything fed so far is used up.</summary>
    None,

    /// <summary>A packet whose checksum is right.</summary>
    Packet,

    /// <summary>A packet whose checksum is wrong.</summary>
    BadChecksum,

    /// <summary>A packet longer than the limit; its text is dropped.</summary>
    TooLong,

    /// <summary><c>+</c></summary>
    Ack,

    /// <summary><c>-</c>: the last packet is wanted again.</summary>
    Nak,

    /// <summary>The byte 3: the client believes that something runs.</summary>
    Interrupt,
}

/// <summary>
/// Cuts a stream of bytes into packets. Whatever is fed, it never fails: bytes outside a packet are dropped, a <c>$</c> inside one starts a
/// new one.
/// <code>
///   $ text # c c      the sum of the text's bytes, modulo 256, in two hexadecimal digits
///   } c               inside the text: the byte c ^ 0x20, in binary arguments; left for the handler that expects binary
/// </code>
/// </summary>
/// <param name="limit">Bytes of text that a packet may have.</param>
internal sealed class PacketDecoder(int limit)
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private State _state;
    private bool _tooLong;
    private byte _sum;
    private int _expected;

    private enum State
    {
        Outside,
        Text,
        FirstDigit,
        SecondDigit,
        Done,
    }

    /// <summary>The text of the packet that was last reported; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>Whether a packet was begun and is not whole yet.</summary>
    public bool InPacket => _state is State.Text or State.FirstDigit or State.SecondDigit;

    /// <summary>Takes bytes from the front of <paramref name="input"/> until something is complete.</summary>
    public WireEvent Next(ref ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            byte c = input[0];
            input = input[1..];
            var e = Take(c);
            if (e != WireEvent.None) return e;
        }

        return WireEvent.None;
    }

    private WireEvent Take(byte c)
    {
        if (c == '$')
        {
            Begin();
            return WireEvent.None;
        }

        switch (_state)
        {
            case State.Text when c == '#':
                _state = State.FirstDigit;
                return WireEvent.None;
            case State.Text:
                Append(c);
                return WireEvent.None;
            case State.FirstDigit:
                _expected = Hex.Digit(c) << 4;
                _state = State.SecondDigit;
                return WireEvent.None;
            case State.SecondDigit:
                _state = State.Done;
                return Finish(Hex.Digit(c));
            default:
                return c switch
                {
                    (byte)'+' => WireEvent.Ack,
                    (byte)'-' => WireEvent.Nak,
                    3 => WireEvent.Interrupt,
                    _ => WireEvent.None,
                };
        }
    }

    private void Begin()
    {
        _text.ResetWrittenCount();
        _state = State.Text;
        _tooLong = false;
        _sum = 0;
    }

    private void Append(byte c)
    {
        _sum = unchecked((byte)(_sum + c));
        if (_text.WrittenCount >= limit)
        {
            _tooLong = true;
            return;
        }

        _text.GetSpan(1)[0] = c;
        _text.Advance(1);
    }

    private WireEvent Finish(int low)
    {
        if (_expected < 0 || low < 0 || (_expected | low) != _sum) return WireEvent.BadChecksum;
        return _tooLong ? WireEvent.TooLong : WireEvent.Packet;
    }
}
