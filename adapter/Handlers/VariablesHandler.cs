using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>variables: what a scope, structure, array or pointer opens into.</summary>
internal sealed class VariablesHandler()
    : RequestHandler<VariablesArguments, VariablesBody>("variables", DapJson.Default.VariablesArguments, DapJson.Default.VariablesBody)
{
    /// <summary>Elements for a client that does not ask page by page.</summary>
    private const int MostAtOnce = 1000;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsValueFormattingOptions = true;

    /// <inheritdoc/>
    protected override VariablesBody Answer(DapSession session, VariablesArguments arguments, CancellationToken cancel)
    {
        var container = session.Variables.Find(arguments.VariablesReference)
            ?? throw new DapException(DapErrors.UnknownReference, $"There is nothing with the number {arguments.VariablesReference}.");
        int start = Math.Max(0, arguments.Start ?? 0);
        int count = arguments.Count is > 0 and { } wanted ? Math.Min(wanted, MostAtOnce) : MostAtOnce;
        var format = Formats.Of(session, arguments.Format);
        return new VariablesBody([.. container.Variables(session, start, count, format, cancel)]);
    }
}
