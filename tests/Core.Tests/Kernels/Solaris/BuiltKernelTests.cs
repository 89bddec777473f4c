using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

/// <summary>Kernels of the builder, with names, addresses and sizes of the dice, from the bytes of the dump to what is shown of them.</summary>
public sealed class BuiltKernelTests
{
    public static TheoryData<string, int, bool, int> Plain => BuiltDump.PlainPanicData();

    [Theory, MemberData(nameof(Plain))]
    public void A_plain_panic_shows_its_stack_and_cause(string name, int wordSize, bool is2007, int seed)
    {
        var scenario = BuiltDump.Build(name, wordSize, is2007, seed);
        using var target = BuiltDump.Open(scenario);
        var thread = target.Threads[0];
        Assert.True(thread.IsPanicking);
        Assert.Equal(scenario.Panicking!.Address, thread.KernelThread?.Address.Value);
        Assert.Equal(scenario.Panicking.Cpu, thread.KernelCpu?.Id);
        Assert.Equal(scenario.Message, target.Panic.Message);
        var stack = BuiltDump.StackOf(thread);
        Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(stack));
        Assert.True(stack.Complete, stack.Ended);
        Assert.DoesNotContain(target.Diagnostics.Items, d => d.Severity >= DiagnosticSeverity.Warning);

        var finding = Findings.Of(target, TestContext.Current.CancellationToken)[0];
        if (name == "called")
        {
            Assert.Equal($"panic: {scenario.Message}, called at {scenario.Frames[2].Function}+0x{scenario.Frames[2].Offset:x}", finding.Summary);
            return;
        }

        var guilty = scenario.Frames[0];
        Assert.Equal(scenario.FaultPc, stack.Frames[0].Pc.Value);
        Assert.Contains($"0x{scenario.FaultAddress:x}", finding.Summary, StringComparison.Ordinal);
        string says = name switch
        {
            "freed memory" => "freed memory",
            "user address" => "user",
            "overflow" => "kernel stack overflow: ",
            _ => "NULL + ",
        };
        Assert.Contains(says, finding.Summary, StringComparison.Ordinal);
        if (name != "overflow") Assert.StartsWith($"panic: #{(name == "freed memory" && wordSize == 64 ? "GP" : "PF")} at {guilty.Function}+0x{guilty.Offset:x}: mov ", finding.Summary, StringComparison.Ordinal);
        if (name is "null pointer" or "freed memory" or "dom0") Assert.Contains($"%{scenario.FaultRegister}", finding.Summary, StringComparison.Ordinal);
        if (name == "overflow")
        {
            ulong below = scenario.Panicking.StackBase - scenario.FaultAddress;
            Assert.Contains($"{below} bytes below the stack 0x{scenario.Panicking.StackBase:x}-", finding.Summary, StringComparison.Ordinal);
            Assert.Contains($"thread 0x{scenario.Panicking.Address:x}", finding.Summary, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(32, true)]
    [InlineData(64, false)]
    [InlineData(64, true)]
    public void Code_without_a_frame_hides_nobody(int wordSize, bool isNullFunction)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            var options = new SolarisKernelOptions { WordSize = wordSize, Seed = seed, Is2007 = seed % 2 == 0 };
            var scenario = isNullFunction ? PlainPanics.NullFunction(options) : PlainPanics.Lock(options);
            using var target = BuiltDump.Open(scenario);
            var stack = BuiltDump.StackOf(target.Threads[0]);
            Assert.Equal(scenario.FaultPc, stack.Frames[0].Pc.Value);
            Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(stack).Skip(1));
            string summary = Findings.Of(target, TestContext.Current.CancellationToken)[0].Summary;
            if (isNullFunction) Assert.Equal("panic: #PF at 0x0: jump to 0x0: NULL", summary);
            else Assert.Matches($@"\Apanic: #PF at unix`mutex_enter\+0x.: lock cmpxchg .* writes 0x0: NULL \(%{scenario.FaultRegister} is 0\)\z", summary);
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void An_interrupt_threads_stack_leads_on_to_what_it_pinned(int wordSize)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            var scenario = PlainPanics.Interrupt(new SolarisKernelOptions { WordSize = wordSize, Seed = seed });
            using var target = BuiltDump.Open(scenario);
            var stack = BuiltDump.StackOf(target.Threads[0]);
            Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(stack));
            Assert.Equal(["interrupt 0x20", "syscall"], stack.Frames.Where(f => f.Exception is not null).Select(f => f.Exception!.Name));
            Assert.StartsWith($"panic: #PF at {scenario.Frames[0].Function}+0x", Findings.Of(target, TestContext.Current.CancellationToken)[0].Summary, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(32, false, 11)]
    [InlineData(32, true, 12)]
    [InlineData(64, false, 13)]
    [InlineData(64, true, 14)]
    public void Every_thread_process_cpu_and_module_is_listed(int wordSize, bool is2007, int seed)
    {
        var scenario = BuiltDump.Build("null pointer", wordSize, is2007, seed, threads: 300);
        using var target = BuiltDump.Open(scenario);
        BuiltKernel.SameKernel(scenario, target);
    }

    [Theory]
    [InlineData(32, 21)]
    [InlineData(64, 22)]
    public void Every_stack_is_shown_to_its_end(int wordSize, int seed)
    {
        var scenario = BuiltDump.Build("called", wordSize, false, seed, threads: 300);
        using var target = BuiltDump.Open(scenario);
        BuiltKernel.SameStacks(scenario, target);
    }

    [Theory]
    [InlineData(SolarisCarrier.Vmcore, 32, false)]
    [InlineData(SolarisCarrier.Vmdump, 32, true)]
    [InlineData(SolarisCarrier.Device, 32, false)]
    [InlineData(SolarisCarrier.Vmcore, 64, false)]
    [InlineData(SolarisCarrier.Vmdump, 64, false)]
    [InlineData(SolarisCarrier.Device, 64, true)]
    public void Each_carrier_brings_the_same_kernel_without_another_file(SolarisCarrier carrier, int wordSize, bool is2007)
    {
        var scenario = BuiltDump.Build("freed memory", wordSize, is2007, 31);
        using var target = BuiltDump.Open(scenario, carrier, withUnix: false);
        Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(BuiltDump.StackOf(target.Threads[0])));
        BuiltKernel.SameKernel(scenario, target);
        BuiltKernel.SameStacks(scenario, target);
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(64, true)]
    public void A_kernel_without_types_is_read_by_measured_layouts(int wordSize, bool is2007)
    {
        var scenario = PlainPanics.NullPointer(new SolarisKernelOptions { WordSize = wordSize, Is2007 = is2007, Seed = 51, HasTypes = false });
        using var target = BuiltDump.Open(scenario);
        BuiltKernel.SameKernel(scenario, target);
        var stack = BuiltDump.StackOf(target.Threads[0]);
        Assert.Equal(scenario.Frames.Select(f => (f.Function.Name, f.Fp)), stack.Frames.Where(f => f.Exception is null && f.Kind == FrameKind.Kernel).Select(f => (f.Function!, f.Fp?.Value ?? 0)));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void A_live_dump_has_its_threads_and_no_panic(int wordSize)
    {
        var scenario = PlainPanics.Live(new SolarisKernelOptions { WordSize = wordSize, Seed = 61 });
        using var target = BuiltDump.Open(scenario);
        Assert.Equal(PanicKind.None, target.Panic.Kind);
        Assert.Null(target.Kernel!.Panic);
        Assert.DoesNotContain(target.Threads, t => t.IsPanicking);
        BuiltKernel.SameKernel(scenario, target);
        BuiltKernel.SameStacks(scenario, target);
    }

    /// <summary>As many kernels as the environment variable XENDUMP_KERNELS says, for long runs.</summary>
    [Fact]
    public void Kernels_of_any_seed_are_shown_as_they_were_built()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("XENDUMP_KERNELS"), out int wanted) ? wanted : 24;
        string[] names = ["null pointer", "freed memory", "user address", "called", "overflow", "dom0"];
        var failures = new List<string>();
        for (int seed = 1000; seed < 1000 + count; seed++)
        {
            var scenario = BuiltDump.Build(names[seed % names.Length], (seed & 1) == 0 ? 64 : 32, (seed & 2) == 0, seed, threads: 20 + (seed % 50));
            try
            {
                using var target = BuiltDump.Open(scenario);
                Assert.Equal(scenario.Frames.Select(BuiltDump.Text), BuiltDump.Code(BuiltDump.StackOf(target.Threads[0])));
                BuiltKernel.SameKernel(scenario, target);
                BuiltKernel.SameStacks(scenario, target);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add($"{seed} {scenario.Name} {scenario.Kernel.Options.WordSize}: {e.Message}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures\n{string.Join("\n", failures.Take(5))}");
    }

    [Theory]
    [InlineData(SolarisCarrier.Vmcore, 32)]
    [InlineData(SolarisCarrier.Vmdump, 64)]
    [InlineData(SolarisCarrier.Device, 32)]
    public void A_process_has_its_own_memory(SolarisCarrier carrier, int wordSize)
    {
        var scenario = BuiltDump.Build("called", wordSize, false, 81);
        using var target = BuiltDump.Open(scenario, carrier);
        byte[] bytes = new byte[64];
        foreach (var process in scenario.Processes.Where(p => p.Memory.Bytes.Length > 0))
        {
            var space = target.FindSpace($"{process.Pid}")!;
            Assert.Equal(bytes.Length, space.Read(process.Memory.Address, bytes));
            Assert.Equal(process.Memory.Bytes, bytes);
            Assert.Equal(0, target.FindSpace("kernel")!.Read(process.Memory.Address, bytes));
        }

        Assert.Equal(bytes.Length, target.FindSpace("0")!.Read(scenario.Panicking!.Address, bytes));
        Assert.Null(target.FindSpace("99999"));
    }

    [Fact]
    public void The_messages_are_those_that_were_logged()
    {
        var scenario = BuiltDump.Build("called", 64, false, 71);
        using var target = BuiltDump.Open(scenario);
        Assert.Equal(string.Concat(scenario.Kernel.Messages), target.Kernel!.Messages);
        Assert.Equal(new UtsName("SunOS", scenario.Kernel.NodeName, "5.11", scenario.Kernel.Version, "i86pc"), target.Kernel.Utsname);
    }
}
