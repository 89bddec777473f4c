using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Dwarf;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Turns real frames into the frames that the source code has: calls that the compiler inlined become frames of their own, as in gdb.</summary>
internal static class InlineExpansion
{
    /// <summary>The frames with inlined ones put in, and levels counted.</summary>
    public static IReadOnlyList<Frame> Expand(IReadOnlyList<Frame> real)
    {
        var all = new List<Frame>(real.Count);
        Frame? caller = null;
        for (int i = real.Count - 1; i >= 0; i--)
        {
            int end = all.Count;
            if (real[i].Exception is not null) caller = null;
            foreach (var one in Of(real[i])) all.Insert(end, one with { Caller = caller });
            caller = real[i].Exception is null ? all[end] : null;
        }

        all.Reverse();
        for (int i = 0; i < all.Count; i++) all[i] = all[i] with { Level = i };
        return all;
    }

    private static IEnumerable<Frame> Of(Frame frame)
    {
        if (frame.Exception is not null || frame.Module is not { } module) return [frame];
        var line = module.FindLine(frame.LookupPc);
        var functions = module.Dwarf?.FindFunctions(frame.LookupPc) ?? [];
        return functions.Count == 0 ? [frame with { Source = line }] : Split(frame, line, functions);
    }

    /// <summary>The innermost has the line of the pc, each one around it the line where it makes the inlined call.</summary>
    private static IEnumerable<Frame> Split(Frame frame, SourceLine? line, IReadOnlyList<DwarfFunction> functions)
    {
        for (int i = 0; i < functions.Count; i++)
        {
            var function = functions[i];
            yield return frame with
            {
                Function = function.Name,
                Offset = OffsetOf(frame, function),
                Source = line,
                Inline = function.Inline,
                InlineDepth = i,
            };
            line = function.CallSite;
        }
    }

    /// <summary>From the start of the inlined code; for the real function, and for parts moved out of line (.cold), from the symbol's start.</summary>
    private static ulong? OffsetOf(Frame frame, DwarfFunction function) =>
        function.Inline && function.Start <= frame.Pc ? frame.Pc.Value - function.Start.Value : frame.Offset;
}
