using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::msgbuf</c>: the kernel's messages, oldest first (usr/src/cmd/mdb/common/modules/genunix/log.c); of a machine dump the hypervisor's console.</summary>
public sealed class MsgbufDcmd : Dcmd
{
    private const int TimeWidth = 20;
    private const int MessageWidth = 70;

    /// <inheritdoc/>
    public override string Name => "::msgbuf";

    /// <inheritdoc/>
    public override string Summary => "print the kernel's messages, or the hypervisor's console";

    /// <inheritdoc/>
    public override string Usage => "[-v]";

    /// <inheritdoc/>
    public override string Details => """
        The messages of the kernel's log, as they were stored. Times are UTC. Where the dump has no Solaris kernel, the hypervisor's console ring is printed.

        ::msgbuf ! tail
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('v', null, "with the time of each message and the address of its log_ctl_t")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        bool verbose = call.Arguments.Has('v');
        if (Messages(call.Target) is not { Count: > 0 } messages) throw MdbException.OfDump("failed to read the messages: the dump has no log that can be read");
        if (!call.FeedsPipe) yield return CommandOutput.Header(verbose ? $"{"TIMESTAMP",-TimeWidth} {"LOGCTL".PadLeft(call.Digits)} MESSAGE" : "MESSAGE".PadRight(MessageWidth).TrimEnd());
        foreach (var message in messages)
        {
            call.Cancel.ThrowIfCancellationRequested();
            string before = verbose ? $"{(message.Time is { } time ? MdbTime.Text(time.ToUnixTimeSeconds()) : "-"),-TimeWidth} {(message.Control is { } at ? MdbNumbers.Plain(at.Value) : "-").PadLeft(call.Digits)} " : "";
            if (call.FeedsPipe)
            {
                if (message.Control is { } control) yield return CommandOutput.Number(control.Value);
                continue;
            }

            foreach (string line in DumpText.Lines(message.Text)) yield return CommandOutput.Line((before + line).TrimEnd(), message.Control?.Value);
        }
    }

    private static IReadOnlyList<KernelMessage>? Messages(DumpTarget target) =>
        target.Kernel is { } kernel ? kernel.Log
        : target.Hypervisor?.Console is { } console ? [new KernelMessage(console, null, null)] : null;
}
