using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>From the pages of a Solaris dump to its kernel as the model reads it: address space, symbols, modules, types.</summary>
internal sealed class SolarisStage(DumpImage image, SolarisDump dump, PagedMemory pages, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string Translation = "kernel translation";
    private const string ModulesStage = "modules";
    private const string TypesStage = "kernel types";

    /// <summary>The file that the kernel's symbols are from; null where the dump carried them.</summary>
    public string? SymbolPath { get; private set; }

    /// <summary>The kernel.</summary>
    public SolarisImage Open()
    {
        var unix = new UnixFile(dump, symbols, stages, diagnostics).Open();
        SymbolPath = unix?.Path;
        bool is64 = dump.Header.WordSize == 64;
        var memory = MemoryOf(unix?.Symbols);
        var bare = new SolarisImage
        {
            Space = AddressSpace.Of("kernel", dump.Header.WordSize, memory),
            Memory = memory,
            Architecture = image.ElfMachine == 3 ? Architecture.Ia32 : Architecture.Amd64,
            Symbols = unix?.Symbols,
            Types = LayoutTable.ForSolaris(is64, is2007: dump.Header.Version < 10),
            TypesAreGuessed = true,
        };
        return WithModules(bare);
    }

    /// <summary>Memory of the address space whose <c>struct as</c> is there.</summary>
    public IMemory<VirtualAddress> MemoryOf(VirtualAddress addressSpace) => new TranslatedMemory<VirtualAddress, MachineAddress>(dump.Map(addressSpace), pages);

    private IMemory<VirtualAddress> MemoryOf(ISymbolSource? unix)
    {
        stages.Begin(Translation, "finding the kernel's address space");
        if (unix?.Find("kas")?.Address is { } kas && dump.Map(kas).TryTranslate(kas, out _, out _))
        {
            stages.Ok(Translation, $"the dump's map of kas ({kas})");
            return MemoryOf(kas);
        }

        if (dump.AddressSpaces() is [var most, ..])
        {
            stages.Partial(Translation, $"{(unix is null ? "without symbols kas is not known" : "the map has nothing of the symbol kas")}; the address space {most}, which has the most translations, is taken for the kernel's");
            return MemoryOf(most);
        }

        stages.Failed(Translation, "the dump's map holds no translation; only physical addresses can be read");
        return MemoryOf(default(VirtualAddress));
    }

    private SolarisImage WithModules(SolarisImage bare)
    {
        stages.Begin(ModulesStage, "reading the list of modules");
        var reader = new SolarisModules(bare, bare.Symbols, diagnostics);
        var records = reader.Records();
        var types = new SolarisTypes(bare, records, diagnostics);
        var modules = reader.Make(records, types.Of);
        int withTypes = records.Count(r => types.Of(r) is not null);
        if (records.Count > 0) stages.Ok(ModulesStage, $"{records.Count} modules, {withTypes} with types");
        else stages.Skipped(ModulesStage, bare.Symbols is null ? "skipped: without symbols the list cannot be found" : "no module can be read; the kernel's one symbol table is used");

        stages.Begin(TypesStage, "reading the kernel's types");
        var scope = types.Scope();
        if (scope is not null) stages.Ok(TypesStage, scope.Description);
        var table = scope is null ? KernelLayouts.Choose(bare, dump.Header) : null;
        if (table is not null) stages.Partial(TypesStage, $"the kernel carries no types that can be read: {table.Description}");
        return new SolarisImage
        {
            Space = bare.Space,
            Memory = bare.Memory,
            Architecture = bare.Architecture,
            Symbols = bare.Symbols,
            Modules = modules,
            ReadModules = () => [.. records.Select(r => r.Describe(bare))],
            Types = (ITypeSource?)scope ?? table!,
            TypesAreGuessed = scope is null,
        };
    }
}
