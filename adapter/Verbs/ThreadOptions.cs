using System.CommandLine;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>The options that choose threads.</summary>
internal sealed class ThreadOptions
{
    private readonly Option<string?> _cpu = new("--cpu") { Description = "the physical CPU of that number", HelpName = "N" };
    private readonly Option<string?> _vcpu = new("--vcpu") { Description = "the vcpu of that name, such as d0v1", HelpName = "NAME" };
    private readonly Option<string?> _thread = new("--thread") { Description = "the thread of that id, or the kernel's thread at that address", HelpName = "ID|ADDRESS" };
    private readonly Option<bool>? _all;

    /// <summary>Adds them to a command.</summary>
    public ThreadOptions(Command command, bool many)
    {
        command.Options.Add(_cpu);
        command.Options.Add(_vcpu);
        command.Options.Add(_thread);
        if (!many) return;
        _all = new Option<bool>("--all") { Description = "every CPU, and vcpus that run on none" };
        command.Options.Add(_all);
    }

    /// <summary>Whether the user chose.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_cpu) is not null || arguments.GetValue(_vcpu) is not null || arguments.GetValue(_thread) is not null;

    /// <summary>A small number that an option takes, or null where it is not given.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static int? NumberOf(string option, string? text)
    {
        if (text is null) return null;
        return NumberText.TryParse(text, out ulong value) && value <= int.MaxValue ? (int)value : throw new UsageException($"{option} takes a number, not \"{text}\".");
    }

    private static ulong? AddressOf(string option, string? text)
    {
        if (text is null) return null;
        return NumberText.TryParse(text, out ulong value) ? value : throw new UsageException($"{option} takes a thread's id or address, not \"{text}\".");
    }

    /// <summary>The threads.</summary>
    /// <exception cref="UsageException">There is no such thread.</exception>
    public IReadOnlyList<TargetThread> Choose(DumpTarget target, ParseResult arguments)
    {
        bool all = _all is not null && arguments.GetValue(_all);
        var (cpu, vcpu) = (NumberOf("--cpu", arguments.GetValue(_cpu)), arguments.GetValue(_vcpu));
        var thread = AddressOf("--thread", arguments.GetValue(_thread));
        if ((all ? 1 : 0) + (cpu is null ? 0 : 1) + (vcpu is null ? 0 : 1) + (thread is null ? 0 : 1) > 1) throw new UsageException("--cpu, --vcpu, --thread and --all exclude each other.");
        var threads = new ThreadChoice(all, cpu, vcpu, thread).Of(target, out string? error);
        return error is null ? threads : throw new UsageException($"{char.ToUpperInvariant(error[0])}{error[1..]}.");
    }
}
