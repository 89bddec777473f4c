namespace XenDumpAdapter.GdbStub.Layout;

/// <summary>Names of the bits of flag and control registers: Intel SDM volume 3A, figures 2-5 and 2-7; AMD APM volume 2, section 3.1.7 (EFER).</summary>
internal static class SystemFlags
{
    /// <summary>rflags.</summary>
    public static FlagsType Eflags() => Of("i386_eflags", 4,
        (0, "CF"), (2, "PF"), (4, "AF"), (6, "ZF"), (7, "SF"), (8, "TF"), (9, "IF"), (10, "DF"), (11, "OF"), (14, "NT"), (16, "RF"), (17, "VM"),
        (18, "AC"), (19, "VIF"), (20, "VIP"), (21, "ID")).With(new FlagsField("IOPL", 12, 13));

    /// <summary>cr0.</summary>
    public static FlagsType Cr0(int bytes) => Of("x86_cr0", bytes,
        (0, "PE"), (1, "MP"), (2, "EM"), (3, "TS"), (4, "ET"), (5, "NE"), (16, "WP"), (18, "AM"), (29, "NW"), (30, "CD"), (31, "PG"));

    /// <summary>cr4.</summary>
    public static FlagsType Cr4(int bytes) => Of("x86_cr4", bytes,
        (0, "VME"), (1, "PVI"), (2, "TSD"), (3, "DE"), (4, "PSE"), (5, "PAE"), (6, "MCE"), (7, "PGE"), (8, "PCE"), (9, "OSFXSR"), (10, "OSXMMEXCPT"),
        (11, "UMIP"), (12, "LA57"), (13, "VMXE"), (14, "SMXE"), (16, "FSGSBASE"), (17, "PCIDE"), (18, "OSXSAVE"), (19, "KL"), (20, "SMEP"),
        (21, "SMAP"), (22, "PKE"), (23, "CET"), (24, "PKS"));

    /// <summary>EFER.</summary>
    public static FlagsType Efer() => Of("x86_efer", 8,
        (0, "SCE"), (8, "LME"), (10, "LMA"), (11, "NXE"), (12, "SVME"), (13, "LMSLE"), (14, "FFXSR"), (15, "TCE"));

    private static FlagsType Of(string id, int bytes, params (int Bit, string Name)[] bits) =>
        new(id, bytes, [.. bits.Select(b => new FlagsField(b.Name, b.Bit, b.Bit))]);

    /// <summary>A copy with the field put in its place by its lowest bit.</summary>
    private static FlagsType With(this FlagsType type, FlagsField field) =>
        type with { Fields = [.. type.Fields.Append(field).OrderBy(f => f.Start)] };
}
