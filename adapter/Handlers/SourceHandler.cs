using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>source: a generated text. No file of this machine is ever read.</summary>
internal sealed class SourceHandler() : RequestHandler<SourceArguments, SourceContentBody>("source", DapJson.Default.SourceArguments, DapJson.Default.SourceContentBody)
{
    /// <inheritdoc/>
    protected override SourceContentBody Answer(DapSession session, SourceArguments arguments, CancellationToken cancel)
    {
        int reference = arguments.Source?.SourceReference ?? arguments.SourceReference ?? 0;
        var source = session.Sources.Find(reference)
            ?? throw new DapException(DapErrors.UnknownReference, "The source is not in the dump, and files of this machine are not read; open the frame's disassembly.");
        return new SourceContentBody(source.Text(cancel), "text/x-asm");
    }
}
