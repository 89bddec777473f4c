using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>How much stack each frame takes.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="Bytes">Bytes from its stack pointer to its caller's.</param>
public readonly record struct FrameSize(Frame Frame, ulong Bytes)
{
    /// <summary>A frame larger than any kernel stack is a broken walk, not a frame.</summary>
    private const ulong Largest = 1 << 20;

    /// <summary>Sizes of the real (not inlined) frames of one context, in their order. Frames whose caller's stack pointer is unknown have none.</summary>
    public static IReadOnlyList<FrameSize> Of(IEnumerable<Frame> frames)
    {
        var real = frames.Where(f => !f.Inline && f.Kind != FrameKind.Exception).ToList();
        var sizes = new List<FrameSize>();
        for (int i = 0; i < real.Count; i++)
        {
            ulong? end = i + 1 < real.Count ? real[i + 1].Sp.Value : real[i].Cfa?.Value;
            if (end is { } e && e > real[i].Sp.Value && e - real[i].Sp.Value <= Largest) sizes.Add(new FrameSize(real[i], e - real[i].Sp.Value));
        }

        return sizes;
    }
}
