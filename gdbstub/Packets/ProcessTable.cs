using System.Globalization;
using System.Security;
using System.Text;
using XenDumpAdapter.GdbStub.Processes;

namespace XenDumpAdapter.GdbStub.Packets;

/// <summary>The document of <c>qXfer:osdata</c>: <c>info os processes</c> shows what <c>attach</c> can name.</summary>
internal static class ProcessTable
{
    /// <summary>The table of that name: <c>processes</c>, or the list of tables where the name is empty; null for any other.</summary>
    public static string? Document(string name, IEnumerable<GdbProcess> processes) => name switch
    {
        "" => Write("types", [[("Type", "processes"), ("Description", "The hypervisor and its guests: what attach takes")]]),
        "processes" => Write("processes", processes.Select(Row)),
        _ => null,
    };

    private static (string Column, string Value)[] Row(GdbProcess process) =>
    [
        ("pid", process.Id.ToString(CultureInfo.InvariantCulture)),
        ("command", process.Name),
        ("threads", process.Threads.Count.ToString(CultureInfo.InvariantCulture)),
        ("architecture", process.Layout.GdbName),
    ];

    private static string Write(string type, IEnumerable<(string Column, string Value)[]> rows)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"osdata.dtd\">\n<osdata type=\"").Append(type).Append("\">\n");
        foreach (var row in rows)
        {
            xml.Append("  <item>\n");
            foreach (var (column, value) in row)
                xml.Append("    <column name=\"").Append(column).Append("\">").Append(SecurityElement.Escape(value)).Append("</column>\n");
            xml.Append("  </item>\n");
        }

        return xml.Append("</osdata>\n").ToString();
    }
}
