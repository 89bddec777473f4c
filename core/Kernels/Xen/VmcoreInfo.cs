using System.Globalization;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>Lines <c>KEY=value</c> of a VMCOREINFO note.</summary>
internal static class VmcoreInfo
{
    /// <summary>The number after <c>key=</c>; null where there is no such line or it is none.</summary>
    public static ulong? Number(string? text, string key, bool hex)
    {
        if (text is null) return null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(key, StringComparison.Ordinal) || line.Length <= key.Length || line[key.Length] != '=') continue;
            var value = line[(key.Length + 1)..].Trim("\0 ");
            return ulong.TryParse(value, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ulong n) ? n : null;
        }

        return null;
    }
}
