using XenDumpAdapter.Core.Arch.Amd64;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>From machine pages to the hypervisor: its page tables, its symbols (checked against memory), its types.</summary>
internal sealed class XenStage(DumpImage image, PagedMemory machine, SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    private const string Translation = "xen translation";
    private const string Symbols = "xen symbols";
    private const string TypesStage = "xen types";
    private const ulong LargePage = 2 << 20;

    /// <summary>What was said of version and build; set by <see cref="Open"/>.</summary>
    public XenText Text { get; private set; } = new(null, null, null, null, null, null, null);

    /// <summary>Build id of the running hypervisor; null where none was found.</summary>
    public string? BuildId { get; private set; }

    /// <summary>The hypervisor, or null where the dump has no page tables that reach it.</summary>
    public XenImage? Open()
    {
        stages.Begin(Translation, "looking for page tables");
        var candidates = symbols.Find(SymbolRole.Hypervisor);
        if (FindTables(candidates) is not { } memory)
        {
            stages.Skipped(Symbols, "skipped: without page tables nothing can be compared with xen-syms");
            stages.Skipped(TypesStage, "skipped: no hypervisor");
            return null;
        }

        stages.Begin(Symbols, "reading xen-syms");
        var module = new SymbolChoice(symbols, stages, diagnostics).Choose(SymbolRole.Hypervisor, Symbols, "xen", memory, bits: 64, MissingHint(memory));
        BuildId = module?.BuildId ?? XenBuildId.Find(memory);
        Text = XenText.Read(module, memory, image.XenCrash, machine);
        var (types, guessed) = ChooseTypes(module);
        return new XenImage { Space = AddressSpace.Of("xen", 64, memory), Memory = memory, Module = module, Types = types, TypesAreGuessed = guessed };
    }

    /// <summary>Virtual memory as one CPU sees it: its own tables first.</summary>
    public IMemory<VirtualAddress> MemoryOf(CpuContext? cpu, IMemory<VirtualAddress> otherwise) =>
        cpu is not null && Tables(cpu) is { } tables ? new TranslatedMemory<VirtualAddress, MachineAddress>(new XenTables([tables, .. AllTables()]), machine) : otherwise;

    private static Func<string> MissingHint(IMemory<VirtualAddress> memory) => () =>
        XenBuildId.Find(memory) is { } id ? $"the hypervisor that ran has build id {id}" : "the build id of the hypervisor that ran is not in the dump";

    private TranslatedMemory<VirtualAddress, MachineAddress>? FindTables(IReadOnlyList<SymbolCandidate> candidates)
    {
        var probe = ProbeAddresses(candidates).ToList();
        var reaching = AllTables().Where(t => probe.Exists(p => t.TryTranslate(p, out var at, out _) && machine.TryReadU8(at, out _))).ToList();
        if (reaching.Count > 0)
        {
            stages.Ok(Translation, $"{reaching.Count} page tables (of {image.Cpus.Count} CPUs) reach the hypervisor");
            return new TranslatedMemory<VirtualAddress, MachineAddress>(new XenTables(reaching), machine);
        }

        if (FindImage(candidates) is var (root, start))
        {
            stages.Ok(Translation, $"no CPU's page tables reach the hypervisor (a crash kernel's?); its image is at machine {start}, and its own tables are used");
            return new TranslatedMemory<VirtualAddress, MachineAddress>(new XenTables([root]), machine);
        }

        if (image.Mappings.Count > 0)
        {
            stages.Partial(Translation, $"no page table reaches the hypervisor; using the {image.Mappings.Count} mappings that the dump records");
            return new TranslatedMemory<VirtualAddress, MachineAddress>(new RecordedTables(image.Mappings), machine);
        }

        stages.Failed(Translation, image.Cpus.Count == 0
            ? "the dump has no CPU registers, so there is no cr3 to start from; only machine addresses can be read"
            : "no CPU's cr3 leads to page tables that map a hypervisor; only machine addresses can be read");
        return null;
    }

    /// <summary>
    /// Xen's own top table, found without any register: Xen's image lies on a 2 MB boundary of machine memory (xen/arch/x86/setup.c), where its build id note tells
    /// it apart, and the table is at a symbol in it.
    /// </summary>
    private (PageTables Tables, MachineAddress Start)? FindImage(IReadOnlyList<SymbolCandidate> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (SymbolFit.FindBuildIdNote(candidate.Elf) is not { } note) continue;
            var names = ElfSymbolTable.Read(candidate.Elf, diagnostics);
            if (names.Find("idle_pg_table") is not { } table || names.Find("idle_vcpu") is not { } idle) continue;
            byte[] there = new byte[note.Id.Length];
            foreach (var at in LargePages())
            {
                if (!machine.TryRead(at + InSlot(note.Address) + SymbolFit.NoteHeaderBytes, there) || !note.Id.Span.SequenceEqual(there)) continue;
                var tables = PageTables.FromCr3(machine, (at + InSlot(table.Address)).Value, 0);
                if (IsAlive(tables, idle.Address)) return (tables, at);
            }
        }

        return null;
    }

    /// <summary>Boundaries of 2 MB in the machine memory that the dump holds.</summary>
    private IEnumerable<MachineAddress> LargePages()
    {
        foreach (var range in image.Pages.Ranges)
        {
            stages.Begin(Translation, "looking for the hypervisor's image");
            ulong skipped = unchecked(0 - range.Start.Value) & (LargePage - 1);
            for (ulong done = skipped; done >= skipped && done < range.Length; done = unchecked(done + LargePage)) yield return range.Start + done;
        }
    }

    /// <summary>Xen copies itself upwards when it starts; the copy that the boot loader made stays behind, and has no idle vcpu.</summary>
    private bool IsAlive(PageTables tables, VirtualAddress idleVcpu) =>
        tables.TryTranslate(idleVcpu, out var at, out _) && machine.TryReadU64(at, out ulong vcpu) && vcpu != 0;

    /// <summary>Xen 4.x has a slot of 1 GB for its image (XEN_VIRT_START of asm/config.h).</summary>
    private static ulong InSlot(VirtualAddress address) => address.Value & 0x3fff_ffff;

    private static IEnumerable<VirtualAddress> ProbeAddresses(IReadOnlyList<SymbolCandidate> candidates)
    {
        foreach (var candidate in candidates)
            if (candidate.Elf.FindSection(".text") is { } text) yield return new VirtualAddress(text.Address);
        yield return new VirtualAddress(0xffff_82d0_4020_0000);
        yield return new VirtualAddress(0xffff_82d0_8020_0000);
        yield return new VirtualAddress(0xffff_828c_8010_0000);
    }

    /// <summary>The crashing CPU's first, then the others', each root once.</summary>
    private IEnumerable<ITranslator<VirtualAddress, MachineAddress>> AllTables()
    {
        var seen = new HashSet<ulong>();
        int first = image.XenCrash?.CpuIndex ?? 0;
        foreach (var cpu in image.Cpus.OrderBy(c => c.Index == first ? 0 : 1))
            if (cpu["cr3"] is { } cr3 && seen.Add(cr3) && Tables(cpu) is { } tables) yield return tables;
        if (FromVmcoreInfo() is { } idle) yield return idle;
    }

    private PageTables? Tables(CpuContext cpu) =>
        cpu["cr3"] is { } cr3 && cr3 >> 12 != 0 ? PageTables.FromCr3(machine, cr3, cpu["cr4"] ?? 0) : null;

    /// <summary>Xen's own top table, which VMCOREINFO_XEN names by its virtual address in the image, and the image's machine address from the crash note.</summary>
    private PageTables? FromVmcoreInfo()
    {
        ulong? table = VmcoreInfo.Number(image.XenVmcoreInfo, "SYMBOL(pgd_l4)", hex: true);
        if (table is not { } at || image.XenCrash?.XenPhysStart is not { } start) return null;
        return PageTables.FromCr3(machine, unchecked(start.Value + (at & 0x3fff_ffff)), 0);
    }

    private (ITypeSource Types, bool Guessed) ChooseTypes(Module? module)
    {
        if (module?.Types is { } dwarf && dwarf.Find("struct vcpu") is { Size: > 0 } && dwarf.Find("struct cpu_info") is { Size: > 0 })
        {
            stages.Ok(TypesStage, dwarf.Description);
            return (dwarf, false);
        }

        var table = LayoutTable.ForXen(Text.Major ?? 4, Text.Minor ?? 17, is64: true, Text.Update);
        stages.Partial(TypesStage, $"{(module is null ? "no xen-syms" : "xen-syms has no DWARF")}: {table.Description}; each value is checked against the dump");
        return (table, true);
    }
}
