using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>scopes: arguments, locals and registers of a frame; of an exception's label the record's fields.</summary>
internal sealed class ScopesHandler() : RequestHandler<ScopesArguments, ScopesBody>("scopes", DapJson.Default.ScopesArguments, DapJson.Default.ScopesBody)
{
    private static readonly string[] Segments = ["cs", "ss", "ds", "es", "fs", "gs", "fs_base", "gs_base", "kernel_gs_base"];
    private static readonly string[] Controls = ["cr0", "cr2", "cr3", "cr4", "efer"];

    /// <inheritdoc/>
    protected override ScopesBody Answer(DapSession session, ScopesArguments arguments, CancellationToken cancel)
    {
        var row = session.Row(arguments.FrameId, cancel);
        if (row.Frame is not { } frame) return new ScopesBody([]);
        var scopes = new List<ScopeBody>();
        if (frame.Exception is { } exception) scopes.Add(Scope(session, "Exception", null, new ListContainer((s, _) => ExceptionFields(s, frame, exception))));
        else scopes.AddRange(VariableScopes(session, frame));
        scopes.AddRange(RegisterScopes(session, row, frame));
        return new ScopesBody([.. scopes]);
    }

    private static IEnumerable<ScopeBody> VariableScopes(DapSession session, Frame frame)
    {
        var variables = FrameVariables.Of(frame);
        foreach (bool arguments in new[] { true, false })
        {
            var some = variables.Where(v => v.IsArgument == arguments).ToList();
            if (some.Count == 0) continue;
            var container = new ListContainer((s, format) => some.Select(v => ValueShape.Variable(s, v.Name ?? "<unnamed>", v.Value, v.Name, format)));
            yield return Scope(session, arguments ? "Arguments" : "Locals", arguments ? "arguments" : "locals", container, some.Count);
        }
    }

    private static IEnumerable<ScopeBody> RegisterScopes(DapSession session, PresentedFrame row, Frame frame)
    {
        var architecture = frame.Registers.Architecture;
        var general = architecture.Registers.Where(r => !Segments.Contains(r.Name) && !Controls.Contains(r.Name)).ToList();
        var segments = architecture.Registers.Where(r => Segments.Contains(r.Name)).ToList();
        yield return Registers(session, "Registers", frame, frame.Registers, general);
        yield return Registers(session, "Segments", frame, frame.Registers, segments);

        // Control registers are the CPU's: there is one set for the whole stack.
        if (row.Thread.Cpu?.Registers is { } ofCpu)
        {
            var controls = ofCpu.Architecture.Registers.Where(r => Controls.Contains(r.Name) && ofCpu[r] is not null).ToList();
            if (controls.Count > 0) yield return Registers(session, $"Control registers of CPU {row.Thread.Cpu.Id}", frame, ofCpu, controls);
        }
    }

    private static ScopeBody Registers(DapSession session, string name, Frame frame, RegisterSet values, List<Register> registers) =>
        Scope(session, name, "registers", new ListContainer((s, _) => registers.Select(r => RegisterShape.Variable(s, values, r, frame.Context.Space))), registers.Count);

    private static ScopeBody Scope(DapSession session, string name, string? hint, VariableContainer container, int? count = null) => new()
    {
        Name = name,
        PresentationHint = hint,
        VariablesReference = session.Variables.Add(container),
        NamedVariables = count,
        Expensive = false,
    };

    private static IEnumerable<VariableBody> ExceptionFields(DapSession session, Frame frame, ExceptionRecord exception)
    {
        yield return RegisterShape.Line("vector", $"{exception.Vector} ({exception.Name})");
        yield return RegisterShape.Line("error code", exception.ErrorText.Length > 0 ? $"{AddressText.Hex(exception.ErrorCode)}: {exception.ErrorText}" : AddressText.Hex(exception.ErrorCode));
        if (exception.FaultAddress is { } address)
        {
            yield return RegisterShape.Line("address", address.ToString(), session.Memory.Of(frame, address));
            if (exception.FaultAddressText is { } text) yield return RegisterShape.Line("address is", text);
        }

        yield return RegisterShape.Line("cs:pc", $"{exception.Cs:x4}:{exception.Pc}", session.Memory.Of(frame, exception.Pc));
        yield return RegisterShape.Line("ss:sp", $"{exception.Ss:x4}:{exception.Sp}", session.Memory.Of(frame, exception.Sp));
        yield return RegisterShape.Line("record at", exception.Address.ToString());
    }
}
