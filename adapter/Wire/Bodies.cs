using System.Text.Json.Serialization;

namespace XenDumpAdapter.Adapter.Wire;

// Bodies of responses and events, named as in the protocol.

internal sealed record ThreadBody(int Id, string Name);

internal sealed record ThreadsBody(ThreadBody[] Threads);

internal sealed record StoppedBody(string Reason, string? Description, int? ThreadId, string? Text, bool AllThreadsStopped, bool? PreserveFocusHint = null);

internal sealed record OutputBody(string Category, string Output);

internal sealed record ProgressStartBody(string ProgressId, string Title, int? RequestId, bool Cancellable, string? Message);

internal sealed record ProgressUpdateBody(string ProgressId, string? Message);

internal sealed record ProgressEndBody(string ProgressId, string? Message);

internal sealed record StackFrameBody
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public SourceBody? Source { get; init; }

    public int Line { get; init; }

    public int Column { get; init; }

    public string? InstructionPointerReference { get; init; }

    public string? ModuleId { get; init; }

    public string? PresentationHint { get; init; }

    public bool? CanRestart { get; init; }
}

internal sealed record StackTraceBody(StackFrameBody[] StackFrames, int TotalFrames);

internal sealed record SourceBody
{
    public string? Name { get; init; }

    public string? Path { get; init; }

    public int? SourceReference { get; init; }

    public string? PresentationHint { get; init; }

    public string? Origin { get; init; }
}

internal sealed record ScopeBody
{
    public required string Name { get; init; }

    public string? PresentationHint { get; init; }

    public required int VariablesReference { get; init; }

    public int? NamedVariables { get; init; }

    public required bool Expensive { get; init; }
}

internal sealed record ScopesBody(ScopeBody[] Scopes);

internal sealed record VariableBody
{
    public required string Name { get; init; }

    public required string Value { get; init; }

    public string? Type { get; init; }

    public VariableHintBody? PresentationHint { get; init; }

    public string? EvaluateName { get; init; }

    public required int VariablesReference { get; init; }

    public int? NamedVariables { get; init; }

    public int? IndexedVariables { get; init; }

    public string? MemoryReference { get; init; }
}

internal sealed record VariableHintBody
{
    public string? Kind { get; init; }

    public string[]? Attributes { get; init; }

    public bool? Lazy { get; init; }
}

internal sealed record VariablesBody(VariableBody[] Variables);

internal sealed record EvaluateBody
{
    public required string Result { get; init; }

    public string? Type { get; init; }

    public VariableHintBody? PresentationHint { get; init; }

    public required int VariablesReference { get; init; }

    public int? NamedVariables { get; init; }

    public int? IndexedVariables { get; init; }

    public string? MemoryReference { get; init; }
}

internal sealed record ReadMemoryBody(string Address, long? UnreadableBytes, string? Data);

internal sealed record InstructionBody
{
    public required string Address { get; init; }

    public string? InstructionBytes { get; init; }

    public required string Instruction { get; init; }

    public string? Symbol { get; init; }

    public SourceBody? Location { get; init; }

    public int? Line { get; init; }

    public string? PresentationHint { get; init; }
}

internal sealed record DisassembleBody(InstructionBody[] Instructions);

internal sealed record ModuleBody
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Path { get; init; }

    public string? Version { get; init; }

    public string? SymbolStatus { get; init; }

    public string? SymbolFilePath { get; init; }

    public string? AddressRange { get; init; }
}

internal sealed record ModulesBody(ModuleBody[] Modules, int TotalModules);

internal sealed record SourcesBody(SourceBody[] Sources);

internal sealed record SourceContentBody(string Content, string? MimeType);

internal sealed record ExceptionDetailsBody
{
    public string? Message { get; init; }

    public string? TypeName { get; init; }

    public string? FullTypeName { get; init; }

    public string? StackTrace { get; init; }

    public ExceptionDetailsBody[]? InnerException { get; init; }
}

internal sealed record ExceptionInfoBody
{
    public required string ExceptionId { get; init; }

    public string? Description { get; init; }

    public required string BreakMode { get; init; }

    public ExceptionDetailsBody? Details { get; init; }
}

internal sealed record BreakpointBody(bool Verified, string? Message, int? Line);

internal sealed record BreakpointsBody(BreakpointBody[] Breakpoints);

internal sealed record CompletionBody(string Label, string? Type, int? Start, int? Length, string? Detail);

internal sealed record CompletionsBody(CompletionBody[] Targets);

/// <summary>What this adapter can do; computed from the handlers.</summary>
internal sealed record CapabilitiesBody
{
    public bool? SupportsConfigurationDoneRequest { get; set; }

    public bool? SupportsEvaluateForHovers { get; set; }

    public bool? SupportsDelayedStackTraceLoading { get; set; }

    public bool? SupportsModulesRequest { get; set; }

    public bool? SupportsLoadedSourcesRequest { get; set; }

    public bool? SupportsExceptionInfoRequest { get; set; }

    public bool? SupportsReadMemoryRequest { get; set; }

    public bool? SupportsDisassembleRequest { get; set; }

    public bool? SupportsCancelRequest { get; set; }

    public bool? SupportsValueFormattingOptions { get; set; }

    public bool? SupportsCompletionsRequest { get; set; }

    public bool? SupportsClipboardContext { get; set; }

    public bool? SupportsTerminateRequest { get; set; }

    public string[]? CompletionTriggerCharacters { get; set; }
}

/// <summary>Every message that goes over the wire, for the source generator.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ResponseMessage))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(EmptyArguments))]
[JsonSerializable(typeof(InitializeArguments))]
[JsonSerializable(typeof(OpenArguments))]
[JsonSerializable(typeof(CancelArguments))]
[JsonSerializable(typeof(StackTraceArguments))]
[JsonSerializable(typeof(ScopesArguments))]
[JsonSerializable(typeof(VariablesArguments))]
[JsonSerializable(typeof(EvaluateArguments))]
[JsonSerializable(typeof(ReadMemoryArguments))]
[JsonSerializable(typeof(DisassembleArguments))]
[JsonSerializable(typeof(ModulesArguments))]
[JsonSerializable(typeof(SourceArguments))]
[JsonSerializable(typeof(ExceptionInfoArguments))]
[JsonSerializable(typeof(BreakpointsArguments))]
[JsonSerializable(typeof(CompletionsArguments))]
[JsonSerializable(typeof(ThreadArguments))]
[JsonSerializable(typeof(CapabilitiesBody))]
[JsonSerializable(typeof(ThreadsBody))]
[JsonSerializable(typeof(StoppedBody))]
[JsonSerializable(typeof(OutputBody))]
[JsonSerializable(typeof(ProgressStartBody))]
[JsonSerializable(typeof(ProgressUpdateBody))]
[JsonSerializable(typeof(ProgressEndBody))]
[JsonSerializable(typeof(StackTraceBody))]
[JsonSerializable(typeof(ScopesBody))]
[JsonSerializable(typeof(VariablesBody))]
[JsonSerializable(typeof(EvaluateBody))]
[JsonSerializable(typeof(ReadMemoryBody))]
[JsonSerializable(typeof(DisassembleBody))]
[JsonSerializable(typeof(ModulesBody))]
[JsonSerializable(typeof(SourcesBody))]
[JsonSerializable(typeof(SourceContentBody))]
[JsonSerializable(typeof(ExceptionInfoBody))]
[JsonSerializable(typeof(BreakpointsBody))]
[JsonSerializable(typeof(CompletionsBody))]
internal sealed partial class DapJson : JsonSerializerContext;
