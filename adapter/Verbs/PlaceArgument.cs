using System.CommandLine;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>What names mean in a verb's arguments: the space and the frame that options choose.</summary>
internal sealed class PlaceArgument
{
    private readonly Option<string?> _space = new("--space") { Description = "what bare addresses are in: xen, dom0, machine, phys; of a Solaris dump kernel, phys or a process id", HelpName = "NAME" };
    private readonly Option<string?> _frame = new("--frame") { Description = "the frame whose registers and variables are meant", HelpName = "LEVEL" };
    private readonly ThreadOptions _threads;

    /// <summary>Adds the options to a command.</summary>
    public PlaceArgument(Command command)
    {
        command.Options.Add(_space);
        _threads = new ThreadOptions(command, many: false);
        command.Options.Add(_frame);
    }

    /// <summary>The scope for an expression. A stack is walked only where the expression or an option asks for a frame.</summary>
    /// <exception cref="UsageException">There is no such space or frame.</exception>
    public ExpressionScope Scope(DumpTarget target, ParseResult arguments, string text, CancellationToken cancel)
    {
        AddressSpace? space = null;
        if (arguments.GetValue(_space) is { } name)
            space = target.FindSpace(name) ?? throw new UsageException($"No address space is called {name}; this dump has {string.Join(", ", target.Spaces.Select(s => s.Name))}{(target.FindsOtherSpaces ? ", and processes by their ids" : "")}.");
        bool wanted = text.Contains('$', StringComparison.Ordinal) || _threads.IsGiven(arguments) || arguments.GetValue(_frame) is not null;
        return new ExpressionScope(target, wanted ? Frame(target, arguments, cancel) : null, space);
    }

    /// <summary>The place that an expression names.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public Location Resolve(DumpTarget target, ParseResult arguments, string text, bool followNames, CancellationToken cancel) =>
        AddressExpression.Resolve(text, Scope(target, arguments, text, cancel), out var error, followNames) ?? throw Wrong(text, error);

    /// <summary>The sentence for an expression that is wrong.</summary>
    public static UsageException Wrong(string text, ExpressionResult error)
    {
        string at = error.ErrorPosition > 0 && error.ErrorPosition < text.Length ? $" at \"{text[error.ErrorPosition..]}\"" : "";
        string stop = error.Error!.EndsWith('?') ? "" : ".";
        return new UsageException($"In \"{text}\"{at}: {error.Error}{stop}");
    }

    private Frame Frame(DumpTarget target, ParseResult arguments, CancellationToken cancel)
    {
        var frames = _threads.Choose(target, arguments)[0].Stack(cancel).Frames;
        int level = ThreadOptions.NumberOf("--frame", arguments.GetValue(_frame)) ?? 0;
        return level < frames.Count ? frames[level] : throw new UsageException($"There is no frame {level}: the stack has {frames.Count}.");
    }
}
