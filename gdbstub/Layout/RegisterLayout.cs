using System.Security;
using System.Text;
using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.GdbStub.Layout;

/// <summary>
/// The registers of one architecture as a client sees them, and the target description that says so. gdb takes
/// <c>org.gnu.gdb.i386.core</c> only with all of its registers, the FPU's among them (gdb/i386-tdep.c, i386_validate_tdesc_p); those that no dump holds are sent as
/// unavailable.
/// </summary>
internal sealed class RegisterLayout
{
    private RegisterLayout(Architecture architecture, string gdbName, string triple, IReadOnlyList<RegisterFeature> features)
    {
        Architecture = architecture;
        GdbName = gdbName;
        Triple = triple;
        Columns = [.. features.SelectMany(f => f.Columns)];
        TargetXml = Write(gdbName, features);
    }

    /// <summary>The engine's architecture.</summary>
    public Architecture Architecture { get; }

    /// <summary>gdb's name of the architecture.</summary>
    public string GdbName { get; }

    /// <summary>As compilers name it, for lldb.</summary>
    public string Triple { get; }

    /// <summary>All registers, in the order of <c>g</c>; a register's number is its index.</summary>
    public IReadOnlyList<RegisterColumn> Columns { get; }

    /// <summary>The target description.</summary>
    public string TargetXml { get; }

    /// <summary>The layout of an architecture.</summary>
    public static RegisterLayout Of(Architecture architecture) => architecture.InstructionSet == InstructionSet.Amd64 ? Amd64() : Ia32();

    private static RegisterLayout Amd64() => new(Architecture.Amd64, "i386:x86-64", "x86_64-unknown-unknown",
    [
        new("org.gnu.gdb.i386.core", [SystemFlags.Eflags()],
        [
            .. "ax bx cx dx si di".Split(' ').Select(n => new RegisterColumn("r" + n, 64, "int64", ["r" + n, "e" + n])),
            new("rbp", 64, "data_ptr", ["rbp", "ebp"], Generic: "fp"),
            new("rsp", 64, "data_ptr", ["rsp", "esp"], Generic: "sp"),
            .. Enumerable.Range(8, 8).Select(n => new RegisterColumn($"r{n}", 64, "int64", [$"r{n}"])),
            new("rip", 64, "code_ptr", ["rip", "eip"], Generic: "pc"),
            .. FlagsSegmentsAndFpu(),
        ]),
        new("org.gnu.gdb.i386.segments", [], [new("fs_base", 64, "int", ["fs_base"]), new("gs_base", 64, "int", ["gs_base"])]),
        new("org.xendump.x86.system", [SystemFlags.Cr0(8), SystemFlags.Cr4(8), SystemFlags.Efer()],
        [
            new("k_gs_base", 64, "int64", ["kernel_gs_base"]),
            .. ControlRegisters(64),
            new("efer", 64, "x86_efer", ["efer"]),
        ]),
    ]);

    private static RegisterLayout Ia32() => new(Architecture.Ia32, "i386", "i386-unknown-unknown",
    [
        new("org.gnu.gdb.i386.core", [SystemFlags.Eflags()],
        [
            .. "ax cx dx bx".Split(' ').Select(n => new RegisterColumn("e" + n, 32, "int32", ["e" + n, "r" + n])),
            new("esp", 32, "data_ptr", ["esp", "rsp"], Generic: "sp"),
            new("ebp", 32, "data_ptr", ["ebp", "rbp"], Generic: "fp"),
            .. "si di".Split(' ').Select(n => new RegisterColumn("e" + n, 32, "int32", ["e" + n, "r" + n])),
            new("eip", 32, "code_ptr", ["eip", "rip"], Generic: "pc"),
            .. FlagsSegmentsAndFpu(),
        ]),
        new("org.xendump.x86.system", [SystemFlags.Cr0(4), SystemFlags.Cr4(4)], [.. ControlRegisters(32)]),
    ]);

    private static IEnumerable<RegisterColumn> FlagsSegmentsAndFpu() =>
    [
        new("eflags", 32, "i386_eflags", ["rflags", "eflags"], Generic: "flags"),
        .. "cs ss ds es fs gs".Split(' ').Select(n => new RegisterColumn(n, 32, "int32", [n])),
        .. Enumerable.Range(0, 8).Select(n => new RegisterColumn($"st{n}", 80, "i387_ext", [])),
        .. "fctrl fstat ftag fiseg fioff foseg fooff fop".Split(' ').Select(n => new RegisterColumn(n, 32, "int", [], "float")),
    ];

    private static IEnumerable<RegisterColumn> ControlRegisters(int bits) =>
    [
        new("cr0", bits, "x86_cr0", ["cr0"]),
        new("cr2", bits, "data_ptr", ["cr2"]),
        new("cr3", bits, bits == 64 ? "int64" : "int32", ["cr3"]),
        new("cr4", bits, "x86_cr4", ["cr4"]),
    ];

    // No operating system: gdb would else take its own host's, and look for that system's signal frames and shared libraries.
    private static string Write(string gdbName, IReadOnlyList<RegisterFeature> features)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n");
        xml.Append("  <architecture>").Append(gdbName).Append("</architecture>\n  <osabi>none</osabi>\n");
        foreach (var feature in features)
        {
            xml.Append("  <feature name=\"").Append(feature.Name).Append("\">\n");
            foreach (var type in feature.Types) Write(xml, type);
            foreach (var column in feature.Columns) Write(xml, column);
            xml.Append("  </feature>\n");
        }

        return xml.Append("</target>\n").ToString();
    }

    private static void Write(StringBuilder xml, FlagsType type)
    {
        xml.Append("    <flags id=\"").Append(type.Id).Append("\" size=\"").Append(type.Bytes).Append("\">\n");
        foreach (var f in type.Fields)
        {
            xml.Append("      <field name=\"").Append(SecurityElement.Escape(f.Name)).Append("\" start=\"").Append(f.Start);
            xml.Append("\" end=\"").Append(f.End).Append("\"/>\n");
        }

        xml.Append("    </flags>\n");
    }

    private static void Write(StringBuilder xml, RegisterColumn column)
    {
        xml.Append("    <reg name=\"").Append(column.Name).Append("\" bitsize=\"").Append(column.Bits).Append("\" type=\"").Append(column.Type);
        if (column.Group is not null) xml.Append("\" group=\"").Append(column.Group);
        xml.Append("\"/>\n");
    }
}
