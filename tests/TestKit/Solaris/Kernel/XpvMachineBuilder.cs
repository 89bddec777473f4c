namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Xen's memory as a panicking hypervisor leaves it in a Solaris dump: text and data with the module <c>xpv</c>, domains, vcpus, and a stack for each of the hardware's CPUs with
/// <c>struct cpu_info</c> on top (xen/include/xen/sched.h, xen/include/asm-x86/current.h).
/// </summary>
internal sealed class XpvMachineBuilder
{
    private const int PageSize = SolarisMemoryImage.PageSize, TextPages = 6, DataPages = 3;

    private readonly SolarisKernelBuilder _kernel;
    private readonly int _minor;
    private readonly ulong _stacks, _objects;
    private ulong _next;

    /// <summary>Finds places for everything and puts Xen's pages into the dump, in ascending order of their addresses as dom0 finds them.</summary>
    /// <param name="kernel">dom0.</param>
    /// <param name="minor">Of Xen 3.</param>
    public XpvMachineBuilder(SolarisKernelBuilder kernel, int minor)
    {
        (_kernel, _minor) = (kernel, minor);
        Cpus = Math.Max(kernel.Cpus.Count, kernel.Options.Cpus) + kernel.Random.Next(1, 3);
        ulong shift = (ulong)kernel.Random.Next(0, 12) * PageSize;
        (Start, ulong text, ulong @base) = kernel.Is64
            ? (0xffff_8000_0000_0000, (minor >= 2 ? 0xffff_828c_8010_0000 : 0xffff_8300_0010_0000) + shift, 0xffff_8300_0040_0000UL)
            : (0xf580_0000, 0xff10_0000 + shift, 0xff20_0000UL);
        StackBytes = kernel.Is64 && minor >= 2 ? 0x8000 : 0x4000;
        ulong data = text + ((TextPages + (ulong)kernel.Random.Next(2, 30)) * PageSize);
        _next = _objects = @base + (shift * 3);
        _stacks = (@base + 0x40_0000 + (shift * 4)) & ~((ulong)StackBytes - 1);
        foreach (var (from, pages) in new[] { (text, TextPages), (data, DataPages), (_objects, 64), (_stacks, Cpus * StackBytes / PageSize) })
            for (int i = 0; i < pages; i++) kernel.Image.Map(kernel.Memory.Kas, from + ((ulong)i * PageSize), kernel.Image.FreeForeignPfn());
        Module = kernel.Hypervisor = new KernelModule("xpv", kernel.Modules.Count, text, data, kernel.Random);
        Memory = new KernelMemory(kernel.Image, KernelFacts.Xen(kernel.Options.WordSize, minor), kernel.Random, kernel.Memory.Kas, 0);
    }

    /// <summary>The hardware's CPUs.</summary>
    public int Cpus { get; }

    /// <summary>Bytes of a CPU's stack.</summary>
    public int StackBytes { get; }

    /// <summary>Where Xen's addresses begin.</summary>
    public ulong Start { get; }

    /// <summary>The module.</summary>
    public KernelModule Module { get; }

    /// <summary>Memory with Xen's structures.</summary>
    public KernelMemory Memory { get; }

    /// <summary>The domains.</summary>
    public List<BuiltDomain> Domains { get; } = [];

    /// <summary>What it calls itself.</summary>
    public string Version => _minor == 0 ? "3.0.4-1-sun" : $"3.{_minor}.{_kernel.Options.Seed % 4}-xvm";

    /// <summary>The top of a CPU's stack.</summary>
    public ulong StackTop(int cpu) => _stacks + (ulong)((cpu + 1) * StackBytes);

    /// <summary>Where <c>struct cpu_info</c> is, and the registers of the guest in it.</summary>
    public ulong CpuInfo(int cpu) => StackTop(cpu) - (ulong)Memory.Facts["cpu_info"].Bytes;

    /// <summary>Room among Xen's structures.</summary>
    public ulong Allocate(int bytes)
    {
        ulong at = (_next + 127) & ~127UL;
        _next = at + (ulong)bytes;
        if (_next > _objects + (64 * PageSize)) throw new InvalidOperationException("Xen has too little memory");
        return at;
    }

    /// <summary>Domains, their vcpus, and who runs on which CPU. dom0's vcpus are spread over the hardware's CPUs from the last on.</summary>
    public void MakeDomains()
    {
        int guest = _kernel.Random.Next(2, 9);
        Domains.Add(Domain(0, [.. Enumerable.Range(0, _kernel.Cpus.Count).Select(i => (Cpus - 1 - i, i == 0 ? 0 : 2))]));
        Domains.Add(Domain(guest, [(0, 1)]));
        Memory.Set("domain", Domains[0].Address, "next_in_list", Domains[1].Address).Set("domain", Domains[0].Address, "is_privileged", 1);
        Memory.WordAt(Module.Variable("domain_list", Memory.Word), Domains[0].Address);
        Memory.WordAt(Module.Variable("dom0", Memory.Word), Domains[0].Address);
        Memory.WordAt(Module.Variable("dom0_nrpages", Memory.Word), 0x20_000);
        ulong idle = Module.Variable("idle_vcpu", 32 * Memory.Word);
        ulong idleDomain = Allocate(Memory.Facts["domain"].Bytes);
        Memory.Set("domain", idleDomain, "domain_id", 0x7fff);
        for (int cpu = 0; cpu < Cpus; cpu++)
        {
            var running = Domains.SelectMany(d => d.Vcpus).FirstOrDefault(v => v.Processor == cpu && v.RunState == 0);
            ulong vcpu = Vcpu(idleDomain, cpu, cpu, running is null ? 0 : 1).Address;
            Memory.WordAt(idle + (ulong)(cpu * Memory.Word), vcpu);
            Memory.Set("cpu_info", CpuInfo(cpu), "processor_id", (ulong)cpu).Set("cpu_info", CpuInfo(cpu), "current_vcpu", running?.Address ?? vcpu);
        }
    }

    /// <summary>A CPU has something to do.</summary>
    public void StopIdle(int cpu)
    {
        ulong vcpu = Memory.ReadWord(Module["idle_vcpu"] + (ulong)(cpu * Memory.Word));
        Memory.Set("vcpu_runstate_info", Memory.Place("vcpu", vcpu, "runstate"), "state", 1);
    }

    /// <summary>A vcpu of dom0's waits for something to do: its idle thread called Xen, which keeps its registers with the vcpu.</summary>
    public void Block(BuiltVcpu vcpu)
    {
        var thread = _kernel.Cpus[vcpu.Id].Running;
        var block = _kernel.Functions.Block;
        ulong pc = block.Address + (ulong)block.MarkAt + 2;
        var stack = _kernel.Tasks.StackOf(thread).Call(block).At(pc);
        ulong context = Memory.Place("arch_vcpu", Memory.Place("vcpu", vcpu.Address, "arch"), "guest_context"), at = Memory.Place("vcpu_guest_context", context, "user_regs");
        if (_kernel.Is64) Registers(at, ("rip", pc), ("rbp", stack.Fp), ("rsp", stack.Sp), ("cs", 0xe033), ("ss", 0xe02b), ("rflags", 0x246), ("entry_vector", 0x100), ("rbx", 0xdead_beef));
        else Registers(at, ("eip", pc), ("ebp", stack.Fp), ("esp", stack.Sp), ("cs", 0x159), ("ss", 0x161), ("ds", 0x161), ("es", 0x161), ("eflags", 0x246), ("ebx", 0xdead_beef));
        thread.Frames = stack.Frames();
    }

    /// <summary>Writes <c>struct cpu_user_regs</c>; members that are not named stay as they are.</summary>
    public void Registers(ulong at, params (string Name, ulong Value)[] values)
    {
        foreach (var (name, value) in values) Memory.Set("cpu_user_regs", at, name, value);
    }

    /// <summary>The module's symbols and types.</summary>
    public void Finish()
    {
        var functions = _kernel.Functions.Code.Functions.Where(f => f.Module == Module.Name).ToList();
        Module.MakeSymbols(functions);
        if (_kernel.Options.HasTypes) Module.Ctf = KernelTypes.Own(Memory.Facts, Memory.Word, Module.Symbols, s => functions.Find(f => f.Name == s.Name)?.Arguments, compressed: _kernel.Options.Seed % 2 == 0).Bytes;
    }

    private BuiltDomain Domain(int id, (int Processor, int State)[] vcpus)
    {
        ulong at = Allocate(Memory.Facts["domain"].Bytes);
        uint pages = (uint)_kernel.Random.Next(0x1000, 0x8_0000);
        Memory.Set("domain", at, "domain_id", (ulong)id).Set("domain", at, "tot_pages", pages).Set("domain", at, "max_pages", id == 0 ? uint.MaxValue : pages + 0x100).Set("domain", at, "xenheap_pages", 4);
        List<BuiltVcpu> made = [];
        for (int i = 0; i < vcpus.Length; i++)
        {
            made.Add(Vcpu(at, i, vcpus[i].Processor, vcpus[i].State));
            Memory.WordAt(Memory.Place("domain", at, "vcpu") + (ulong)(i * Memory.Word), made[i].Address);
            if (i > 0) Memory.Set("vcpu", made[i - 1].Address, "next_in_list", made[i].Address);
        }

        return new BuiltDomain(at, id, pages, made);
    }

    private BuiltVcpu Vcpu(ulong domain, int id, int processor, int state)
    {
        ulong at = Allocate(Memory.Facts["vcpu"].Bytes);
        Memory.Set("vcpu", at, "vcpu_id", (ulong)id).Set("vcpu", at, "processor", (ulong)processor).Set("vcpu", at, "domain", domain);
        Memory.Set("vcpu_runstate_info", Memory.Place("vcpu", at, "runstate"), "state", (ulong)state);
        return new BuiltVcpu(at, id, processor, state);
    }
}
