namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Builds what is in the memory of a Solaris or illumos machine: modules with code, symbols and types, CPUs, processes, threads with stacks. What happened to the machine is
/// added by scenarios (<see cref="PlainPanics"/>, <see cref="XpvPanics"/>). Addresses, names and sizes are random, alike for a seed.
/// </summary>
public sealed class SolarisKernelBuilder
{
    private readonly List<KernelModule> _modules = [];

    /// <summary>A kernel that runs, on which nothing happened yet.</summary>
    public SolarisKernelBuilder(SolarisKernelOptions options)
    {
        Options = options;
        Random = new Random(options.Seed);
        Names = new Names(Random);
        NodeName = Names.Next(3);
        Image = new SolarisMemoryImage(options.WordSize);
        var facts = KernelFacts.Solaris(options.WordSize, options.Is2007);
        var space = KernelSpace.Of(options, Random);
        MakeModules(space);
        Memory = new KernelMemory(Image, facts, Random, Unix.Variable("kas", facts["as"].Bytes), space.Heap);
        Functions = new KernelFunctions(new KernelCode(options.WordSize, Random), options.WordSize, Random, Names, [.. _modules.Skip(2).Select(m => m.Name)]);
        Tasks = new TaskBuilder(this);
    }

    /// <summary>What was asked for.</summary>
    public SolarisKernelOptions Options { get; }

    /// <summary>Memory and symbols.</summary>
    public SolarisMemoryImage Image { get; }

    /// <summary>The kernel's memory.</summary>
    public KernelMemory Memory { get; }

    /// <summary>Its functions.</summary>
    public KernelFunctions Functions { get; }

    /// <summary>Its modules in the order of its list.</summary>
    public IReadOnlyList<KernelModule> Modules => _modules;

    /// <summary>Its CPUs by id.</summary>
    public IReadOnlyList<BuiltCpu> Cpus => Tasks.Cpus;

    /// <summary>Its threads in the order of its list.</summary>
    public IReadOnlyList<BuiltThread> Threads => Tasks.Threads;

    /// <summary>Its processes in the order in which they were made.</summary>
    public IReadOnlyList<BuiltProcess> Processes => Tasks.Processes;

    /// <summary>Its messages, oldest first.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The host's name.</summary>
    public string NodeName { get; }

    /// <summary>What <c>uname -v</c> says.</summary>
    public string Version => Options.Is2007 ? "snv_" + (60 + (Options.Seed % 20)) : "joyent_2015" + (1000 + Options.Seed);

    /// <summary>The core kernel.</summary>
    public KernelModule Unix => _modules[0];

    /// <summary>What is common to all platforms.</summary>
    public KernelModule Genunix => _modules[1];

    internal Random Random { get; }

    internal Names Names { get; }

    internal TaskBuilder Tasks { get; }

    /// <summary>The hypervisor's module, which is in nobody's list until it panics.</summary>
    internal KernelModule? Hypervisor { get; set; }

    private IEnumerable<KernelModule> Placed => Hypervisor is null ? _modules : _modules.Append(Hypervisor);

    /// <summary>Whether its words have 64 bits.</summary>
    internal bool Is64 => Options.WordSize == 64;

    /// <summary>Code is placed: from here on functions have addresses, and there are threads.</summary>
    internal void Start()
    {
        var ends = Functions.Code.Lay(Placed.ToDictionary(m => m.Name, m => m.Text));
        foreach (var module in Placed) module.TextSize = ends.GetValueOrDefault(module.Name, module.Text) - module.Text;
        foreach (var function in Functions.Code.Functions) Memory.Bytes(function.Address, function.Code);
        Tasks.Start();
    }

    /// <summary>Writes lists, modules, symbols and all that hangs together; nothing is added after it.</summary>
    internal void Finish()
    {
        Tasks.Finish();
        Identity();
        WriteMessages();
        MakeSymbols();
        foreach (var module in _modules)
            for (ulong page = module.Data & ~0xfffUL; page < module.Data + module.DataSize; page += SolarisMemoryImage.PageSize)
                if (Image.Frame(Memory.Kas, page) is null) Image.Map(Memory.Kas, page, Image.FreePfn());
        var writer = new ModuleWriter(Memory);
        foreach (var module in _modules) writer.Write(module);
        if (Hypervisor is not null)
        {
            writer.WriteHypervisor(Hypervisor);
            _modules.Add(Hypervisor);
        }

        writer.Link(_modules);
        Image.Text = (Unix.Text, Unix.TextSize);
        Image.Data = (Unix.Data, Unix.DataSize);
    }

    private void MakeModules(KernelSpace space)
    {
        _modules.Add(new KernelModule("unix", 0, space.Text, space.Data, Random));
        _modules.Add(new KernelModule("genunix", 1, space.Text + 0x8_0000, space.Data + 0x4_0000, Random));
        ulong text = space.ModuleText, data = space.ModuleData;
        for (int i = 0; i < Options.Modules; i++)
        {
            text += (ulong)Random.Next(1, 8) * SolarisMemoryImage.PageSize;
            data += (ulong)Random.Next(1, 4) * SolarisMemoryImage.PageSize;
            _modules.Add(new KernelModule(Names.Next(), i + 2, text, data, Random));
            _modules[^1].Variable($"{_modules[^1].Name}_state", Options.WordSize / 8);
            _modules[^1].Variable("verbose", 4, isLocal: true);
            text += 0x2000;
        }

        Unix.Control = Unix.Variable("modules", KernelFacts.Solaris(Options.WordSize, Options.Is2007)["modctl"].Bytes);
    }

    private void Identity()
    {
        ulong utsname = Genunix.Variable("utsname", Memory.Facts["utsname"].Bytes);
        string[] members = ["sysname", "nodename", "release", "version", "machine"];
        string[] texts = ["SunOS", NodeName, "5.11", Version, "i86pc"];
        for (int i = 0; i < members.Length; i++) Memory.SetText("utsname", utsname, members[i], texts[i]);
        Memory.Text(Unix.Variable("platform", 257), Options.IsXpv ? "i86xpv" : "i86pc");
        Memory.WordAt(Genunix.Variable("ctf_arena", Memory.Word), Memory.Allocate(64));
    }

    /// <summary><c>log_recentq</c> holds blocks with a <c>log_ctl_t</c>, each with a block of text behind it.</summary>
    private void WriteMessages()
    {
        ulong queue = Memory.New("queue"), last = 0;
        Memory.WordAt(Genunix.Variable("log_recentq", Memory.Word), queue);
        for (int i = 0; i < Messages.Count; i++)
        {
            ulong head = Memory.New("msgb"), body = Memory.New("msgb"), control = Memory.New("log_ctl"), text = Memory.NewText(Messages[i]);
            Memory.Set("log_ctl", control, "seq_no", (ulong)(i + 1)).Set("log_ctl", control, "ttime", (ulong)(1_100_000_000 + i)).Set("log_ctl", control, "pri", 0x88);
            Memory.Set("msgb", head, "b_rptr", control).Set("msgb", head, "b_wptr", control + 24).Set("msgb", head, "b_cont", body);
            Memory.Set("msgb", body, "b_rptr", text).Set("msgb", body, "b_wptr", text + (ulong)Messages[i].Length + 1);
            if (last == 0) Memory.Set("queue", queue, "q_first", head);
            else Memory.Set("msgb", last, "b_next", head).Set("msgb", head, "b_prev", last);
            last = head;
        }

        Memory.Set("queue", queue, "q_last", last).Set("queue", queue, "q_count", (ulong)Messages.Count);
    }

    /// <summary>Each module's own table and types, and all of them in the kernel's.</summary>
    private void MakeSymbols()
    {
        var functions = Functions.Code.Functions.ToLookup(f => f.Module);
        foreach (var module in _modules)
        {
            module.MakeSymbols(functions[module.Name]);
            Image.Symbols.AddRange(module.Symbols);
        }

        if (!Options.HasTypes) return;
        Func<SolarisSymbol, int?> ArgumentsIn(KernelModule module) => symbol => functions[module.Name].FirstOrDefault(f => f.Name == symbol.Name) is { Raw: null } found ? found.Arguments : null;
        var (bytes, types) = KernelTypes.Own(Memory.Facts, Memory.Word, Genunix.Symbols, ArgumentsIn(Genunix), compressed: true);
        Genunix.Ctf = bytes;
        foreach (var module in _modules)
            if (module != Genunix) module.Ctf = KernelTypes.Child(types, $"{module.Name}_state", module.Symbols, ArgumentsIn(module), compressed: module.Id % 2 == 0);
    }
}
