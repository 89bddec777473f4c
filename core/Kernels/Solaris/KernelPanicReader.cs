using System.Text;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// What the kernel saved when it panicked: <c>panicbuf</c> with named values and the message (<c>panic_data_t</c>, usr/src/uts/common/sys/panic.h), and the variables <c>panicstr</c>,
/// <c>panic_thread</c>, <c>panic_cpu</c>, <c>panic_reg</c>, <c>panic_regs</c> (usr/src/uts/common/os/panic.c).
/// </summary>
internal sealed class KernelPanicReader(SolarisImage image, KernelLayouts layouts, DumpHeader header, DiagnosticBag diagnostics)
{
    /// <summary>PANICBUFSIZE.</summary>
    private const int BufferBytes = 8192;

    /// <summary><c>panic_nv_t</c>: a name of 16 bytes and a number of 64 bits.</summary>
    private const int ValueBytes = 24, NameBytes = 16;

    /// <summary>Where the values begin: in version 2 a UUID of 37 bytes stands in front.</summary>
    private const int ValuesOfVersion1 = 8, ValuesOfVersion2 = 48;

    /// <summary>The panic; null where the kernel did not panic: a dump of a live system.</summary>
    public KernelPanic? Read()
    {
        var format = image.Pointer("panicstr");
        var (values, said) = Buffer();
        bool panicked = format is { Value: not 0 } || header.PanicString.Length > 0 || (said is not null && (header.Flags & DumpFlags.Live) == 0);
        if (!panicked) return null;

        var (registers, from) = Registers(values);
        string? message = said ?? NotEmpty(header.PanicString) ?? NotEmpty(image.Text(format, DumpLimits.PanicTextBytes));
        VirtualAddress? thread = image.Pointer("panic_thread") is { Value: not 0 } named ? named : null;
        return new KernelPanic
        {
            Message = message,
            Thread = thread,
            TrapRegisters = TrapOf(thread) ?? SolarisFaultAddress.PrintedRecord(message),
            CpuId = Cpu(),
            Registers = registers,
            RegistersFrom = from,
            Values = values,
        };
    }

    /// <summary>The registers of the trap that the thread is about to panic of: <c>t_panic_trap</c>, which die() sets (usr/src/uts/i86pc/os/trap.c). They, not those of the call of panic(), are saved then.</summary>
    private VirtualAddress? TrapOf(VirtualAddress? thread)
    {
        if (thread is not { } at || layouts.Thread is not { } layout || new StructAt(layout, image.Memory, at).Pointer("t_panic_trap") is not { Value: not 0 } info) return null;

        // trap_regs is the first member of struct panic_trap_info (usr/src/uts/common/sys/panic.h).
        return image.PointerAt(info) is { Value: not 0 } regs ? regs : null;
    }

    /// <summary>The id in the copy of the CPU; null where nothing was copied.</summary>
    private int? Cpu()
    {
        if (layouts.Cpu is not { } layout || image.AddressOf("panic_cpu") is not { } at) return null;
        var cpu = new StructAt(layout, image.Memory, at);
        return cpu.Pointer("cpu_thread") is { Value: not 0 } && cpu.Number("cpu_id") is { } id and < DumpLimits.Cpus ? (int)id : null;
    }

    /// <summary>In the order in which the kernel debugger looks for them.</summary>
    private (RegisterSet? Registers, string? From) Registers(IReadOnlyList<KeyValuePair<string, ulong>> saved)
    {
        if (SolarisRegs.Of(image.Architecture, saved) is { } fromBuffer) return (fromBuffer, "panicbuf");
        if (image.Pointer("panic_reg") is { Value: not 0 } trap && SolarisRegs.ReadTrap(image, trap) is { } values && SolarisRegs.Of(image.Architecture, values) is { } fromTrap) return (fromTrap, "panic_reg");
        byte[] label = new byte[SolarisRegs.LabelBytes(image.Architecture)];
        if (image.AddressOf("panic_regs") is { } at && image.Memory.TryRead(at, label) && SolarisRegs.OfLabel(image.Architecture, label) is { } fromLabel) return (fromLabel, "panic_regs");
        return (null, null);
    }

    private (IReadOnlyList<KeyValuePair<string, ulong>> Values, string? Message) Buffer()
    {
        if (image.AddressOf("panicbuf") is not { } at) return ([], null);
        byte[] bytes = new byte[BufferBytes];
        var buffer = new ReadOnlyMemory<byte>(bytes, 0, image.Memory.Read(at, bytes));
        var reader = new SpanReader(buffer.Span);
        if (!reader.TryReadU32(out uint version) || !reader.TryReadU32(out uint messageAt))
        {
            diagnostics.Warn("solaris/panicbuf", $"the buffer of the panic (panicbuf) cannot be read: {image.Memory.Explain(at).Text}.");
            return ([], null);
        }

        if (version == 0 && messageAt == 0) return ([], null);
        int from = FirstValue(buffer.Span, version);
        if (messageAt < from || messageAt >= BufferBytes)
        {
            diagnostics.Warn("solaris/panicbuf", $"the buffer of the panic (panicbuf) says that its message is at byte {messageAt} of {BufferBytes}; it is damaged, and the values in it are read up to the first that is none.");
            return (Values(buffer.Span, from, buffer.Length), null);
        }

        return (Values(buffer.Span, from, (int)messageAt), MessageAt(buffer.Span, (int)messageAt));
    }

    /// <summary>Where the values begin: as the version says, and for one that is not known where a register's name stands.</summary>
    private int FirstValue(ReadOnlySpan<byte> buffer, uint version)
    {
        if (version is 1 or 2) return version == 1 ? ValuesOfVersion1 : ValuesOfVersion2;
        diagnostics.Warn("solaris/panicbuf-version", $"the buffer of the panic (panicbuf) has version {version}; versions 1 and 2 are known, and it is read by what stands in it.");
        foreach (int offset in (ReadOnlySpan<int>)[ValuesOfVersion2, ValuesOfVersion1])
            if (NameAt(buffer, offset) is { } name && SolarisRegs.Find(image.Architecture, name) is not null) return offset;
        return ValuesOfVersion2;
    }

    private static List<KeyValuePair<string, ulong>> Values(ReadOnlySpan<byte> buffer, int from, int end)
    {
        var values = new List<KeyValuePair<string, ulong>>();
        for (int at = from; at <= end - ValueBytes && at <= buffer.Length - ValueBytes; at += ValueBytes)
        {
            if (NameAt(buffer, at) is not { } name) break;
            var reader = new SpanReader(buffer[(at + NameBytes)..]);
            if (reader.TryReadU64(out ulong value)) values.Add(new(name, value));
        }

        return values;
    }

    private static string? NameAt(ReadOnlySpan<byte> buffer, int at)
    {
        if (at > buffer.Length - NameBytes) return null;
        return FixedText.Of(buffer.Slice(at, NameBytes)) is { Length: > 0 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '%' or '.') ? name : null;
    }

    private static string? MessageAt(ReadOnlySpan<byte> buffer, int at)
    {
        if (at >= buffer.Length) return null;
        var text = buffer[at..];
        int end = text.IndexOf((byte)0);
        return NotEmpty(Encoding.UTF8.GetString(end < 0 ? text : text[..end]));
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
