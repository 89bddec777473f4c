using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>A value with all its parts; where it is and what it is come first where it is an object in memory.</summary>
public static class ValueReport
{
    /// <summary>The lines.</summary>
    public static IEnumerable<ReportLine> Lines(DumpTarget target, TypedValue value)
    {
        var format = new ValueFormat { Symbolize = address => SymbolText.Describe(target, value.Space, new VirtualAddress(address)) };
        if (value.Address is { } at && value.Type.Strip() is AggregateType or ArrayType)
        {
            // A structure's first line says what it is; an array's does not.
            string what = value.Type.Strip() is ArrayType ? $"{value.Type.DisplayName} at " : "";
            yield return new ReportLine($"{what}{new Location(value.Space, at)}", LineStyle.Heading);
        }

        foreach (string line in ValueFormatter.FormatTree(value, format: format)) yield return new ReportLine(line + HexOf(value));
    }

    // One number in both ways of writing: people look for either.
    private static string HexOf(TypedValue value)
    {
        bool isNumber = value.Type.Strip() is BaseType { Encoding: BaseEncoding.Signed or BaseEncoding.Unsigned };
        return isNumber && value.TryGetUnsigned(out ulong bits) && bits > 9 ? $" ({AddressText.Hex(bits)})" : "";
    }
}
