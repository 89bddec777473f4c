using System.Text;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The kernel's messages: the queue <c>log_recentq</c> keeps the last ones, and <c>log_consq</c> those that no process took yet (usr/src/uts/common/os/logsubr.c). A message is a block that
/// holds a <c>log_ctl_t</c>, and behind it (<c>b_cont</c>) one that holds the text.
/// </summary>
internal sealed class KernelMessages(SolarisImage image, KernelLayouts layouts, DiagnosticBag diagnostics)
{
    private readonly List<KernelMessage> _messages = [];
    private int _characters;
    private readonly HashSet<ulong> _shown = [];
    private readonly byte[] _bytes = new byte[DumpLimits.LogMessageBytes];

    /// <summary>The messages, oldest first; null where no queue can be read.</summary>
    public IReadOnlyList<KernelMessage>? Read()
    {
        if (layouts.Queue is not { } queue || layouts.Message is not { } message) return null;
        bool any = false;
        foreach (string name in (ReadOnlySpan<string>)["log_recentq", "log_backlogq", "log_consq", "log_intrq"])
        {
            if (image.Pointer(name) is not { Value: not 0 } at || new StructAt(queue, image.Memory, at).Pointer("q_first") is not { } first) continue;
            any = true;
            Walk(name, message, first);
        }

        return any ? _messages : null;
    }

    private void Walk(string queue, StructLayout layout, VirtualAddress first)
    {
        var seen = new HashSet<ulong>();
        for (var at = first; at.Value != 0;)
        {
            if (!seen.Add(at.Value) || seen.Count > DumpLimits.LogMessages)
            {
                diagnostics.Warn("solaris/messages-cycle", $"the kernel's messages ({queue}) do not end (message at {at} again); stopped: cycle.");
                return;
            }

            if (_characters > DumpLimits.ConsoleBytes) return;
            var block = new StructAt(layout, image.Memory, at);
            if (block.Pointer("b_next") is not { } next)
            {
                diagnostics.Warn("solaris/messages-cut", $"the kernel's messages ({queue}) are cut off: the one at {at} cannot be read: {image.Memory.Explain(at).Text}.");
                return;
            }

            if (block.Pointer("b_cont") is { Value: not 0 } text) Append(new StructAt(layout, image.Memory, text), block.Pointer("b_rptr"));
            at = next;
        }
    }

    /// <summary>Adds a text that was not shown yet: queues share the bytes of a message.</summary>
    private void Append(StructAt block, VirtualAddress? control)
    {
        if (block.Pointer("b_rptr") is not { Value: not 0 } start || !_shown.Add(start.Value)) return;
        ulong length = block.Pointer("b_wptr") is { } end && end > start ? unchecked(end.Value - start.Value) : DumpLimits.LogMessageBytes;
        Span<byte> bytes = _bytes.AsSpan(0, (int)Math.Min(length, DumpLimits.LogMessageBytes));
        ReadOnlySpan<byte> text = bytes[..image.Memory.Read(start, bytes)];
        int nul = text.IndexOf((byte)0);
        if (nul >= 0) text = text[..nul];
        text = text.TrimStart((byte)'\r');
        if (text.IsEmpty) return;
        string said = Encoding.UTF8.GetString(text);
        _characters += said.Length;
        _messages.Add(new KernelMessage(said, control is { Value: not 0 } there ? there : null, TimeOf(control)));
    }

    /// <summary><c>ttime</c>, seconds since 1970: at byte 12 of a <c>log_ctl_t</c> of every width.</summary>
    private DateTimeOffset? TimeOf(VirtualAddress? control) =>
        control is { Value: not 0 } at && image.Memory.TryReadU32(at + 12, out uint seconds) && seconds != 0 ? DateTimeOffset.FromUnixTimeSeconds(unchecked((int)seconds)) : null;
}
