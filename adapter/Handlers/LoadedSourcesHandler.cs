using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>loadedSources: the source files that debug information names. Only those of frames that were shown have a text (see <see cref="SourceShape"/>).</summary>
internal sealed class LoadedSourcesHandler()
    : RequestHandler<EmptyArguments, SourcesBody>("loadedSources", DapJson.Default.EmptyArguments, DapJson.Default.SourcesBody)
{
    private const int Most = 20_000;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsLoadedSourcesRequest = true;

    /// <inheritdoc/>
    protected override SourcesBody Answer(DapSession session, EmptyArguments arguments, CancellationToken cancel)
    {
        var paths = session.Target.Modules.SelectMany(m => m.Dwarf?.SourceFiles ?? []).Distinct(StringComparer.Ordinal).Take(Most);
        return new SourcesBody([.. paths.Select(p => new SourceBody { Name = Path.GetFileName(p), Path = p, PresentationHint = "deemphasize" })]);
    }
}
