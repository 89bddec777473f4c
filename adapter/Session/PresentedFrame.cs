using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>A row of the call stack: a frame, or a label where the stack changes its context.</summary>
/// <param name="Id">The id that clients use.</param>
/// <param name="Thread">Whose stack.</param>
/// <param name="Label">Text of a label; null for a frame of code.</param>
/// <param name="Frame">The frame; for a label the record that it stands for, or null where it is only a boundary.</param>
internal sealed record PresentedFrame(int Id, TargetThread Thread, string? Label, Frame? Frame);
