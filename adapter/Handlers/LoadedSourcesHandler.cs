using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>loadedSources: the source files that debug information names. Each has a text made from the dump (see <see cref="SourceShape"/>).</summary>
internal sealed class LoadedSourcesHandler()
    : RequestHandler<EmptyArguments, SourcesBody>("loadedSources", DapJson.Default.EmptyArguments, DapJson.Default.SourcesBody)
{
    private const int Most = 20_000;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsLoadedSourcesRequest = true;

    /// <inheritdoc/>
    protected override SourcesBody Answer(DapSession session, EmptyArguments arguments, CancellationToken cancel)
    {
        var files = session.Target.Modules.SelectMany(m => (m.Dwarf?.SourceFiles ?? []).Select(p => (Module: m, Path: p))).DistinctBy(f => f.Path, StringComparer.Ordinal).Take(Most);
        return new SourcesBody([.. files.Select(f => SourceShape.OfFile(session, f.Module, f.Path))]);
    }
}
