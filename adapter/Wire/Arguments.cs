namespace XenDumpAdapter.Adapter.Wire;

// Arguments of requests, named as in the protocol. What the protocol calls optional is nullable; members that this adapter does not look at are left out.

/// <summary>Of requests that have none.</summary>
internal sealed record EmptyArguments;

internal sealed record InitializeArguments(
    string? ClientID, bool? LinesStartAt1, bool? ColumnsStartAt1, bool? SupportsVariableType, bool? SupportsVariablePaging, bool? SupportsMemoryReferences, bool? SupportsProgressReporting);

/// <summary>Of launch and attach alike.</summary>
internal sealed record OpenArguments(string? Dump, string? Kernel, string? XenSyms, string? Threads);

internal sealed record CancelArguments(int? RequestId, string? ProgressId);

internal sealed record ValueFormatArgument(bool? Hex);

internal sealed record StackTraceArguments(int ThreadId, int? StartFrame, int? Levels, StackFrameFormatArgument? Format);

internal sealed record StackFrameFormatArgument(bool? Parameters, bool? ParameterNames, bool? ParameterValues, bool? Line, bool? Module, bool? Hex);

internal sealed record ScopesArguments(int FrameId);

internal sealed record VariablesArguments(int VariablesReference, string? Filter, int? Start, int? Count, ValueFormatArgument? Format);

internal sealed record EvaluateArguments(string Expression, int? FrameId, string? Context, ValueFormatArgument? Format);

internal sealed record ReadMemoryArguments(string MemoryReference, long? Offset, long Count);

internal sealed record DisassembleArguments(string MemoryReference, long? Offset, long? InstructionOffset, long InstructionCount, bool? ResolveSymbols);

internal sealed record ModulesArguments(int? StartModule, int? ModuleCount);

internal sealed record SourceArguments(SourceBody? Source, int? SourceReference);

internal sealed record ExceptionInfoArguments(int ThreadId);

internal sealed record SourceBreakpointArgument(int? Line);

internal sealed record BreakpointsArguments(SourceBreakpointArgument[]? Breakpoints, string[]? Filters);

internal sealed record CompletionsArguments(string Text, int Column, int? FrameId, int? Line);

internal sealed record DisconnectArguments(bool? Restart, bool? TerminateDebuggee);
