using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>Frames in the words of findings.</summary>
internal static class FrameText
{
    /// <summary><c>walk_tree+0x11 (mini.c:50)</c>, or the address where no symbol covers it.</summary>
    public static string Place(Frame frame)
    {
        string name = frame.Function is { } function ? $"{function}+0x{frame.Offset ?? 0:x}" : frame.Pc.ToString();
        return frame.Source is { Line: > 0 } line ? $"{name} ({Path.GetFileName(line.Path)}:{line.Line})" : name;
    }
}
