using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Tests.Samples;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>The talk's dump: what took fourteen slides stands in the first ten lines.</summary>
public sealed class GoldclothFindingsTests
{
    [Fact]
    public void The_first_ten_lines_say_what_crashed_whose_stack_overflowed_by_how_much_and_which_frames_are_to_blame()
    {
        using var target = SampleDump.Open("goldcloth");
        string[] lines = [.. InfoReport.Lines(target, TestContext.Current.CancellationToken).Select(l => l.Text.Trim()).Take(10)];
        Assert.Equal(
            "dom0 crashed: kernel stack overflow: 0xc5a08fdc is 36 bytes below the stack 0xc5a09000-0xc5a0add8 of thread 0xc5a0ade0 (sched), in the guard page 0xc5a08000",
            lines[0]);
        Assert.StartsWith("#PF at unix`page_ctr_sub_internal+0x9: push %ebx: write to a page that is not present, in a guest's kernel, address 0xc5a08fdc", lines[1], StringComparison.Ordinal);
        Assert.Contains("hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0", lines[1], StringComparison.Ordinal);
        Assert.Equal("physical CPU 2 ran d0v0, the kernel's CPU 0, in thread 0xc5a0ade0 (sched)", lines[2]);
        Assert.Equal(["largest: xdb`xdb_open_device: 1108 bytes (0x454)", "largest: xdb`xdb_setup_node: 1104 bytes (0x450)"], lines.Where(l => l.StartsWith("largest: ", StringComparison.Ordinal)).Take(2));
    }

    [Fact]
    public void The_cause_names_the_instruction_and_the_stack()
    {
        using var target = SampleDump.Open("goldcloth");
        var findings = Findings.Of(target, TestContext.Current.CancellationToken);
        Assert.Equal(["stack-overflow", "panic-cause"], findings.Select(f => f.Id));
        Assert.Equal(
            "dom0 (vcpu d0v0) crashed on CPU 2: #PF at unix`page_ctr_sub_internal+0x9: push %ebx writes 0xc5a08fdc: 36 bytes below the stack 0xc5a09000-0xc5a0add8 of thread 0xc5a0ade0 (sched)",
            findings[1].Summary);
    }
}
