using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>$c</c> and <c>::stack</c>: the stack without frame pointers; with <c>-u</c> the one stack as <c>xendump stack</c> writes it.</summary>
public sealed class StackDcmd : Dcmd
{
    /// <summary>Arguments that mdb shows of a frame.</summary>
    internal const int StandardArguments = 6;

    /// <inheritdoc/>
    public override string Name => "::stack";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$c"];

    /// <inheritdoc/>
    public override string Summary => "print the stack";

    /// <inheritdoc/>
    public override string Usage => "[-ruv] [arguments]";

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } =
    [
        new('u', null, "the one stack, from the hypervisor through the exception into the kernel, in full"),
        new('r', null, "with -u: registers too"),
        new('v', null, "frame pointers too, as $C"),
    ];

    /// <inheritdoc/>
    public override string Details => """
        Begins with the registers of the thread that crashed (or that is selected). The address of a thread means that thread's stack, any other
        address is taken for a frame pointer, and the chain from there is followed. The number is how many arguments are shown of a frame; 0 for none.

        ::stack -u
        c5a0ade0::stack
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) => Lines(call, call.Arguments.Has('v'));

    /// <summary>The stack that a call means.</summary>
    internal static IEnumerable<CommandOutput> Lines(DcmdCall call, bool framePointers)
    {
        var layout = new StackLayout(framePointers, Arguments(call, framePointers ? AllArguments(call.Digits) : StandardArguments));
        var thread = call.HasAddress ? StackChoice.At(call.Target, call.Address) : StackChoice.Current(call);
        if (thread is null) return Chain(call, layout);
        return call.Arguments.Has('u')
            ? StackReport.Lines(thread, new StackReportOptions { Registers = call.Arguments.Has('r') }, call.Cancel).Select(l => CommandOutput.Line(l.Text, style: l.Style))
            : call.Session.Stacks.Of(thread.Stack(call.Cancel), layout);
    }

    /// <summary>
    /// Arguments shown behind frame pointers: where those that are known were stored, all of them (usr/src/cmd/mdb/intel/mdb/mdb_amd64util.c, mdb_amd64_kvm_framev); on i386, where
    /// they are words that may be more than were passed, some.
    /// </summary>
    internal static int AllArguments(int digits) => digits == 16 ? int.MaxValue : StandardArguments;

    private static int Arguments(DcmdCall call, int otherwise)
    {
        var words = call.Arguments.Operands;
        if (words.Count == 0) return otherwise;
        return words.Count == 1 ? (int)Math.Min(call.Session.Evaluate(words[0]), int.MaxValue) : throw new MdbException($"usage: {DcmdHelp.Usage(new StackDcmd())}");
    }

    private static IEnumerable<CommandOutput> Chain(DcmdCall call, StackLayout layout)
    {
        // Whose code it is, and how its functions take their arguments, the frames of the thread that is looked at know.
        var contexts = call.Target.Threads.Count == 0 ? [] : StackChoice.Current(call).Stack(call.Cancel).Frames.Select(f => f.Context).Distinct().ToList();
        ulong callee = call.Address;
        foreach (var (fp, pc, broken) in StackChoice.Chain(call.Space, call.Address, call.Session.PointerSize))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (broken is not null) yield return CommandOutput.Error($"{MdbNumbers.Plain(fp)} [{broken}]");
            else yield return StackChoice.Caller(contexts, callee, fp, pc) is { } frame ? call.Session.Stacks.Of(frame, layout) : Bare(call, layout, fp, pc);
            callee = fp;
        }
    }

    private static CommandOutput Bare(DcmdCall call, StackLayout layout, ulong fp, ulong pc)
    {
        string at = layout.FramePointers ? MdbNumbers.Plain(fp).PadLeft(call.Digits, '0') + " " : "";
        return CommandOutput.Line($"{at}{call.Session.Symbols.Text(pc)}()", pc);
    }
}

/// <summary><c>$C</c>: the stack with frame pointers.</summary>
public sealed class FramePointerStackDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "$C";

    /// <inheritdoc/>
    public override string Summary => "print the stack with frame pointers";

    /// <inheritdoc/>
    public override string Usage => "[arguments]";

    /// <inheritdoc/>
    public override string Details => "As $c; help of ::stack tells what the address and the number mean.";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call) => StackDcmd.Lines(call, framePointers: true);
}
