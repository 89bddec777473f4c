using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>How values are written for a client.</summary>
internal static class Formats
{
    /// <summary>The format that a request asks for.</summary>
    public static ValueFormat Of(DapSession session, ValueFormatArgument? argument) => new()
    {
        Hex = argument?.Hex == true,
        Symbolize = address => SymbolText.Describe(session.Target, null, new VirtualAddress(address)),
    };

    /// <summary>The same without anything left out.</summary>
    public static ValueFormat Whole(DapSession session, ValueFormatArgument? argument) =>
        Of(session, argument) with { MaxString = DumpLimits.StringBytes, MaxElements = DumpLimits.ValueLines };
}
