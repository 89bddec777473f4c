using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>scopes: arguments, locals and registers of a frame; of an exception's label the record's fields.</summary>
internal sealed class ScopesHandler() : RequestHandler<ScopesArguments, ScopesBody>("scopes", DapJson.Default.ScopesArguments, DapJson.Default.ScopesBody)
{
    /// <summary>Vector of a page fault: Intel SDM volume 3A, table 6-1.</summary>
    private const uint PageFault = 14;

    private static readonly string[] Segments = ["cs", "ss", "ds", "es", "fs", "gs", "fs_base", "gs_base", "kernel_gs_base"];

    /// <inheritdoc/>
    protected override ScopesBody Answer(DapSession session, ScopesArguments arguments, CancellationToken cancel)
    {
        var row = session.Row(arguments.FrameId, cancel);
        if (!session.Scopes.TryGetValue(row.Id, out var scopes)) session.Scopes[row.Id] = scopes = new ScopesBody([.. Scopes(session, row)]);
        return scopes;
    }

    private static List<ScopeBody> Scopes(DapSession session, PresentedFrame row)
    {
        if (row.Frame is not { } frame) return [];
        var scopes = new List<ScopeBody>();
        if (frame.Exception is { } exception) scopes.Add(Scope(session, "Exception", null, ExceptionFields(session, frame, exception)));
        else scopes.AddRange(VariableScopes(session, frame));
        scopes.AddRange(RegisterScopes(session, row, frame));
        return scopes;
    }

    private static IEnumerable<ScopeBody> VariableScopes(DapSession session, Frame frame)
    {
        var variables = FrameVariables.Of(frame);
        foreach (bool arguments in new[] { true, false })
        {
            var some = variables.Where(v => v.IsArgument == arguments).ToList();
            if (some.Count == 0) continue;
            var container = new ListContainer(some.Count, (s, format) => some.Select((v, i) => Variable(s, v, i, format)));
            yield return Scope(session, arguments ? "Arguments" : "Locals", arguments ? "arguments" : "locals", container);
        }
    }

    /// <summary>A variable; a bare word of the stack, whose type nothing tells, is shown as such words are everywhere: in hexadecimal.</summary>
    private static VariableBody Variable(DapSession session, FrameVariable variable, int place, ValueFormat format) => variable.Word is null
        ? ValueShape.Variable(session, variable.Name ?? "<unnamed>", variable.Value, variable.Name, format)
        : ValueShape.Variable(session, variable.Name ?? $"argument {place + 1}", variable.Value, variable.Name, variable.Value.Type is BaseType ? format with { Hex = true } : format);

    private static IEnumerable<ScopeBody> RegisterScopes(DapSession session, PresentedFrame row, Frame frame)
    {
        var architecture = frame.Registers.Architecture;
        var general = architecture.Registers.Where(r => !Segments.Contains(r.Name) && !RegisterShape.IsControl(r)).ToList();
        var segments = architecture.Registers.Where(r => Segments.Contains(r.Name)).ToList();
        yield return Registers(session, "Registers", frame, frame.Registers, general);
        yield return Registers(session, "Segments", frame, frame.Registers, segments);

        // Control registers are the CPU's: there is one set for the whole stack.
        if (row.Thread.Cpu?.Registers is { } ofCpu)
        {
            var controls = ofCpu.Architecture.Registers.Where(r => RegisterShape.IsControl(r) && ofCpu[r] is not null).ToList();
            if (controls.Count > 0) yield return Registers(session, $"Control registers of CPU {row.Thread.Cpu.Id}", frame, ofCpu, controls);
        }
    }

    private static ScopeBody Registers(DapSession session, string name, Frame frame, RegisterSet values, List<Register> registers) =>
        Scope(session, name, "registers", new ListContainer(registers.Count, (s, _) => registers.Select(r => RegisterShape.Variable(s, values, r, frame.Context.Space))));

    private static ScopeBody Scope(DapSession session, string name, string? hint, ListContainer container) => new()
    {
        Name = name,
        PresentationHint = hint,
        VariablesReference = session.Variables.Add(container),
        NamedVariables = (int)container.Count,
        Expensive = false,
    };

    private static VariableBody ErrorCode(DapSession session, ExceptionRecord exception)
    {
        string code = AddressText.Hex(exception.ErrorCode);
        var line = RegisterShape.Line("error code", exception.ErrorText.Length > 0 ? $"{code}: {exception.ErrorText}" : code);
        return exception.Vector != PageFault ? line : line with { VariablesReference = session.Variables.Add(RegisterShape.BitsOf(exception.ErrorCode, RegisterBits.PageFaultCode), (exception, "error code")) };
    }

    private static ListContainer ExceptionFields(DapSession session, Frame frame, ExceptionRecord exception)
    {
        var fields = new List<VariableBody>
        {
            RegisterShape.Line("vector", $"{exception.Vector} ({exception.Name})"),
            ErrorCode(session, exception),
        };
        if (exception.FaultAddress is { } address)
        {
            fields.Add(RegisterShape.Line("address", address.ToString(), Memory(address)));
            if (exception.FaultAddressText is { } text) fields.Add(RegisterShape.Line("address is", text));
        }

        fields.Add(RegisterShape.Line("cs:pc", $"{exception.Cs:x4}:{exception.Pc}", Memory(exception.Pc)));
        fields.Add(RegisterShape.Line("ss:sp", $"{exception.Ss:x4}:{exception.Sp}", Memory(exception.Sp)));
        fields.Add(RegisterShape.Line("record at", exception.Address.ToString()));
        return new ListContainer(fields.Count, (_, _) => fields);

        string? Memory(VirtualAddress at) => session.ShowsMemory ? session.Memory.Of(frame, at) : null;
    }
}
