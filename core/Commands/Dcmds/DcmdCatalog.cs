namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>All commands there are.</summary>
public static class DcmdCatalog
{
    private static readonly Dictionary<string, Dcmd> ByName = Index();

    /// <summary>By name.</summary>
    public static IReadOnlyList<Dcmd> All { get; } = [.. ByName.Values.Distinct().OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>What can be typed: names and aliases.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The command of that name or alias; null where there is none.</summary>
    public static Dcmd? Find(string name) => ByName.GetValueOrDefault(name);

    // One line a command, by what it is about.
    private static IEnumerable<Dcmd> Made() =>
    [
        // The language itself.
        new HelpDcmd(), new WalkDcmd(),
        new FormatDcmd('/', "print memory by formats"), new FormatDcmd('?', "print memory by formats, as / does"),
        new FormatDcmd('\\', "print physical memory by formats"), new FormatDcmd('@', "print physical memory by formats"), new ValueDcmd(), new FormatsDcmd(), new DisDcmd(),
        new DcmdsDcmd(), new WalkersDcmd(), new EchoDcmd(), new EvalDcmd(), new MapDcmd(), new GrepDcmd(), new HeadDcmd(), new DumpDcmd(),
        new VarsDcmd(), new TypesetDcmd(), new UnsetDcmd(), new AssignDcmd(), new RadixDcmd(), new WidthDcmd(), new SetDcmd(), new MacroDcmd(), new MacrosDcmd(), new QuitDcmd(),
        new RefusedDcmd("::log", "output is not written to files; let the shell do it", "$>"),
        new RefusedDcmd("::load", "there are no debugger modules; everything is built in", "::unload"),
        new RefusedDcmd("::cont", "a dump does not run", ":c", ":r", "::run", ":s", "::step", ":e", "::next", ":u", ":k", "::kill"),
        new RefusedDcmd("$W", "a dump is only read"),

        // Stacks.
        new StackDcmd(), new FramePointerStackDcmd(), new RegsDcmd(), new FindstackDcmd(), new ExceptionDcmd(), new FramesDcmd(), new FindingsDcmd(),

        // CPUs, threads, processes.
        new CpuinfoDcmd(), new ThreadDcmd(), new ThreadlistDcmd(), new StacksDcmd(), new PsDcmd(), new PgrepDcmd(), new Pid2procDcmd(), new PtreeDcmd(),

        // Objects and types.
        new PrintDcmd(), new SizeofDcmd(), new OffsetofDcmd(), new EnumDcmd(), new ListDcmd(), new ArrayDcmd(),

        // The dump and its panic.
        new StatusDcmd(), new PanicinfoDcmd(), new MsgbufDcmd(), new ShowrevDcmd(),

        // The hypervisor.
        new DomainDcmd(), new XpvbufDcmd(), new VcpuDcmd(), new PcpuDcmd(),

        // Addresses, images and spaces.
        new NmDcmd(), new ObjectsDcmd(), new MappingsDcmd(), new MemstatDcmd(), new ModinfoDcmd(), new SpacesDcmd(), new VtopDcmd(), new WhatisDcmd(), new KgrepDcmd(),
    ];

    private static Dictionary<string, Dcmd> Index()
    {
        var index = new Dictionary<string, Dcmd>(StringComparer.Ordinal);
        foreach (var dcmd in Made())
            foreach (string name in dcmd.Aliases.Prepend(dcmd.Name)) index.Add(name, dcmd);
        return index;
    }
}
