using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::findstack</c>: a thread's stack, wherever the thread stands (usr/src/cmd/mdb/common/modules/genunix/findstack.c).</summary>
public sealed class FindstackDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::findstack";

    /// <inheritdoc/>
    public override string Summary => "find and print the stack of a thread";

    /// <inheritdoc/>
    public override string Usage => "[-v]";

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.Required;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('v', null, "arguments of each frame, too")];

    /// <inheritdoc/>
    public override string Details => "::walk thread | ::findstack -v";

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var thread = StackChoice.At(call.Target, call.Address) ?? throw MdbException.OfItem($"couldn't find a thread at {MdbNumbers.Plain(call.Address)}");
        var layout = new StackLayout(FramePointers: true, call.Arguments.Has('v') ? StackDcmd.AllArguments(call.Digits) : 0, Indent: 2);
        return Lines(call, thread, thread.WalkStack(call.Cancel), layout, indent: 0);
    }

    /// <summary>The head and the frames of a thread.</summary>
    internal static IEnumerable<CommandOutput> Lines(DcmdCall call, TargetThread thread, StackTrace stack, StackLayout layout, int indent)
    {
        int digits = call.Digits;
        string blanks = new(' ', indent);
        ulong address = thread.KernelThread?.Address.Value ?? thread.Vcpu?.Address.Value ?? call.Address;
        string free = thread.KernelThread?.State == KernelThreadState.Free ? " (TS_FREE)" : "";
        var pointer = stack.Frames.Count > 0 ? stack.Frames[0].Sp : thread.KernelThread?.SavedRegisters?.Sp;
        string sp = pointer is { } at ? MdbNumbers.Plain(at.Value) : "?";
        yield return CommandOutput.Line($"{blanks}stack pointer for thread {MdbNumbers.Plain(address)}{free}: {sp}");
        var lines = call.Session.Stacks;

        // On amd64 the innermost frame has no frame pointer of its own yet: mdb shows it in brackets.
        bool bracketed = digits == 16 && stack.Frames.Count > 0 && stack.Frames[0].Exception is null;
        if (bracketed) yield return CommandOutput.Line($"{blanks}[ {sp.PadLeft(digits, '0')} {lines.Name(stack.Frames[0])}() ]", stack.Frames[0].Pc.Value);
        foreach (var line in lines.Of(stack, layout, skip: bracketed ? 1 : Hidden(thread, stack))) yield return line;
    }

    /// <summary>
    /// Frames at the innermost end that mdb does not count to a stack: of a thread of 32 bits that gave up its CPU, the place in the dispatcher where it will go on
    /// (usr/src/cmd/mdb/common/modules/genunix/findstack_subr.c).
    /// </summary>
    internal static int Hidden(TargetThread thread, StackTrace stack) =>
        stack.Frames.Count > 1 && thread.KernelThread?.SavedRegisters is { Architecture.PointerSize: 4 } saved && stack.Frames[0].Exception is null && stack.Frames[0].Pc == saved.Pc ? 1 : 0;
}
