using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Which threads a user means.</summary>
/// <param name="All">Every thread.</param>
/// <param name="Cpu">The physical CPU of that number.</param>
/// <param name="Vcpu">The vcpu of that name: <c>d0v1</c>.</param>
/// <param name="Thread">The thread of that id, or the kernel's thread at that address.</param>
public sealed record ThreadChoice(bool All = false, int? Cpu = null, string? Vcpu = null, ulong? Thread = null)
{
    /// <summary>The threads; empty with a sentence in <paramref name="error"/> where there are none. Without a choice: the one that crashed.</summary>
    public IReadOnlyList<TargetThread> Of(DumpTarget target, out string? error)
    {
        error = null;
        var threads = target.Threads;
        if (threads.Count == 0)
        {
            error = target.Cpus.Any(c => c.Registers is not null)
                ? "the dump holds registers, but not the memory that they lead to, so there is no stack to walk (xendump info says what is missing)"
                : "the dump holds registers of no CPU, so there is no stack to start from";
            return [];
        }

        if (All) return threads;
        if (Cpu is { } cpu)
        {
            if ((threads.FirstOrDefault(t => t.Cpu?.Id == cpu) ?? threads.FirstOrDefault(t => t.KernelCpu?.Id == cpu && t.Cpu is null)) is { } found) return [found];
            string known = string.Join(", ", threads.Select(t => t.Cpu?.Id).OfType<int>().Order().Select(i => i.ToString(CultureInfo.InvariantCulture)));
            error = string.Create(CultureInfo.InvariantCulture, $"there is no CPU {cpu} in this dump: it has {known}");
            return [];
        }

        if (Thread is { } thread)
        {
            var chosen = target.FindKernelThread(new VirtualAddress(thread)) ?? (thread <= int.MaxValue ? target.FindThread((int)thread) : null);
            if (chosen is not null) return [chosen];
            error = $"there is no thread {AddressText.Hex(thread)} in this dump: xendump threads --all lists them by id and address";
            return [];
        }

        if (Vcpu is null) return [threads.FirstOrDefault(t => t.IsPanicking) ?? threads[0]];
        if (threads.FirstOrDefault(t => string.Equals(t.Vcpu?.Name, Vcpu, StringComparison.OrdinalIgnoreCase)) is { } named) return [named];
        error = $"there is no vcpu {Vcpu} in this dump: it has {string.Join(", ", threads.Select(t => t.Vcpu?.Name).OfType<string>().Distinct())}";
        return [];
    }
}
