namespace XenDumpAdapter.Core.Arch;

/// <summary>A named bit, or field, of a register.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lowest">Its lowest bit.</param>
/// <param name="Width">How many bits.</param>
public sealed record RegisterBit(string Name, int Lowest, int Width = 1)
{
    /// <summary>Its value.</summary>
    public ulong Of(ulong register) => register >> Lowest & ((1UL << Width) - 1);
}

/// <summary>Names of the bits of flag and control registers: Intel SDM volume 3A, sections 2.3 and 2.5; AMD APM volume 2, section 3.1.7 (EFER). And those of the error code of a page fault: SDM volume 3A, section 4.7.</summary>
public static class RegisterBits
{
    private static readonly RegisterBit[] Flags =
    [
        new("CF", 0), new("PF", 2), new("AF", 4), new("ZF", 6), new("SF", 7), new("TF", 8), new("IF", 9), new("DF", 10), new("OF", 11), new("IOPL", 12, 2),
        new("NT", 14), new("RF", 16), new("VM", 17), new("AC", 18), new("VIF", 19), new("VIP", 20), new("ID", 21),
    ];

    private static readonly RegisterBit[] Cr0 =
    [
        new("PE", 0), new("MP", 1), new("EM", 2), new("TS", 3), new("ET", 4), new("NE", 5), new("WP", 16), new("AM", 18), new("NW", 29), new("CD", 30), new("PG", 31),
    ];

    private static readonly RegisterBit[] Cr4 =
    [
        new("VME", 0), new("PVI", 1), new("TSD", 2), new("DE", 3), new("PSE", 4), new("PAE", 5), new("MCE", 6), new("PGE", 7), new("PCE", 8), new("OSFXSR", 9),
        new("OSXMMEXCPT", 10), new("UMIP", 11), new("LA57", 12), new("VMXE", 13), new("SMXE", 14), new("FSGSBASE", 16), new("PCIDE", 17), new("OSXSAVE", 18),
        new("KL", 19), new("SMEP", 20), new("SMAP", 21), new("PKE", 22), new("CET", 23), new("PKS", 24),
    ];

    private static readonly RegisterBit[] Efer =
    [
        new("SCE", 0), new("LME", 8), new("LMA", 10), new("NXE", 11), new("SVME", 12), new("LMSLE", 13), new("FFXSR", 14), new("TCE", 15),
    ];

    /// <summary>The bits of the error code of a page fault, lowest first.</summary>
    public static IReadOnlyList<RegisterBit> PageFaultCode { get; } =
        [new("P", 0), new("W/R", 1), new("U/S", 2), new("RSVD", 3), new("I/D", 4), new("PK", 5), new("SS", 6), new("SGX", 15)];

    /// <summary>The bits of a register, lowest first; null for a register that is one number.</summary>
    public static IReadOnlyList<RegisterBit>? Of(string register) => register switch
    {
        "rflags" or "eflags" => Flags,
        "cr0" => Cr0,
        "cr4" => Cr4,
        "efer" => Efer,
        _ => null,
    };

    /// <summary>The names of the bits that are set, as <c>PE MP PG</c>; fields with their value.</summary>
    public static string Set(string register, ulong value) =>
        string.Join(' ', (Of(register) ?? []).Where(b => b.Of(value) != 0).Select(b => b.Width == 1 ? b.Name : $"{b.Name}={b.Of(value)}"));
}
