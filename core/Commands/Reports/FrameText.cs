using System.Globalization;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Reports;

/// <summary>The words for frames, the same in every front end.</summary>
public static class FrameText
{
    /// <summary><c>xen`machine_halt+0x5</c>; the address where no symbol covers it; of an exception record its name.</summary>
    public static string Name(Frame frame)
    {
        if (frame.Exception is { } record) return ExceptionTitle(record);
        string module = frame.Module is { } m ? $"{m.Name}`" : "";
        return frame.Function is { } f ? $"{module}{f}{OffsetText(frame.Offset)}" : $"{module}{frame.Pc}";
    }

    /// <summary>How a frame was found, as programs read it: <c>cfi</c>, <c>code-analysis</c>.</summary>
    public static string FoundBy(FoundBy how) => how switch
    {
        Unwinding.FoundBy.Context => "context",
        Unwinding.FoundBy.Cfi => "cfi",
        Unwinding.FoundBy.FramePointer => "frame-pointer",
        Unwinding.FoundBy.CodeAnalysis => "code-analysis",
        Unwinding.FoundBy.ExceptionRecord => "exception-record",
        Unwinding.FoundBy.GuestFrame => "guest-frame",
        _ => "scan",
    };

    /// <summary>How a frame was found, where a reader should know: <c>[guess]</c> for a scan; empty for what is sure, as frame pointers are that are always kept.</summary>
    public static string Mark(Frame frame) => frame.FoundBy switch
    {
        Unwinding.FoundBy.FramePointer when frame.Context.KeepsFramePointers => "",
        Unwinding.FoundBy.FramePointer => " [fp]",
        Unwinding.FoundBy.CodeAnalysis => " [code]",
        Unwinding.FoundBy.Scan => " [guess]",
        _ => "",
    };

    /// <summary>What kind of code, as programs read it.</summary>
    public static string Kind(FrameKind kind) => kind switch
    {
        FrameKind.Hypervisor => "hypervisor",
        FrameKind.Exception => "exception",
        FrameKind.Kernel => "kernel",
        _ => "user",
    };

    /// <summary>What a vcpu does, in a word.</summary>
    public static string? State(VcpuState? state) => state switch
    {
        VcpuState.Running => "running",
        VcpuState.Runnable => "runnable",
        VcpuState.Blocked => "blocked",
        VcpuState.Offline => "offline",
        _ => null,
    };

    /// <summary>Whose code the frames of a context are: <c>hypervisor</c>, <c>kernel of d0v0</c>.</summary>
    public static string ContextTitle(FrameKind kind, CodeContext context) => kind switch
    {
        FrameKind.Hypervisor => "hypervisor",
        FrameKind.User => context.Vcpu is { } vcpu ? $"user program of {vcpu}" : "user program",
        _ when context.Vcpu is null && context.Space.Name == "kernel" => "kernel",
        _ => $"kernel of {context.Vcpu ?? context.Space.Name}",
    };

    /// <summary><c>#PF (page fault)</c>, <c>NMI</c>, <c>IRQ 0xf0</c>.</summary>
    public static string ExceptionTitle(ExceptionRecord record) =>
        record.Vector < (uint)VectorNames.Length && record.Name == ExceptionNames.Name(record.Vector) && VectorNames[record.Vector] is { } words ? $"{record.Name} ({words})" : record.Name;

    /// <summary>The source line with the last parts of its path: <c>arch/x86/traps.c:123</c>; empty where there is none.</summary>
    public static string Source(SourceLine? source)
    {
        if (source is null) return "";
        string path = source.Path.Replace('\\', '/');
        int cut = path.Length;
        for (int parts = 0; parts < 3 && cut > 0; parts++) cut = path.LastIndexOf('/', cut - 1);
        string tail = path.StartsWith('/') && cut >= 0 ? path[(cut + 1)..] : path;
        return source.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{tail}:{source.Line}") : tail;
    }

    /// <summary>Bytes of stack that a frame takes; null where unknown or where it shares another's.</summary>
    public static ulong? Size(Frame frame)
    {
        if (frame.Inline || frame.Kind == FrameKind.Exception || frame.Cfa is not { } cfa) return null;
        ulong size = unchecked(cfa.Value - frame.Sp.Value);
        return size <= MaxFrameSize ? size : null;
    }

    // A stack pointer above the frame's own end, or a frame of megabytes, is a broken walk, not a size.
    private const ulong MaxFrameSize = 1 << 20;

    // Intel SDM volume 3, table 6-1.
    private static readonly string?[] VectorNames =
    [
        "divide error", "debug", null, "breakpoint", "overflow", "bound range", "invalid opcode", "device not available", "double fault", null,
        "invalid TSS", "segment not present", "stack segment", "general protection", "page fault", null, "x87 floating point", "alignment check",
        "machine check", "SIMD floating point", "virtualization", "control protection",
    ];

    private static string OffsetText(ulong? offset) => offset is { } o and not 0 ? $"+{AddressText.Hex(o)}" : "";
}
