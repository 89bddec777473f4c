using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>Which member of which structure was reached through a NULL pointer, where the frame's variables tell.</summary>
internal static class NullMember
{
    /// <summary><c>member tickets of struct pool</c>; null where no variable of the frame is a NULL pointer to a structure that has a member there, or two disagree.</summary>
    /// <param name="frame">The frame that made the access.</param>
    /// <param name="offset">Bytes from the start of the structure.</param>
    public static string? Find(Frame frame, long offset)
    {
        if (offset < 0) return null;
        string? found = null;
        foreach (var variable in FrameVariables.Of(frame))
        {
            if (variable.Value.Type.Strip() is not PointerType pointer || pointer.Target.Strip() is not AggregateType type || !IsNull(variable.Value)) continue;
            if (PathTo(type, (ulong)offset) is not { } path) continue;
            string text = $"member {path} of {type.DisplayName}";
            if (found is not null && found != text) return null;
            found = text;
        }

        return found;
    }

    private static bool IsNull(TypedValue value)
    {
        byte[] bytes = new byte[8];
        var pointer = bytes.AsSpan(0, (int)Math.Min(8, value.Type.Size));
        return value.TryRead(0, pointer) && !pointer.ContainsAnyExcept((byte)0);
    }

    private static string? PathTo(AggregateType type, ulong offset)
    {
        string path = "";
        CType at = type;
        for (int depth = 0; depth < DumpLimits.Nesting && at.Strip() is AggregateType inside; depth++)
        {
            var member = inside.Members.FirstOrDefault(m => m.BitSize is null && m.BitOffset / 8 is var start && offset >= start && offset - start < Math.Max(1, m.Type.Size));
            if (member is null) return null;
            offset -= member.BitOffset / 8;
            at = member.Type;
            if (member.Name is { } name) path = path.Length == 0 ? name : $"{path}.{name}";
        }

        return path.Length == 0 ? null : path;
    }
}
