namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Where a kernel has what (usr/src/uts/i86pc/sys/machparam.h, usr/src/uts/i86xpv/sys/machparam.h), with an offset of the dice.</summary>
internal sealed record KernelSpace(ulong Text, ulong Data, ulong ModuleText, ulong ModuleData, ulong Heap)
{
    public static KernelSpace Of(SolarisKernelOptions options, Random random)
    {
        ulong shift = (ulong)random.Next(1, 64) * SolarisMemoryImage.PageSize;
        return (options.WordSize, options.IsXpv) switch
        {
            (32, false) => new KernelSpace(0xfe80_0000 + shift, 0xfec0_0000, 0xf800_0000 + shift, 0xd380_0000 + shift, 0xd400_0000 + (shift * 2)),
            (32, true) => new KernelSpace(0xf4c0_0000 + shift, 0xf500_0000, 0xf2a0_0000 + shift, 0xc380_0000 + shift, 0xc400_0000 + (shift * 2)),
            _ => new KernelSpace(0xffff_ffff_fb80_0000 + shift, 0xffff_ffff_fbc0_0000, 0xffff_ffff_f780_0000 + shift, 0xffff_ffff_c000_0000 + shift, 0xffff_ff00_0100_0000 + (shift * 16)),
        };
    }
}
