using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The CPUs: the circular list from <c>cpu_list</c> through <c>cpu_next</c>, and what only the array <c>cpu[]</c> names (usr/src/uts/common/os/cpu.c). After a panic the copy
/// <c>panic_cpu</c> stands for the CPU with its id, as the original goes on changing (usr/src/uts/common/os/panic.c).
/// </summary>
internal sealed class KernelCpus(SolarisImage image, KernelLayouts layouts, DiagnosticBag diagnostics)
{
    /// <summary>CPU_* of usr/src/uts/common/sys/cpuvar.h, from bit 0.</summary>
    private static readonly string[] FlagNames = ["RUNNING", "READY", "QUIESCED", "EXISTS", "ENABLE", "OFFLINE", "POWEROFF", "FROZEN", "SPARE", "FAULTED"];

    /// <summary>Where the CPUs' structures are, by id.</summary>
    /// <param name="panicked">Whether the kernel panicked.</param>
    public IReadOnlyList<(int Id, VirtualAddress Address)> Find(bool panicked)
    {
        var found = new SortedDictionary<int, VirtualAddress>();
        if (layouts.Cpu is not { } layout) return [];
        var block = new StructBlock(layout, image.Memory);
        var id = block.Member("cpu_id");
        var next = block.Member("cpu_next");
        var previous = block.Member("cpu_prev");
        var self = block.Member("cpu_self");
        bool whole = false;
        if (image.Pointer("cpu_list") is { Value: not 0 } head)
        {
            whole = Walk(block, head, id, next, self, found, tell: true);
            if (!whole) Walk(block, head, id, previous, self, found, tell: false);
        }

        if (!whole) FromArray(block, id, self, found);
        if (found.Count == 0 && image.Symbols is not null) diagnostics.Warn("solaris/cpus", "the kernel's CPUs cannot be listed: neither cpu_list nor the array cpu[] leads to one.");
        if (panicked && image.AddressOf("panic_cpu") is { } copy && block.Read(copy) && block.PointerOrNull(block.Member("cpu_thread")) is not null && Id(block, id) is { } panicking && (found.Count == 0 || found.ContainsKey(panicking)))
            found[panicking] = copy;
        return [.. found.Select(f => (f.Key, f.Value))];
    }

    /// <summary>Addresses of the idle threads.</summary>
    public IReadOnlySet<ulong> IdleThreads(IReadOnlyList<(int Id, VirtualAddress Address)> cpus)
    {
        var idle = new HashSet<ulong>();
        foreach (var (_, address) in cpus)
            if (layouts.Cpu is { } layout && new StructAt(layout, image.Memory, address).Pointer("cpu_idle_thread") is { Value: not 0 } thread) idle.Add(thread.Value);
        return idle;
    }

    /// <summary>Reads a CPU.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="address">Its structure.</param>
    /// <param name="ticks">The clock, in ticks, as of the panic; null where unknown.</param>
    /// <param name="threads">Reads threads.</param>
    public KernelCpu Read(int id, VirtualAddress address, long? ticks, ThreadReader? threads)
    {
        var at = new StructAt(layouts.Cpu!, image.Memory, address);
        VirtualAddress? NotNull(string member) => at.Pointer(member) is { Value: not 0 } value ? value : null;
        var flags = at.Number("cpu_flags");
        var dispatcher = NotNull("cpu_disp");
        var thread = NotNull("cpu_thread");
        var queues = layouts.Dispatcher is { } d && dispatcher is { } queue ? new StructAt(d, image.Memory, queue) : (StructAt?)null;
        return new KernelCpu(() => queues is { } from ? new RunQueues(image, layouts, diagnostics).Read(id, from) : [])
        {
            Id = id,
            Address = address,
            Self = NotNull("cpu_self"),
            Flags = flags,
            FlagNames = flags is { } bits ? [.. FlagNames.Where((_, bit) => (bits >> bit & 1) != 0)] : [],
            Thread = thread,
            IdleThread = NotNull("cpu_idle_thread"),
            InterruptThread = NotNull("cpu_intr_thread"),
            InterruptStack = NotNull("cpu_intr_stack"),
            Runnable = SignedInt(queues?.Number("disp_nrunnable")),
            BaseSpl = SignedInt(at.Number("cpu_base_spl")),
            RunRun = at.Number("cpu_runrun") is { } runRun ? runRun != 0 : null,
            KernelRunRun = at.Number("cpu_kprunrun") is { } kernelRunRun ? kernelRunRun != 0 : null,
            TicksSinceSwitch = ticks is { } now && at.Number("cpu_last_swtch") is { } last ? Since(now, last) : null,
            Running = thread is { } running ? threads?.Read(running) : null,
        };
    }

    private long Since(long now, ulong last)
    {
        long since = unchecked(now - (long)last);
        return image.Word == 4 ? unchecked((int)since) : since;
    }

    private static int? SignedInt(ulong? value) => value is { } v ? unchecked((int)v) : null;

    private bool Walk(StructBlock block, VirtualAddress head, BlockMember? id, BlockMember? link, BlockMember? self, SortedDictionary<int, VirtualAddress> found, bool tell)
    {
        var seen = new HashSet<ulong>();
        var at = head;
        while (true)
        {
            if (seen.Count > 0 && at == head) return true;
            string? broken = !seen.Add(at.Value) || seen.Count > DumpLimits.Cpus ? $"does not end (CPU {at} again); stopped: cycle"
                : !block.Read(at) ? $"is cut off: the CPU at {at} cannot be read: {image.Memory.Explain(at).Text}"
                : Id(block, id) is not { } number || !IsCpu(block, self, at) ? $"is cut off: it leads to {at}, which is no CPU"
                : !found.TryAdd(number, at) && found[number] != at ? $"names CPU {number} twice, at {found[number]} and {at}"
                : null;
            if (broken is not null)
            {
                if (tell) diagnostics.Warn("solaris/cpus-broken", $"the kernel's list of CPUs {broken}.");
                return false;
            }

            if (block.PointerOrNull(link) is not { } next) return false;
            at = next;
        }
    }

    /// <summary>The array of pointers by CPU number; the symbol's size tells how many, else <c>max_ncpus</c>.</summary>
    private void FromArray(StructBlock block, BlockMember? id, BlockMember? self, SortedDictionary<int, VirtualAddress> found)
    {
        if (image.FindSymbol("cpu") is not { } array) return;
        ulong count = array.Size >= (ulong)image.Word ? array.Size / (ulong)image.Word : image.U32("max_ncpus") ?? 0;
        for (ulong i = 0; i < Math.Min(count, DumpLimits.Cpus); i++)
        {
            if (image.PointerAt(array.Address + (i * (ulong)image.Word)) is not { Value: not 0 } at || !block.Read(at)) continue;
            if (Id(block, id) is { } number && (ulong)number == i && IsCpu(block, self, at)) found.TryAdd(number, at);
        }
    }

    /// <summary>Every CPU points to itself; a copy points to what it is a copy of.</summary>
    private static bool IsCpu(StructBlock block, BlockMember? self, VirtualAddress at) => self is null || block.Pointer(self) is not { } pointer || pointer == at || pointer.Value == 0;

    private static int? Id(StructBlock block, BlockMember? id) => block.Int(id) is { } number and >= 0 and < DumpLimits.Cpus ? number : null;
}
