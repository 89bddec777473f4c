using System.Globalization;
using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>Registers in rows of three or four; those that are not known are left out.</summary>
public static class RegisterReport
{
    /// <summary>The rows.</summary>
    public static IEnumerable<string> Lines(RegisterSet registers)
    {
        var known = registers.Architecture.Registers.Where(r => registers[r] is not null).ToList();
        int perRow = registers.Architecture.PointerSize == 8 ? 3 : 5;
        for (int i = 0; i < known.Count; i += perRow)
            yield return "       " + string.Join("  ", known.Skip(i).Take(perRow).Select(r => Cell(r, registers[r]!.Value)));
        if (known.Count == 0) yield return "       no registers are known";
    }

    private static string Cell(Register register, ulong value)
    {
        string digits = value.ToString($"x{Math.Max(1, register.Bytes * 2)}", CultureInfo.InvariantCulture);
        return $"{register.Name,-6} {digits}".PadRight(7 + register.Bytes * 2);
    }
}
