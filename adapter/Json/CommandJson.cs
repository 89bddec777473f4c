using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using XenDumpAdapter.Core.Commands;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>
/// Output of the mdb language for programs: one JSON object a line, as the lines come. A row of a table has its columns by name; any other line is
/// <c>{"text":…}</c>, with <c>"value"</c> where a pipe would take a number; what went wrong is <c>{"error":…}</c>. Addresses are texts <c>0x…</c>, counts are
/// numbers, what the dump does not have is null. protocol-fixtures/schema/mdb.schema.json describes it.
/// </summary>
internal static class CommandJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object of a line; null for the head of a table, which rows repeat.</summary>
    public static string? Of(CommandOutput line)
    {
        if (line.IsHeader) return null;
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            if (line.IsError) writer.WriteString("error", line.Text);
            else if (line.Row is { } row) Row(writer, row);
            else Text(writer, line);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void Text(Utf8JsonWriter writer, CommandOutput line)
    {
        writer.WriteString("text", line.Text);
        if (line.Value is { } value) writer.WriteString("value", Hex.Of(value));
    }

    private static void Row(Utf8JsonWriter writer, TableRow row)
    {
        for (int i = 0; i < row.Cells.Count; i++)
        {
            string name = row.Table.Columns[i].Name;
            if (name.Length == 0) continue;
            writer.WritePropertyName(name.ToLowerInvariant());
            var cell = row.Cells[i];
            switch (cell.Kind)
            {
                case CellKind.Absent: writer.WriteNullValue(); break;
                case CellKind.Hex: writer.WriteStringValue(Hex.Of(cell.Number)); break;
                case CellKind.Decimal: writer.WriteNumberValue(unchecked((long)cell.Number)); break;
                default: writer.WriteStringValue(cell.Plain); break;
            }
        }
    }
}
