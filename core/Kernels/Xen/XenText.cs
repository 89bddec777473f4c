using System.Globalization;
using Iced.Intel;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Formats;

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
    public static XenText Read(XenImage? xen, XenCrashInfo? note, IMemory<MachineAddress> machine)
    {
        int? major = note is null ? Constant(xen, "xen_major_version") : Small(note.Major);
        int? minor = note is null ? Constant(xen, "xen_minor_version") : Small(note.Minor);
        string? extra = Noted(note?.ExtraVersion) ?? Returned(xen, "xen_extra_version");
        string? version = major is null ? null : string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}{extra}");
        return new XenText(
            version, major, minor,
            Noted(note?.Compiler) ?? Returned(xen, "xen_compiler"),
            Noted(note?.CompileDate) is { } date ? string.Join(' ', new[] { date, Noted(note?.CompileTime) }.Where(s => s is not null)) : JoinDate(xen),
            Noted(note?.Changeset) ?? Returned(xen, "xen_changeset"),
            CommandLineOf(xen));

        string? Noted(MachineAddress? at) =>
            at is { Value: not 0 } a && machine.TryReadCString(a, out string text, 256) ? text : null;
    }

    private static int? Small(ulong value) => value <= 999 ? (int)value : null;

    private static string? JoinDate(XenImage? xen)
    {
        string joined = string.Join(' ', new[] { Returned(xen, "xen_compile_date"), Returned(xen, "xen_compile_time") }.Where(s => s is not null));
        return joined.Length == 0 ? null : joined;
    }

    private static string? CommandLineOf(XenImage? xen) =>
        xen?.AddressOf("saved_cmdline") is { } at && xen.Memory.TryReadCString(at, out string text, 4096) ? text.Trim() : null;

    private static string? Returned(XenImage? xen, string function)
    {
        if (FirstLoad(xen, function) is not { } load || load.Mnemonic != Mnemonic.Lea || !load.IsIPRelativeMemoryOperand) return null;
        return xen!.Memory.TryReadCString(new VirtualAddress(load.IPRelativeMemoryAddress), out string text, 256) ? text : null;
    }

    private static int? Constant(XenImage? xen, string function)
    {
        if (FirstLoad(xen, function) is not { } load) return null;
        if (load.Mnemonic == Mnemonic.Xor) return 0;
        return load.Mnemonic == Mnemonic.Mov && load.Op1Kind == OpKind.Immediate32 ? Small(load.Immediate32) : null;
    }

    /// <summary>The first instruction of a function that writes rax or eax.</summary>
    private static Instruction? FirstLoad(XenImage? xen, string function)
    {
        if (xen?.AddressOf(function) is not { } start) return null;
        byte[] code = new byte[48];
        int got = xen.Memory.Read(start, code);
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code, 0, got), start.Value);
        for (int i = 0; i < 6 && decoder.IP - start.Value < (ulong)got; i++)
        {
            var instruction = decoder.Decode();
            if (instruction.IsInvalid || instruction.FlowControl != FlowControl.Next) return null;
            if (instruction.Op0Kind == OpKind.Register && instruction.Op0Register is Register.RAX or Register.EAX) return instruction;
        }

        return null;
    }
}
