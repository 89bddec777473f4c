using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>variables: what a scope, structure, array or pointer opens into.</summary>
internal sealed class VariablesHandler()
    : RequestHandler<VariablesArguments, VariablesBody>("variables", DapJson.Default.VariablesArguments, DapJson.Default.VariablesBody)
{
    /// <summary>More than a client can show; one that asks page by page gets at the rest.</summary>
    private const int MostAtOnce = 10_000;

    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsValueFormattingOptions = true;

    /// <inheritdoc/>
    protected override VariablesBody Answer(DapSession session, VariablesArguments arguments, CancellationToken cancel)
    {
        if (arguments.Filter is not (null or "indexed" or "named")) throw new DapException(DapErrors.BadArguments, "The arguments of variables are not as the protocol says (filter).");
        if (arguments.Start < 0 || arguments.Count < 0) throw new DapException(DapErrors.BadArguments, "The arguments of variables are not as the protocol says: start and count are not negative.");
        var container = session.Variables.Find(arguments.VariablesReference)
            ?? throw new DapException(DapErrors.UnknownReference, $"There is nothing with the number {arguments.VariablesReference}.");
        if (arguments.Filter is { } filter && filter == "indexed" != container.IsIndexed) return new VariablesBody([]);

        int start = arguments.Start ?? 0;
        int wanted = arguments.Count is > 0 and { } count ? count : int.MaxValue;
        var format = Formats.Of(session, arguments.Format);
        var variables = container.Variables(session, start, Math.Min(wanted, MostAtOnce), format, cancel).ToList();
        if (variables.Count == MostAtOnce && wanted > MostAtOnce) variables.AddRange(More(container, start, wanted));
        return new VariablesBody([.. variables]);
    }

    /// <summary>That not everything is shown, where that is so.</summary>
    private static IEnumerable<VariableBody> More(VariableContainer container, int start, int wanted)
    {
        ulong left = Math.Min(container.Count - Math.Min(container.Count, (ulong)start), (ulong)wanted);
        if (left > MostAtOnce) yield return new VariableBody { Name = "…", Value = $"{left - MostAtOnce} more", VariablesReference = 0 };
    }
}
