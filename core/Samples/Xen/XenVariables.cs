using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>The hypervisor's variables that its code or a debugger uses.</summary>
internal static class XenVariables
{
    public const int Cpus = 16;
    public const int ConsoleBytes = 16384;

    private const string Domain = "common/domain.c";
    private const string Console = "drivers/char/console.c";
    private const string Setup = "arch/x86/setup.c";
    private const string SmpBoot = "arch/x86/smpboot.c";
    private const string Traps = "arch/x86/traps.c";
    private const string Shutdown = "common/shutdown.c";

    public static void Add(ImageLinker xen, XenTypes types)
    {
        var c = types.C;
        xen.Room("idle_pg_table", 4096, 4096);
        xen.Room("idt_table", 4096, 4096);
        xen.Room("_conring", ConsoleBytes, 4096);
        xen.Variable("hardware_domain", types.DomainPointer, Domain);
        xen.Variable("domain_list", types.DomainPointer, Domain);
        xen.Variable("idle_vcpu", CTypes.ArrayOf(types.VcpuPointer, Cpus), Domain);
        xen.Variable("dom_xen", types.DomainPointer, Domain);
        xen.Variable("dom_io", types.DomainPointer, Domain);
        xen.Variable("stack_base", CTypes.ArrayOf(c.VoidPointer, Cpus), SmpBoot);
        xen.Variable("idt_tables", CTypes.ArrayOf(c.VoidPointer, Cpus), Traps);
        xen.Variable("__per_cpu_offset", CTypes.ArrayOf(c.ULong, Cpus), Setup);
        xen.Variable("per_cpu__curr_vcpu", types.VcpuPointer, "arch/x86/domain.c");
        xen.Variable("conring", c.PointerTo(c.Char), Console);
        xen.Variable("conring_size", c.U32, Console);
        xen.Variable("conringc", c.U32, Console);
        xen.Variable("conringp", c.U32, Console);
        xen.Variable("xen_phys_start", c.ULong, Setup);
        xen.Variable("nr_cpu_ids", c.UInt, SmpBoot);
        xen.Variable("opt_noreboot", c.Bool, Shutdown);
        xen.Variable("saved_cmdline", CTypes.ArrayOf(c.Char, 1024), "common/kernel.c");
    }
}
