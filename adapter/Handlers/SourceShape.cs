using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>
/// Where a frame's code is. Source files are never read: what debug information calls a path is the build machine's. A generated text stands for them, whose
/// line numbers are the real ones where there are any.
/// </summary>
internal static class SourceShape
{
    /// <summary>The source and the line in it; null and 0 where no symbol covers the frame.</summary>
    public static (SourceBody? Source, int Line) Of(DapSession session, Frame frame)
    {
        if (frame.Module is not { } module || module.Symbols.Find(frame.LookupPc) is not { } function) return (null, 0);
        if (frame.Source is { Line: > 0 } line) return (OfLine(session, frame.Context.Space, module, function, line), line.Line);
        var listing = session.SourceOf(new GeneratedSource(session.Target, frame.Context.Space, module, function, null), out int reference);
        return (Body($"{function.Name} (disassembly)", null, reference), listing.LineOf(frame.LookupPc));
    }

    /// <summary>The source that a line of a function is in.</summary>
    public static SourceBody OfLine(DapSession session, AddressSpace space, Module module, Symbol function, SourceLine line)
    {
        session.SourceOf(new GeneratedSource(session.Target, space, module, function, line.Path), out int reference);
        return Body(Path.GetFileName(line.Path), line.Path, reference);
    }

    /// <summary>A source file as a whole.</summary>
    public static SourceBody OfFile(DapSession session, Module module, string path)
    {
        int reference = 0;
        if (session.Target.HomeOf(module.Range.Start.Value) is { } space) session.SourceOf(new GeneratedSource(session.Target, space, module, null, path), out reference);
        return Body(Path.GetFileName(path), path, reference) with { PresentationHint = "deemphasize" };
    }

    /// <summary>Without a presentation hint: VS Code selects no frame by itself whose source is deemphasized.</summary>
    private static SourceBody Body(string name, string? path, int reference) => new()
    {
        Name = name,
        Path = path,
        SourceReference = reference,
        Origin = "made from the dump: instructions by source line",
    };
}
