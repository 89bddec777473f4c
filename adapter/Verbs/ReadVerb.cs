using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump read</c>.</summary>
internal sealed class ReadVerb : DumpVerb
{
    private readonly Argument<string> _address = new("ADDRESS") { Description = "0x…, a symbol, an expression, or SPACE:0x…" };
    private readonly Argument<string> _length = new("LENGTH") { Description = "bytes: decimal or 0x…" };
    private readonly PlaceArgument _place;

    /// <summary>The verb.</summary>
    public ReadVerb(VerbHost host) : base(host, "read", "Memory in hexadecimal; absent bytes are ?? with the reason.",
        "xendump read vmcore 0xffff82d040000000 64", "xendump read vmcore machine:0x3800000 0x100", "xendump read vmcore kstack 256 --space dom0", "xendump read vmcore.0 0x8047e00 64 --space 1402", "xendump read vmcore '$rsp' 128")
    {
        Command.Arguments.Add(_address);
        Command.Arguments.Add(_length);
        _place = new PlaceArgument(Command);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        string lengthText = arguments.GetRequiredValue(_length);
        if (!NumberText.TryParse(lengthText, out ulong length)) throw new UsageException($"LENGTH must be a number of bytes, decimal or 0x…, not \"{lengthText}\".");
        if (length > DumpLimits.ShownBytes) throw new UsageException($"At most {DumpLimits.ShownBytes} bytes are read at once.");
        var at = _place.Resolve(target, arguments, arguments.GetRequiredValue(_address), followNames: false, cancel);
        if (json)
        {
            var read = ReadJson.Of(at, length, cancel);
            PrintJson(read, JsonOutput.Shapes.ReadJson);
            return read.Read > 0 || length == 0 ? ExitCode.Ok : throw new UsageException(Absent(target, at));
        }

        var byteThatIsThere = MemorySegment.Of(at.Space, at.Address, length, cancel).FirstOrDefault(s => s.Bytes is not null);
        if (byteThatIsThere is null && length > 0) throw new UsageException(Absent(target, at));
        Print([new ReportLine($"{at}", LineStyle.Heading), .. MemoryDump.Lines(at.Space, at.Address, length, cancel)]);
        return ExitCode.Ok;
    }

    private static string Absent(DumpTarget target, Core.Memory.Location at)
    {
        var elsewhere = target.Spaces.Where(s => s != at.Space && s.Kind == at.Space.Kind && s.Read(at.Address, new byte[1]) == 1).Select(s => s.Name).ToList();
        string hint = elsewhere.Count > 0 ? $" ({elsewhere[0]} has it: --space {elsewhere[0]})" : "";
        return $"Nothing can be read at {at}: {at.Space.Explain(at.Address).Text}{hint}.";
    }
}
