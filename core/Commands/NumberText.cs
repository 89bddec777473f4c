using System.Globalization;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Plain numbers as users write them.</summary>
public static class NumberText
{
    /// <summary>Decimal, or hexadecimal after <c>0x</c>; false for anything else or what does not fit.</summary>
    public static bool TryParse(string text, out ulong value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
