namespace XenDumpAdapter.Adapter.Wire;

// Arguments of requests, named as in the protocol. What the protocol calls optional has a default; members that this adapter does not look at are left out.

/// <summary>Of requests that have none.</summary>
internal sealed record EmptyArguments;

internal sealed record InitializeArguments(
    string? ClientID = null, bool? LinesStartAt1 = null, bool? ColumnsStartAt1 = null, bool? SupportsVariableType = null, bool? SupportsMemoryReferences = null, bool? SupportsProgressReporting = null);

/// <summary>Of launch and attach alike.</summary>
internal sealed record OpenArguments(string? Dump = null, string? Kernel = null, string? XenSyms = null, string? Threads = null);

internal sealed record CancelArguments(int? RequestId = null, string? ProgressId = null);

internal sealed record ValueFormatArgument(bool? Hex = null);

internal sealed record StackTraceArguments(int ThreadId, int? StartFrame = null, int? Levels = null, StackFrameFormatArgument? Format = null);

internal sealed record StackFrameFormatArgument(
    bool? Parameters = null, bool? ParameterNames = null, bool? ParameterValues = null, bool? Module = null, bool? Hex = null);

internal sealed record ScopesArguments(int FrameId);

internal sealed record VariablesArguments(int VariablesReference, string? Filter = null, int? Start = null, int? Count = null, ValueFormatArgument? Format = null);

internal sealed record EvaluateArguments(string Expression, int? FrameId = null, string? Context = null, ValueFormatArgument? Format = null);

internal sealed record ReadMemoryArguments(string MemoryReference, long Count, long? Offset = null);

internal sealed record DisassembleArguments(string MemoryReference, long InstructionCount, long? Offset = null, long? InstructionOffset = null, bool? ResolveSymbols = null);

internal sealed record ModulesArguments(int? StartModule = null, int? ModuleCount = null);

internal sealed record SourceArguments(SourceBody? Source = null, int? SourceReference = null);

internal sealed record ExceptionInfoArguments(int ThreadId);

internal sealed record SourceBreakpointArgument(int? Line = null);

/// <summary>Of all requests that set breakpoints; which members there are depends on the request.</summary>
internal sealed record BreakpointsArguments(SourceBreakpointArgument?[]? Breakpoints = null, int[]? Lines = null, string?[]? Filters = null, FilterOptionArgument?[]? FilterOptions = null);

internal sealed record FilterOptionArgument(string? FilterId = null);

internal sealed record CompletionsArguments(string Text, int Column, int? FrameId = null, int? Line = null);

/// <summary>Of the requests that would make a thread run.</summary>
internal sealed record ThreadArguments(int? ThreadId = null);
