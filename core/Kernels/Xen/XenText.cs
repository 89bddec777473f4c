using System.Globalization;
using Iced.Intel;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>What Xen says of itself in words: version, compiler, command line, build id.</summary>
/// <param name="Version">Full version: <c>4.17.5</c>.</param>
/// <param name="Major">Major version; null where unknown.</param>
/// <param name="Minor">Minor version; null where unknown.</param>
/// <param name="Compiler">Compiler.</param>
/// <param name="CompileDate">Compile date.</param>
/// <param name="Changeset">Changeset.</param>
/// <param name="CommandLine">Command line.</param>
public sealed record XenText(string? Version, int? Major, int? Minor, string? Compiler, string? CompileDate, string? Changeset, string? CommandLine)
{
    /// <summary>
    /// Reads it from the crash note, else from what the functions of xen/common/version.c return (each is one load of a constant), and the command line
    /// from <c>saved_cmdline</c> (xen/common/kernel.c).
    /// </summary>
    public static XenText Read(Module? xen, IMemory<VirtualAddress> memory, XenCrashInfo? note, IMemory<MachineAddress> machine)
    {
        int? major = note is null ? Constant(xen, memory, "xen_major_version") : Small(note.Major);
        int? minor = note is null ? Constant(xen, memory, "xen_minor_version") : Small(note.Minor);
        string? extra = Noted(note?.ExtraVersion) ?? Returned(xen, memory, "xen_extra_version");
        string? version = major is null ? null : string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}{extra}");
        return new XenText(
            version, major, minor,
            Noted(note?.Compiler) ?? Returned(xen, memory, "xen_compiler"),
            DateOf(Noted(note?.CompileDate) ?? Returned(xen, memory, "xen_compile_date"), Noted(note?.CompileTime) ?? Returned(xen, memory, "xen_compile_time")),
            Noted(note?.Changeset) ?? Returned(xen, memory, "xen_changeset"),
            CommandLineOf(xen, memory));

        string? Noted(MachineAddress? at) =>
            at is { Value: not 0 } a && machine.TryReadCString(a, out string text, 256) ? text : null;
    }

    /// <summary>The update number, the 7 of 4.17.7: what the extra version begins with; null where unknown.</summary>
    public int? Update
    {
        get
        {
            string[] parts = (Version ?? "").Split('.', '-');
            return parts.Length > 2 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int update) ? update : null;
        }
    }

    /// <summary>Whether the banner that Xen prints first (print_xen_info, <c>debug=y</c>) calls it a debug build; null where the ring no longer has it.</summary>
    public static bool? DebugOf(string? console)
    {
        if (console is null) return null;
        if (console.Contains(" debug=y", StringComparison.Ordinal)) return true;
        return console.Contains(" debug=n", StringComparison.Ordinal) ? false : null;
    }

    private static int? Small(ulong value) => value <= 999 ? (int)value : null;

    /// <summary>Some builds have the time in the date already.</summary>
    private static string? DateOf(string? date, string? time) =>
        date is null || time is null || date.Contains(time, StringComparison.Ordinal) ? date : $"{date} {time}";

    private static string? CommandLineOf(Module? xen, IMemory<VirtualAddress> memory) =>
        xen?.Symbols.Find("saved_cmdline") is { Address: var at } && memory.TryReadCString(at, out string text, 4096) ? text.Trim() : null;

    private static string? Returned(Module? xen, IMemory<VirtualAddress> memory, string function)
    {
        if (FirstLoad(xen, memory, function) is not { } load || load.Mnemonic != Mnemonic.Lea || !load.IsIPRelativeMemoryOperand) return null;
        return memory.TryReadCString(new VirtualAddress(load.IPRelativeMemoryAddress), out string text, 256) ? text : null;
    }

    private static int? Constant(Module? xen, IMemory<VirtualAddress> memory, string function)
    {
        if (FirstLoad(xen, memory, function) is not { } load) return null;
        if (load.Mnemonic == Mnemonic.Xor) return 0;
        return load.Mnemonic == Mnemonic.Mov && load.Op1Kind == OpKind.Immediate32 ? Small(load.Immediate32) : null;
    }

    /// <summary>The first instruction of a function that writes rax or eax.</summary>
    private static Instruction? FirstLoad(Module? xen, IMemory<VirtualAddress> memory, string function)
    {
        if (xen?.Symbols.Find(function) is not { Address: var start }) return null;
        byte[] code = new byte[48];
        int got = memory.Read(start, code);
        var reader = new ByteArrayCodeReader(code, 0, got);
        var decoder = Decoder.Create(64, reader, start.Value);
        for (int i = 0; i < 6 && reader.CanReadByte; i++)
        {
            var instruction = decoder.Decode();
            if (instruction.IsInvalid || instruction.FlowControl != FlowControl.Next) return null;
            if (instruction.Op0Kind == OpKind.Register && instruction.Op0Register is Register.RAX or Register.EAX) return instruction;
        }

        return null;
    }
}
