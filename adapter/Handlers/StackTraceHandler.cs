using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>stackTrace: the one stack. Labels mark where it changes from the hypervisor into the guest.</summary>
internal sealed class StackTraceHandler()
    : RequestHandler<StackTraceArguments, StackTraceBody>("stackTrace", DapJson.Default.StackTraceArguments, DapJson.Default.StackTraceBody)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsDelayedStackTraceLoading = true;

    /// <inheritdoc/>
    protected override StackTraceBody Answer(DapSession session, StackTraceArguments arguments, CancellationToken cancel)
    {
        var rows = session.Stacks.Of(arguments.ThreadId, cancel)
            ?? throw new DapException(DapErrors.UnknownReference, $"There is no thread {arguments.ThreadId}.");
        int start = Math.Clamp(arguments.StartFrame ?? 0, 0, rows.Count);
        int count = arguments.Levels is > 0 and { } levels ? levels : rows.Count;
        return new StackTraceBody([.. rows.Skip(start).Take(count).Select(r => r.Label is null ? Code(session, r, arguments.Format) : Label(r))], rows.Count);
    }

    private static StackFrameBody Label(PresentedFrame row) =>
        new() { Id = row.Id, Name = row.Label!, PresentationHint = "label", CanRestart = false };

    private static StackFrameBody Code(DapSession session, PresentedFrame row, StackFrameFormatArgument? format)
    {
        var frame = row.Frame!;
        var (source, line) = SourceShape.Of(session, frame);
        return new StackFrameBody
        {
            Id = row.Id,
            Name = Name(frame, format),
            Source = source,
            Line = source is null ? 0 : session.LineForClient(line),
            Column = source is null ? 0 : session.ColumnForClient(1),
            InstructionPointerReference = session.Memory.Of(frame, frame.Pc),
            ModuleId = frame.Module?.Name,
            CanRestart = false,
        };
    }

    private static string Name(Frame frame, StackFrameFormatArgument? format)
    {
        string module = format?.Module == true && frame.Module is { } m ? $"{m.Name}`" : "";
        string marks = (frame.Inline ? " [inlined]" : "") + (frame.FoundBy == FoundBy.Scan ? " [guess]" : "");
        return $"{module}{frame.Function ?? frame.Pc.ToString()}{Parameters(frame, format)}{marks}";
    }

    private static string Parameters(Frame frame, StackFrameFormatArgument? format)
    {
        if (format?.Parameters != true || frame.Function is null) return "";
        var options = new ValueFormat { Hex = format.Hex == true, MaxInline = 3, MaxString = 40 };
        var texts = FrameVariables.Of(frame).Where(v => v.IsArgument).Select(v => Parameter(v, format, options));
        return $"({string.Join(", ", texts)})";
    }

    private static string Parameter(FrameVariable variable, StackFrameFormatArgument format, ValueFormat options)
    {
        string name = format.ParameterNames != false ? variable.Name ?? "" : "";
        string value = format.ParameterValues == false ? "" : variable.Word is { } word ? AddressText.Hex(word) : ValueFormatter.Format(variable.Value, options);
        return name.Length > 0 && value.Length > 0 ? $"{name}={value}" : name + value;
    }
}
