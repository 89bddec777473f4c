using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>Frames in the words of findings.</summary>
internal static class FrameText
{
    /// <summary><c>walk_tree+0x11 (mini.c:50)</c>, of a kernel with modules <c>nfs`nfs3_read+0x12</c>; the address where no symbol covers it.</summary>
    public static string Place(Frame frame)
    {
        string name = frame.Function is not null ? $"{Function(frame)}+0x{frame.Offset ?? 0:x}" : frame.Pc.ToString();
        return frame.Source is { Line: > 0 } line ? $"{name} ({Path.GetFileName(line.Path)}:{line.Line})" : name;
    }

    /// <summary>The function with its module where the context has several, or the address.</summary>
    public static string Function(Frame frame)
    {
        if (frame.Function is not { } function) return frame.Pc.ToString();
        return frame is { Module: { } module, Context.Modules.Count: > 1 } ? $"{module.Name}`{function}" : function;
    }
}
