using XenDumpAdapter.Core.Arch;

namespace XenDumpAdapter.GdbStub.Layout;

/// <summary>The bits of flag and control registers as gdb's flags types; their names are <see cref="RegisterBits"/>.</summary>
internal static class SystemFlags
{
    /// <summary>rflags.</summary>
    public static FlagsType Eflags() => Of("i386_eflags", 4, "eflags");

    /// <summary>cr0.</summary>
    public static FlagsType Cr0(int bytes) => Of("x86_cr0", bytes, "cr0");

    /// <summary>cr4.</summary>
    public static FlagsType Cr4(int bytes) => Of("x86_cr4", bytes, "cr4");

    /// <summary>EFER.</summary>
    public static FlagsType Efer() => Of("x86_efer", 8, "efer");

    private static FlagsType Of(string id, int bytes, string register) =>
        new(id, bytes, [.. (RegisterBits.Of(register) ?? []).Select(b => new FlagsField(b.Name, b.Lowest, b.Lowest + b.Width - 1))]);
}
