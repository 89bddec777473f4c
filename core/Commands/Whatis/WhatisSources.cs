using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Whatis;

/// <summary>What the model knows to lie in memory, kind by kind, each read when first asked for.</summary>
public sealed class WhatisSources
{
    private readonly MdbSession _session;
    private readonly List<Lazy<KnownThings>> _kinds;
    private readonly Lazy<KnownThings> _stacks;

    /// <summary>The sources of a session's dump.</summary>
    public WhatisSources(MdbSession session)
    {
        _session = session;
        _stacks = new Lazy<KnownThings>(() => new KnownThings("stacks", Stacks()));
        _kinds =
        [
            new(() => new KnownThings("threads", Threads())),
            _stacks,
            new(() => new KnownThings("cpus", Cpus())),
            new(() => new KnownThings("processes", Processes())),
            new(() => new KnownThings("module structures", Modules())),
            new(() => new KnownThings("domains", Domains())),
        ];
    }

    /// <summary>All kinds, the most specific first.</summary>
    public IEnumerable<KnownThings> Kinds => _kinds.Select(k => k.Value);

    /// <summary>The stacks.</summary>
    public KnownThings ThreadStacks => _stacks.Value;

    private DumpTarget Target => _session.Target;

    private IEnumerable<KnownThing> Threads()
    {
        ulong size = SizeOf("kthread_t");
        return Target.Kernel?.Threads.Select(t => new KnownThing(t.Address.Value, size, "allocated as a thread structure" + (t.State == KernelThreadState.Free ? " (TS_FREE)" : ""), IsObject: true)) ?? [];
    }

    private IEnumerable<KnownThing> Stacks()
    {
        foreach (var thread in Target.Kernel?.Threads ?? [])
            if (thread.Stack is { } stack) yield return new KnownThing(stack.Start.Value, stack.Length, $"in thread {MdbNumbers.Plain(thread.Address.Value)}'s stack", IsObject: false);
        foreach (var cpu in Target.Cpus)
            foreach (var stack in cpu.Stacks) yield return new KnownThing(stack.Range.Start.Value, stack.Range.Length, $"in the hypervisor's {stack.Name} stack of CPU {cpu.Id}", IsObject: false);
    }

    private IEnumerable<KnownThing> Cpus()
    {
        ulong size = SizeOf("cpu_t");
        foreach (var cpu in Target.Kernel?.Cpus ?? [])
        {
            yield return new KnownThing(cpu.Address.Value, size, $"the cpu structure of CPU {cpu.Id}", IsObject: true);
            if (cpu.Self is { } self && self != cpu.Address) yield return new KnownThing(self.Value, size, $"the cpu structure of CPU {cpu.Id}", IsObject: true);
        }
    }

    private IEnumerable<KnownThing> Processes()
    {
        ulong size = SizeOf("proc_t");
        foreach (var process in Target.Kernel?.Processes ?? [])
        {
            string name = DumpText.Line($"process {process.Pid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"} ({process.Name ?? "?"})");
            yield return new KnownThing(process.Address.Value, size, $"the proc structure of {name}", IsObject: true);
            if (process.AddressSpace is { Value: not 0 } space) yield return new KnownThing(space.Value, SizeOf("struct as"), $"the address space structure of {name}", IsObject: true);
        }
    }

    private IEnumerable<KnownThing> Modules()
    {
        ulong size = SizeOf("struct modctl");
        return Target.Kernel?.ModuleList.Select(m => new KnownThing(m.Address.Value, size, DumpText.Line($"the modctl structure of module {m.Name ?? "?"}"), IsObject: true)) ?? [];
    }

    private IEnumerable<KnownThing> Domains()
    {
        ulong domainSize = SizeOf("struct domain"), vcpuSize = SizeOf("struct vcpu");
        foreach (var domain in Target.Domains)
        {
            yield return new KnownThing(domain.Address.Value, domainSize, $"the domain structure of domain {domain.Id}", IsObject: true);
            if (domain.SharedInfo is { Value: not 0 } shared) yield return new KnownThing(shared.Value, 4096, $"the shared info of domain {domain.Id}", IsObject: true);
            foreach (var vcpu in domain.Vcpus) yield return new KnownThing(vcpu.Address.Value, vcpuSize, $"the vcpu structure of {vcpu.Name}", IsObject: true);
        }
    }

    /// <summary>Bytes of a structure; of one whose type is not known, its first.</summary>
    private ulong SizeOf(string type) => _session.Types.Find(type)?.Strip() is { Size: > 0 } known ? known.Size : 1;
}
