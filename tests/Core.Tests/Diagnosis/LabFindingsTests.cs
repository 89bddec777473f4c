using XenDumpAdapter.Core.Diagnosis;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>What is concluded of real dumps without a human.</summary>
public sealed class LabFindingsTests
{
    // The kernel's own layout: one guard page, two pages of stack above it.
    [Theory]
    [InlineData("m64-dbg/elf.core", "xen-syms-4.17-dbg", "mini64-nofp.elf", 0xffffffff80103dc8, 0xffffffff80104000)]
    [InlineData("m64-420/elf.core", "xen-syms-4.20", "mini64-nofp.elf", 0xffffffff80103dc8, 0xffffffff80104000)]
    [InlineData("m32-dbg/elf.core", "xen-syms-4.17-dbg", "mini32-nofp.elf", 0xc0103ffc, 0xc0104000)]
    [InlineData("k64-rel/vmcore", "xen-syms-4.17-rel", "mini64-fp.elf", 0xffffffff80103f98, 0xffffffff80104000)]
    [InlineData("k64-deb417/vmcore", "xen-syms-4.17-debian-nodwarf", "mini64-nofp.elf", 0xffffffff80103dc8, 0xffffffff80104000)]
    public void A_stack_overflow_names_the_address_the_guard_page_the_stack_and_the_distance(string dump, string xenSyms, string kernel, ulong fault, ulong stack)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var findings = Findings.Of(target, TestContext.Current.CancellationToken);
        Assert.Equal(["stack-overflow", "panic-cause"], findings.Select(f => f.Id));
        Assert.Equal(
            $"dom0 crashed: kernel stack overflow: 0x{fault:x} is {stack - fault} bytes below the stack 0x{stack:x}-0x{stack + 0x2000:x}, in the guard page 0x{stack - 0x1000:x}",
            findings[0].Summary);
        Assert.Contains(findings[0].Evidence, e => e.Contains("is not present (guard_page)", StringComparison.Ordinal));
        Assert.Contains(findings[0].Evidence, e => e.Contains("8192 bytes (kstack)", StringComparison.Ordinal));
        string blamed = findings[0].Evidence.First(e => e.StartsWith("largest: ", StringComparison.Ordinal));
        Assert.Matches(@"^largest: walk_tree: \d{4} bytes in (9|10) frames, up to \d{3} each$", blamed);
        Assert.StartsWith("dom0 (vcpu d0v0) crashed on CPU 0: #PF at walk_tree+0x", findings[1].Summary, StringComparison.Ordinal);
        Assert.Contains("console: Domain 0 (vcpu#0) crashed on cpu#0", findings[1].Evidence);
    }

    [Theory]
    [MemberData(nameof(LabHost.Nmis), MemberType = typeof(LabHost))]
    public void A_panic_of_the_hypervisor_is_no_overflow(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var finding = Assert.Single(Findings.Of(target, TestContext.Current.CancellationToken));
        Assert.Equal(("panic-cause", "Xen crashed on CPU 0: FATAL TRAP: vec 2, NMI[0000]"), (finding.Id, finding.Summary));
        Assert.Contains(finding.Evidence, e => e.Contains("NMI, interrupted default_idle+0x", StringComparison.Ordinal) || e.Contains("NMI, interrupted spec_ctrl_exit_idle", StringComparison.Ordinal));
    }
}
