using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Filters;
using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands;

/// <summary>
/// One user's conversation in the mdb language: dot, radix, variables. Lines of output come when they are asked for. Not safe from several threads; each front
/// end's connection has its own.
/// </summary>
public sealed class MdbSession : IMdbScope
{
    private const int MostNested = 32;

    private IReadOnlyList<MdbCommand> _last = [];
    private AddressSpace? _space;
    private int _depth;

    /// <summary>A session.</summary>
    public MdbSession(DumpTarget target)
    {
        Target = target;
        Symbols = new MdbSymbols(target);
        Types = new MdbTypes(target, Symbols);
        Stacks = new StackLines(this);
    }

    /// <summary>The dump.</summary>
    public DumpTarget Target { get; }

    /// <summary>Its symbols.</summary>
    public MdbSymbols Symbols { get; }

    /// <summary>Its types.</summary>
    public MdbTypes Types { get; }

    /// <summary>Writes its stacks.</summary>
    public StackLines Stacks { get; }

    /// <summary>Variables.</summary>
    public MdbVariables Variables { get; } = new();

    /// <summary>The frame that the front end has selected; null for the first of the thread that crashed.</summary>
    public Frame? Frame { get; set; }

    /// <summary>The thread that the front end has selected; null for the one that crashed.</summary>
    public TargetThread? Thread { get; set; }

    /// <summary>Characters of a line, where output is wrapped.</summary>
    public int Columns { get; set; } = 80;

    /// <inheritdoc/>
    public int Radix { get; set; } = 16;

    /// <summary>The current address.</summary>
    public ulong Dot { get; set; }

    /// <summary>Bytes that the last command consumed, for <c>+</c> and loops.</summary>
    public ulong Increment { get; set; }

    /// <summary>The last address that was typed.</summary>
    public ulong LastTyped { get; private set; }

    /// <summary>The formats that an empty list behind <c>/</c> means.</summary>
    public IReadOnlyList<MdbFormatItem>? LastFormats { get; set; }

    /// <summary>Whether <c>::quit</c> was typed.</summary>
    public bool IsEnded { get; set; }

    /// <inheritdoc/>
    public int PointerSize => Target.Kernel?.Space.AddressBits is { } bits ? bits / 8 : Target.Architecture.PointerSize;

    /// <summary>The registers that <c>&lt;eip</c> reads: the selected frame's, else those of the thread that crashed; null where there are none.</summary>
    public RegisterSet? Registers => Frame?.Registers ?? Thread?.Registers ?? (Target.Threads.Count > 0 ? Target.Threads[0].Registers : null);

    /// <summary>The space that was named before the address; null where none was.</summary>
    public AddressSpace? NamedSpace => _space;

    /// <summary>The space that an address is in: the one that was named before it, else the one that such addresses belong to.</summary>
    /// <exception cref="MdbException">The dump has no address spaces.</exception>
    public AddressSpace SpaceOf(ulong address) => _space ?? Target.HomeOf(address) ?? throw MdbException.OfDump("failed to read data from target: this dump has no address space");

    /// <summary>Physical memory: the space that was named, where it is no virtual one; else the kernel's own, else the machine's.</summary>
    /// <exception cref="MdbException">The dump has none.</exception>
    public AddressSpace PhysicalSpace() => _space is { Kind: not AddressSpaceKind.Virtual } named ? named
        : Target.FindSpace("phys") ?? Target.Spaces.FirstOrDefault(s => s.Kind == AddressSpaceKind.Physical) ?? Target.FindSpace("machine")
        ?? throw MdbException.OfDump("failed to read data from target: this dump has no physical memory");

    /// <summary>Runs statements. Nothing that a user may type throws but a cancellation; what is wrong comes as lines.</summary>
    /// <param name="text">One or more, with newlines or <c>;</c> between them.</param>
    /// <param name="cancel">Stops it between two lines.</param>
    public IEnumerable<CommandOutput> Run(string text, CancellationToken cancel = default)
    {
        var parser = new MdbParser(text, PointerSize, name => Target.FindSpace(name) is not null);
        while (!IsEnded)
        {
            MdbStatement? statement = null;
            MdbException? wrong = null;
            try
            {
                statement = parser.Next();
            }
            catch (MdbException e)
            {
                wrong = e;
                parser.SkipLine();
            }

            if (wrong is not null)
                foreach (var line in ErrorText.Lines(text, wrong)) yield return line;
            if (statement is null && wrong is null) yield break;
            if (statement is null) continue;
            foreach (var line in Guarded(text, () => Execute(statement, false, cancel))) yield return line;
        }
    }

    /// <summary>What an empty line at a prompt means: the last command again, behind what it consumed.</summary>
    public IEnumerable<CommandOutput> Repeat(CancellationToken cancel = default)
    {
        if (_last.Count == 0) return [];
        Dot = unchecked(Dot + Increment);
        return Guarded("", () => Execute(new MdbStatement(default, null, null, null, _last, null, default), false, cancel));
    }

    /// <summary>Runs statements for a command that is made of others: an alias, <c>::eval</c>. An expression alone moves dot (mdb_eval of mdb.c).</summary>
    /// <param name="text">The statements.</param>
    /// <param name="hasAddress">Whether the first of them is given dot as its address.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="MdbException">What is wrong, without a place in the line.</exception>
    internal IEnumerable<CommandOutput> RunWithin(string text, bool hasAddress, CancellationToken cancel) => CommandLines.Catching(
        () => Within(text, hasAddress, cancel), wrong => throw new MdbException(wrong.Message, stops: wrong.Stops));

    /// <summary>The value of an expression.</summary>
    /// <exception cref="MdbException">It has none.</exception>
    public ulong Evaluate(MdbExpression expression) => MdbEvaluator.Evaluate(expression, this);

    /// <summary>The value of a text that is an expression, whole.</summary>
    /// <exception cref="MdbException">It is none, or has no value.</exception>
    public ulong Evaluate(string text)
    {
        try
        {
            var parser = new MdbParser(text, PointerSize);
            return parser.Next() is { Address: { } expression, Count: null, Pipeline.Count: 0, Filter: null } && parser.Next() is null ? Evaluate(expression)
                : throw new MdbException($"{text} is no expression");
        }
        catch (MdbException e)
        {
            // The place is one of this text, not of the line that was typed.
            throw new MdbException(e.Message, stops: e.Stops);
        }
    }

    /// <inheritdoc/>
    ulong? IMdbScope.Symbol(string name) => Symbols.Find(name)?.Symbol.Address.Value;

    /// <inheritdoc/>
    string IMdbScope.Hint(string name) => Symbols.Hint(name);

    /// <inheritdoc/>
    ulong? IMdbScope.Variable(string name) => name == "." ? Dot : Variables[name] ?? Registers?[name];

    /// <inheritdoc/>
    ulong IMdbScope.Place(PlaceKind kind) => kind switch
    {
        PlaceKind.Dot => Dot,
        PlaceKind.Next => unchecked(Dot + Increment),
        PlaceKind.Previous => unchecked(Dot - Increment),
        _ => LastTyped,
    };

    /// <inheritdoc/>
    public ulong Fetch(ulong address, int size) => MdbMemory.Number(SpaceOf(address), address, size);

    private IEnumerable<CommandOutput> Within(string text, bool hasAddress, CancellationToken cancel)
    {
        if (_depth >= MostNested) throw new MdbException($"commands run each other more than {MostNested} deep");
        var (space, last) = (_space, _last);
        _depth++;
        try
        {
            var parser = new MdbParser(text, PointerSize, name => Target.FindSpace(name) is not null);
            for (; !IsEnded && parser.Next() is { } statement; hasAddress = false)
            {
                cancel.ThrowIfCancellationRequested();
                if (statement is { Pipeline.Count: 0, Filter: null, Count: null, Address: { } expression }) (Dot, Increment) = (Evaluate(expression), 0);
                else
                    foreach (var line in Execute(statement, hasAddress, cancel)) yield return line;
            }
        }
        finally
        {
            _depth--;
            (_space, _last) = (space, last);
        }
    }

    private IEnumerable<CommandOutput> Execute(MdbStatement statement, bool isGiven, CancellationToken cancel)
    {
        bool hasAddress = statement.Address is not null;
        _space = statement.Space is { } space ? Target.FindSpace(space) : hasAddress || (statement.Pipeline.Count > 1 && !isGiven) ? null : _space;
        bool repeats = statement.Pipeline.Count == 0;
        if (statement.Address is { } address) Dot = LastTyped = Evaluate(address);
        else if (repeats && statement.Count is not null) Dot = unchecked(Dot + Increment);
        ulong? count = statement.Count is { } times ? Evaluate(times) : null;
        var pipeline = repeats ? _last : statement.Pipeline;
        if (pipeline.Count == 0) return statement.Filter is null ? [] : throw new MdbException("! without a command before it would run a program, which this debugger never does", statement.FilterSpan);
        _last = pipeline;
        var output = new CommandPipe(this, [.. pipeline.Select((c, i) => Stage(c, i + 1 < pipeline.Count))]).Run(hasAddress || isGiven, count, cancel);
        return statement.Filter is { } filter ? LineFilters.Apply(filter, statement.FilterSpan, output) : output;
    }

    private CommandStage Stage(MdbCommand command, bool feedsPipe)
    {
        string name = command is DcmdCommand typed ? typed.Name : ((FormatCommand)command).Verb.ToString();
        var dcmd = DcmdCatalog.Find(name) ?? throw new MdbException($"invalid command '{name}': unknown dcmd name{NearestName.Hint(name, DcmdCatalog.Names)}", command.Span);
        return new CommandStage(this, command, dcmd, feedsPipe);
    }

    /// <summary>The lines of something, and behind them what went wrong.</summary>
    private static IEnumerable<CommandOutput> Guarded(string text, Func<IEnumerable<CommandOutput>> make) => CommandLines.Catching(make, wrong => ErrorText.Lines(text, wrong));
}
