using System.Text.Json.Serialization;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>A frame.</summary>
internal sealed record FrameJson
{
    /// <summary>From 0, innermost first.</summary>
    public required int Level { get; init; }

    /// <summary><c>hypervisor</c>, <c>exception</c>, <c>kernel</c>, <c>user</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The image, or null.</summary>
    public required string? Module { get; init; }

    /// <summary>The function, or null.</summary>
    public required string? Function { get; init; }

    /// <summary>Bytes from the function's start, or null.</summary>
    public required ulong? Offset { get; init; }

    /// <summary>The next instruction.</summary>
    public required string Pc { get; init; }

    /// <summary>The stack pointer.</summary>
    public required string Sp { get; init; }

    /// <summary>The frame pointer register; null where it is not known.</summary>
    public required string? Fp { get; init; }

    /// <summary>The space that its addresses are in.</summary>
    public required string Space { get; init; }

    /// <summary>The vcpu whose code it is; null for the hypervisor's.</summary>
    public required string? Vcpu { get; init; }

    /// <summary>Present and true for an inlined call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Inline { get; init; }

    /// <summary>Parameters in order.</summary>
    public required IReadOnlyList<VariableJson> Arguments { get; init; }

    /// <summary>Locals, where asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VariableJson>? Locals { get; init; }

    /// <summary>How it was found.</summary>
    public required string FoundBy { get; init; }

    /// <summary>Bytes of stack that it takes, where known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Size { get; init; }

    /// <summary>Source line, where known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SourceJson? Source { get; init; }

    /// <summary>Of an exception frame: what happened.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExceptionJson? Exception { get; init; }

    /// <summary>Registers that are known, where asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Dictionary<string, string>? Registers { get; init; }

    /// <summary>The frame's shape.</summary>
    public static FrameJson Of(Frame frame, StackReportOptions options)
    {
        var variables = FrameVariables.Of(frame);
        return new FrameJson
        {
            Level = frame.Level,
            Kind = FrameText.Kind(frame.Kind),
            Module = frame.Module?.Name,
            Function = frame.Function,
            Offset = frame.Offset,
            Pc = frame.Pc.ToString(),
            Sp = frame.Sp.ToString(),
            Fp = Hex.Of(frame.Fp),
            Space = frame.Context.Space.Name,
            Vcpu = frame.Context.Vcpu,
            Inline = frame.Inline ? true : null,
            Arguments = [.. variables.Where(v => v.IsArgument).Select(VariableJson.Of)],
            Locals = options.Locals ? [.. variables.Where(v => !v.IsArgument).Select(VariableJson.Of)] : null,
            FoundBy = FrameText.FoundBy(frame.FoundBy),
            Size = FrameText.Size(frame),
            Source = SourceJson.Of(frame.Source),
            Exception = ExceptionJson.Of(frame.Exception),
            Registers = options.Registers ? Hex.Of(frame.Registers) : null,
        };
    }
}

/// <summary>An exception record.</summary>
internal sealed record ExceptionJson
{
    /// <summary>The vector.</summary>
    public required uint Vector { get; init; }

    /// <summary><c>#PF</c>, <c>NMI</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The error code.</summary>
    public required uint ErrorCode { get; init; }

    /// <summary>The error code in words; empty where the vector has none.</summary>
    public required string ErrorText { get; init; }

    /// <summary>The faulting address, or null.</summary>
    public required string? Address { get; init; }

    /// <summary>Whose the address is, or null.</summary>
    public required string? AddressText { get; init; }

    /// <summary>Where the record stands, in the hypervisor's space.</summary>
    public required string RecordAddress { get; init; }

    /// <summary>Interrupted code's selector.</summary>
    public required string Cs { get; init; }

    /// <summary>Interrupted code.</summary>
    public required string Pc { get; init; }

    /// <summary>Interrupted stack's selector.</summary>
    public required string Ss { get; init; }

    /// <summary>Interrupted stack.</summary>
    public required string Sp { get; init; }

    /// <summary>The record's shape, or null.</summary>
    public static ExceptionJson? Of(ExceptionRecord? record) => record is null ? null : new ExceptionJson
    {
        Vector = record.Vector,
        Name = record.Name,
        ErrorCode = record.ErrorCode,
        ErrorText = record.ErrorText,
        Address = Hex.Of(record.FaultAddress),
        AddressText = record.FaultAddressText,
        RecordAddress = record.Address.ToString(),
        Cs = Hex.Of(record.Cs)!,
        Pc = record.Pc.ToString(),
        Ss = Hex.Of(record.Ss)!,
        Sp = record.Sp.ToString(),
    };
}
