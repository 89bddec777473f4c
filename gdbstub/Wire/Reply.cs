using System.Buffers;
using System.Text;

namespace XenDumpAdapter.GdbStub.Wire;

/// <summary>
/// What one packet is answered with: text for the console first, if any, then one packet. Left untouched it is the empty packet, which says
/// that the request is not known.
/// </summary>
internal sealed class Reply
{
    private readonly ArrayBufferWriter<byte> _body = new(256);

    /// <summary>The packet's text, for handlers that write binary.</summary>
    public IBufferWriter<byte> Body => _body;

    /// <summary>The packet's text so far.</summary>
    public ReadOnlyMemory<byte> Written => _body.WrittenMemory;

    /// <summary>Lines for the client's console (<c>O</c> packets), sent before the packet; null for none. Only where the protocol takes them: after a resume or <c>qRcmd</c>.</summary>
    public IEnumerable<string>? Console { get; set; }

    /// <summary>Whether nothing at all is sent (<c>k</c>).</summary>
    public bool Silent { get; set; }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _body.ResetWrittenCount();
        Console = null;
        Silent = false;
    }

    /// <summary>Appends text, in which the caller knows that there is nothing to escape.</summary>
    public Reply Text(string text)
    {
        var span = _body.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _body.Advance(Encoding.UTF8.GetBytes(text, span));
        return this;
    }

    /// <summary>Appends bytes as hexadecimal digits.</summary>
    public Reply HexBytes(ReadOnlySpan<byte> bytes)
    {
        Hex.Write(_body, bytes);
        return this;
    }

    /// <summary>Appends text as hexadecimal digits of its UTF-8 bytes.</summary>
    public Reply HexText(string text) => HexBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>The request was carried out.</summary>
    public void Ok()
    {
        _body.ResetWrittenCount();
        Text("OK");
    }

    /// <summary>The request is known and failed: <c>E</c> and an errno in two digits, which every client knows.</summary>
    public void Error(Errno errno)
    {
        _body.ResetWrittenCount();
        Text($"E{(int)errno:x2}");
    }

    /// <summary>The request is known and failed, with words: <c>E.</c> and the text. Bytes that a packet may not hold are replaced.</summary>
    public void Error(string why)
    {
        _body.ResetWrittenCount();
        Text("E." + why.Replace('$', '?').Replace('#', '?').Replace('}', '?').Replace('*', '?').ReplaceLineEndings(" "));
    }
}

/// <summary>Error numbers of replies, with the numbers that Linux gives them.</summary>
internal enum Errno
{
    /// <summary>EPERM: it is a dump, nothing in it changes.</summary>
    NotPermitted = 1,

    /// <summary>ENOENT.</summary>
    NoEntry = 2,

    /// <summary>ESRCH: no such process or thread.</summary>
    NoSuchThread = 3,

    /// <summary>EIO.</summary>
    Io = 5,

    /// <summary>EBADF.</summary>
    BadDescriptor = 9,

    /// <summary>EFAULT: the address cannot be read.</summary>
    BadAddress = 14,

    /// <summary>EINVAL: the packet is malformed.</summary>
    Invalid = 22,

    /// <summary>EMFILE.</summary>
    TooManyFiles = 24,
}
