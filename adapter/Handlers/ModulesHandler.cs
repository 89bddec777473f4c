using XenDumpAdapter.Adapter.Session;
using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Handlers;

/// <summary>modules: the hypervisor and the kernels, with where their symbols come from.</summary>
internal sealed class ModulesHandler() : RequestHandler<ModulesArguments, ModulesBody>("modules", DapJson.Default.ModulesArguments, DapJson.Default.ModulesBody)
{
    /// <inheritdoc/>
    public override void Advertise(CapabilitiesBody capabilities) => capabilities.SupportsModulesRequest = true;

    /// <inheritdoc/>
    protected override ModulesBody Answer(DapSession session, ModulesArguments arguments, CancellationToken cancel)
    {
        var modules = session.Target.Modules;
        int start = Math.Max(0, arguments.StartModule ?? 0);
        int count = arguments.ModuleCount is > 0 and { } wanted ? wanted : modules.Count;
        return new ModulesBody([.. modules.Skip(start).Take(count).Select(m => Shape(session, m))], modules.Count);
    }

    private static ModuleBody Shape(DapSession session, Module module) => new()
    {
        Id = module.Name,
        Name = module.Name,
        Path = module.Path,
        Version = session.Target.Hypervisor is { } xen && xen.Module == module ? xen.Version : null,
        SymbolStatus = module.Dwarf is not null ? "symbols and DWARF" : module.Types is not null ? "symbols and types" : "symbols, no types",
        SymbolFilePath = module.Path,
        AddressRange = module.Range.ToString(),
    };
}
