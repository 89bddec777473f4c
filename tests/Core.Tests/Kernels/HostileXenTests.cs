using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>A host whose hypervisor's structures lie: one lie a test. What is right is still shown, and the lie is said or its part is absent.</summary>
public sealed class HostileXenTests
{
    private readonly PatchedSample _sample = new();

    [Fact]
    public void A_list_of_domains_that_goes_in_circles_is_left_with_a_warning()
    {
        using var target = _sample.Member("domain", _sample.Dom0.Address, "next_in_list", _sample.Dom0.Address.Value).Open();
        Assert.Equal([0, 0x7ff1, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
        Assert.Contains("does not end", Said(target, "xen/domain-list-cycle"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000)]
    [InlineData(0xffff_ffff_ffff_fff8)]
    [InlineData(0xffff_830f_ffff_0000)]
    public void A_list_of_domains_that_leads_nowhere_ends_there(ulong next)
    {
        using var target = _sample.Member("domain", _sample.Dom0.Address, "next_in_list", next).Open();
        Assert.Equal([0, 0x7ff1, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
        Assert.Contains($"0x{next:x}", Said(target, "xen/domain-list-cut"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_list_the_domains_that_run_are_still_there()
    {
        using var target = _sample.Variable("domain_list", 0).Open();
        Assert.Equal([0, 0x7ff1, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
    }

    [Fact]
    public void A_domain_with_an_id_that_cannot_be_is_left_out()
    {
        using var target = _sample.Member("domain", _sample.Clean.Domains[1].Address, "domain_id", 0xffff).Open();
        Assert.Equal([0, 0x7ff2, 0x7fff], target.Domains.Select(d => d.Id));
        Assert.Contains(_sample.Clean.Domains[1].Address.ToString(), Said(target, "xen/domain-unreadable"), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_domain_with_an_absurd_number_of_vcpus_those_that_run_are_shown()
    {
        using var target = _sample.Member("domain", _sample.Dom0.Address, "max_vcpus", uint.MaxValue).Open();
        Assert.Equal(["d0v0"], target.Domains[0].Vcpus.Select(v => v.Name));
        Assert.Contains("4294967295 vcpus", Said(target, "xen/vcpu-count"), StringComparison.Ordinal);
        Assert.Equal("CPU 0: d0v0 (panicking)", target.Threads[0].Name);
    }

    [Fact]
    public void A_vcpu_that_does_not_point_back_at_its_domain_is_left_out()
    {
        using var target = _sample.Member("vcpu", _sample.Dom0.Vcpus[1].Address, "domain", 0xffff_8300_0000_1234).Open();
        Assert.Equal(["d0v0"], target.Domains[0].Vcpus.Select(v => v.Name));
        Assert.Contains("does not point back", Said(target, "xen/vcpu-unreadable"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_no_vcpu_can_have_is_unknown()
    {
        using var target = _sample.Member("vcpu", _sample.Dom0.Vcpus[1].Address, "runstate.state", 77).Open();
        Assert.Null(target.Domains[0].Vcpus[1].State);
    }

    [Fact]
    public void A_vcpu_whose_page_tables_are_not_in_the_dump_has_no_space_and_its_stack_says_so()
    {
        using var target = _sample.Member("vcpu", _sample.Dom0.Vcpus[0].Address, "arch.cr3", 0x000f_ffff_ffff_f000).Open();
        var stack = target.Threads[0].Stack(TestContext.Current.CancellationToken);
        Assert.False(stack.Complete);
        Assert.StartsWith("stopped: ", stack.Ended, StringComparison.Ordinal);
        Assert.Contains(stack.Frames, f => f.Exception is { Vector: 14 });
        Assert.DoesNotContain(Findings.Of(target, TestContext.Current.CancellationToken), f => f.Id == "stack-overflow");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(0x8000_0000)]
    [InlineData(uint.MaxValue)]
    public void A_console_ring_of_a_size_that_cannot_be_is_absent(uint size)
    {
        using var target = _sample.Variable("conring_size", size, 4).Open();
        Assert.Null(target.Hypervisor!.Console);
        Assert.Contains("no console ring", target.Report.Stages.Single(s => s.Stage == "hypervisor").Text, StringComparison.Ordinal);

        // The stack still tells whose crash it was.
        Assert.Contains(Findings.Of(target, TestContext.Current.CancellationToken), f => f.Id == "panic-cause" && f.Summary.StartsWith("dom0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000)]
    [InlineData(0xffff_ffff_ffff_f000)]
    public void A_console_ring_that_is_nowhere_is_absent(ulong ring)
    {
        using var target = _sample.Variable("conring", ring).Open();
        Assert.Null(target.Hypervisor!.Console);
    }

    [Fact]
    public void What_is_missing_of_the_console_ring_is_said_in_its_place()
    {
        var memory = _sample.Clean.Hypervisor!.Space;
        ulong page = 0xffff_8300_0000_0000;
        while (memory.Explain(page + 4096).Kind == Core.Memory.FaultKind.None) page += 4096;
        using var target = _sample.Poke(page, 0x0a6f_6c6c_6568).Variable("conring", page).Variable("conringp", 6, 4).Open();
        string console = target.Hypervisor!.Console!;
        Assert.Contains("bytes of the console are not in the dump: ", console, StringComparison.Ordinal);
        Assert.EndsWith("hello\n", console, StringComparison.Ordinal);
    }

    [Fact]
    public void A_console_ring_that_has_wrapped_begins_with_its_oldest_whole_line()
    {
        uint size = _sample.ConsoleSize;
        string line = "(XEN) " + new string('x', 57) + "\n";
        string text = string.Concat(Enumerable.Repeat(line, (int)size / line.Length))[..^10] + "newest 1\n" + "o";
        Assert.Equal((int)size, text.Length);

        // Eleven bytes are newer than the ring is long: the first line's beginning is overwritten.
        string ring = "ewest 2..\n" + text[10..];
        using var target = _sample.Console(ring).Variable("conringp", unchecked(0u + size + 10), 4).Open();
        string console = target.Hypervisor!.Console!;
        Assert.StartsWith("(XEN) x", console, StringComparison.Ordinal);
        Assert.EndsWith("oewest 2..\n", console, StringComparison.Ordinal);
    }

    [Fact]
    public void Counters_of_the_console_that_wrapped_at_four_gigabytes_still_show_the_ring()
    {
        uint size = _sample.ConsoleSize;
        string text = new string('a', (int)size - 8) + "\n(XEN) y";
        using var target = _sample.Console(text).Variable("conringp", 8, 4).Open();

        // conringp counts on from 0 after 2^32: what stands behind it in the ring is older, not absent.
        Assert.EndsWith("aaaaaaaa", target.Hypervisor!.Console!, StringComparison.Ordinal);
        Assert.Contains("(XEN) y", target.Hypervisor!.Console!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CPU_whose_stack_top_names_no_vcpu_has_no_stacks_and_its_walk_says_why_it_ends()
    {
        using var target = _sample.Member("cpu_info", _sample.Clean.Cpus[1].CpuInfo!.Value, "current_vcpu", 0).Open();
        var cpu = target.Cpus.Single(c => c.Id == 1);
        Assert.Null(cpu.CpuInfo);
        Assert.Null(cpu.Current);
        Assert.Empty(cpu.Stacks);
        Assert.NotNull(cpu.Registers);
        Assert.NotEmpty(LabHost.ThreadOf(target, 1).Stack(TestContext.Current.CancellationToken).Frames);
        Assert.Contains("1 of 2 CPUs", target.Report.Stages.Single(s => s.Stage == "hypervisor").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(uint.MaxValue)]
    public void A_CPU_that_says_it_is_another_one_is_not_believed(uint id)
    {
        using var target = _sample.Member("cpu_info", _sample.Clean.Cpus[0].CpuInfo!.Value, "processor_id", id).Open();
        Assert.Equal([0, 1], target.Cpus.Select(c => c.Id));
        Assert.All(target.Cpus, c => Assert.NotNull(c.Registers));
    }

    [Theory]
    [InlineData(0xffff_ffff)]
    [InlineData(5000)]
    public void A_number_of_CPUs_that_cannot_be_is_not_believed(uint count)
    {
        using var target = _sample.Variable("nr_cpu_ids", count, 4).Open();
        Assert.Equal(2, target.Cpus.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xffff_8300_0fff_f000)]
    [InlineData(0xffff_ffff_ffff_fff8)]
    public void Without_shared_info_dom0s_physical_memory_is_skipped_with_a_reason(ulong sharedInfo)
    {
        using var target = _sample.Member("domain", _sample.Dom0.Address, "shared_info", sharedInfo).Open();
        Assert.Null(target.FindSpace("phys"));
        Assert.Equal(StageState.Skipped, target.Report.Stages.Single(s => s.Stage == "dom0 physical memory").State);
    }

    [Fact]
    public void An_IDT_and_a_TSS_that_are_nowhere_leave_the_stacks_that_Xen_documents()
    {
        ulong offsets = _sample.AddressOf("__per_cpu_offset");
        using var target = _sample.Variable("idt_tables", 0xffff_ffff_ffff_fff0).Poke(offsets, ulong.MaxValue).Open();
        Assert.Equal(["primary", "#MC", "NMI", "#DB", "#DF"], target.Cpus[0].Stacks.Select(s => s.Name));
    }

    private static string Said(DumpTarget target, string id) => target.Diagnostics.Items.First(d => d.Id == id).Text;
}
