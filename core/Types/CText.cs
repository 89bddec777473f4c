using System.Text;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.Core.Types;

/// <summary>Characters and strings as C writes them.</summary>
internal static class CText
{
    /// <summary>A character in quotes: <c>'a'</c>, <c>'\n'</c>, <c>'\033'</c>.</summary>
    public static string Quote(ulong character) => $"'{(character <= 0xff ? Escape((byte)character, '\'') : $"\\x{character:x}")}'";

    /// <summary>The string at an address, in quotes, <c>…</c> where it goes on; why where memory ends before it does.</summary>
    public static string At(AddressSpace space, ulong address, ValueFormat format)
    {
        var text = new StringBuilder();
        Span<byte> chunk = stackalloc byte[64];
        int done = 0;
        while (done < format.MaxString)
        {
            int want = Math.Min(chunk.Length, format.MaxString - done);
            ulong at = unchecked(address + (ulong)done);
            int got = space.Read(at, chunk[..want]);
            int nul = chunk[..got].IndexOf((byte)0);
            foreach (byte b in chunk[..(nul >= 0 ? nul : got)]) text.Append(Escape(b, '"'));
            if (nul >= 0) return $"\"{text}\"";
            done += got;
            if (got < want) return $"{(done > 0 ? $"\"{text}\" " : "")}<{space.Explain(unchecked(at + (ulong)got)).Text}>";
        }

        return $"\"{text}\"…";
    }

    /// <summary>
    /// An array of characters as a string up to its NUL; null for other arrays. Unsigned ones are often bytes: they are a string only where all of it is
    /// printable and nothing but NULs follows.
    /// </summary>
    public static string? OfArray(TypedValue value, ArrayType array, ValueFormat format)
    {
        if (array.Element.Strip() is not BaseType { Encoding: BaseEncoding.Character, Size: 1 } element || array.Count is not { } count || count == 0) return null;
        int length = (int)Math.Min(count, (ulong)Math.Max(1, format.MaxString));
        var bytes = new byte[length];
        if (!value.TryRead(0, bytes)) return $"<{value.WhyUnreadable() ?? "it cannot be read"}>";
        int nul = System.Array.IndexOf(bytes, (byte)0);
        var shown = bytes.AsSpan(0, nul >= 0 ? nul : length);
        if (!ValueNavigation.IsSigned(element) && !IsPlainText(bytes, shown.Length)) return null;
        var text = new StringBuilder();
        foreach (byte b in shown) text.Append(Escape(b, '"'));
        return $"\"{text}\"{(nul < 0 && (ulong)length < count ? "…" : "")}";
    }

    private static bool IsPlainText(byte[] bytes, int shown) =>
        shown > 0 && bytes.AsSpan(0, shown).IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0 && bytes.AsSpan(shown).IndexOfAnyExcept((byte)0) < 0;

    private static string Escape(byte b, char quote) => b switch
    {
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        (byte)'\\' => "\\\\",
        _ when b == quote => "\\" + quote,
        < 0x20 or >= 0x7f => "\\" + Convert.ToString(b, 8).PadLeft(3, '0'),
        _ => ((char)b).ToString(),
    };
}
