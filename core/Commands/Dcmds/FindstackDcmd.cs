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
        var layout = new StackLayout(FramePointers: true, call.Arguments.Has('v') ? StackDcmd.StandardArguments : 0, Indent: 2);
        return Lines(call, thread, thread.WalkStack(call.Cancel), layout, indent: 0);
    }

    /// <summary>The head and the frames of a thread.</summary>
    internal static IEnumerable<CommandOutput> Lines(DcmdCall call, TargetThread thread, StackTrace stack, StackLayout layout, int indent)
    {
        int digits = call.Digits;
        string blanks = new(' ', indent);
        ulong address = thread.KernelThread?.Address.Value ?? thread.Vcpu?.Address.Value ?? call.Address;
        string free = thread.KernelThread?.State == KernelThreadState.Free ? " (TS_FREE)" : "";
        string sp = stack.Frames.Count > 0 ? Padded(stack.Frames[0].Sp.Value, digits) : thread.KernelThread?.SavedRegisters?.Sp is { } saved ? Padded(saved.Value, digits) : "?";
        yield return CommandOutput.Line($"{blanks}stack pointer for thread {Padded(address, digits)}{free}: {sp}");
        var lines = call.Session.Stacks;

        // On amd64 the innermost frame has no frame pointer of its own yet: mdb shows it in brackets.
        bool bracketed = digits == 16 && stack.Frames.Count > 0 && stack.Frames[0].Exception is null;
        if (bracketed) yield return CommandOutput.Line($"{blanks}[ {sp} {lines.Name(stack.Frames[0])}() ]", stack.Frames[0].Pc.Value);
        foreach (var line in lines.Of(stack, layout, skip: bracketed ? 1 : 0)) yield return line;
    }

    private static string Padded(ulong value, int digits) => MdbNumbers.Plain(value).PadLeft(digits, '0');
}
