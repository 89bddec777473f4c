using System.Globalization;
using System.Text.RegularExpressions;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>The one stack of real dumps, against gdb on the halves that gdb can see, and against the serial console.</summary>
public sealed partial class LabStackTests
{
    private static readonly Dictionary<string, string> EntryChains = new()
    {
        ["m64-dbg"] = "__machine_halt machine_halt maybe_reboot hwdom_shutdown domain_shutdown __domain_crash asm_domain_crash_synchronous",
        ["m32-dbg"] = "__machine_halt machine_halt maybe_reboot hwdom_shutdown domain_shutdown __domain_crash asm_domain_crash_synchronous",
        ["m64-420"] = "__machine_halt machine_halt reboot_or_halt hwdom_shutdown domain_shutdown asm_domain_crash_synchronous",
        ["k64-rel"] = "elf_core_save_regs kexec_crash_save_cpu kexec_crash hwdom_shutdown domain_shutdown asm_domain_crash_synchronous",
        ["k64-deb417"] = "kexec_crash_save_cpu kexec_crash hwdom_shutdown domain_shutdown asm_domain_crash_synchronous",
        ["h-nmi-dbg"] = "__machine_halt machine_halt panic fatal_trap unknown_nmi_error do_nmi handle_ist_exception",
    };

    [Theory]
    [MemberData(nameof(LabHost.Overflows), MemberType = typeof(LabHost))]
    public void The_guests_frames_are_gdbs(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var stack = LabHost.ThreadOf(target, 0).Stack(TestContext.Current.CancellationToken);
        var guest = stack.Frames.Where(f => f.Kind == FrameKind.Kernel).ToList();
        var expected = GdbBacktrace.Read(File.ReadAllText(LabHost.Need($"oracle/{LabHost.Folder(dump)}.gdb-guest")));
        Assert.True(expected.Count > 10);
        Assert.Equal(expected.Select(f => (f.Pc!.Value, f.Function, f.Line)), guest.Select(f => (f.Pc.Value, f.Function!, f.Source?.Line)));
        Assert.Equal("end of stack", stack.Ended);
        Assert.True(stack.Complete);
        Assert.Equal("_start", stack.Frames[^1].Function);
    }

    [Theory]
    [MemberData(nameof(LabHost.Overflows), MemberType = typeof(LabHost))]
    public void Between_the_hypervisors_frames_and_the_guests_stands_one_page_fault(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var frames = LabHost.ThreadOf(target, 0).Stack(TestContext.Current.CancellationToken).Frames;
        int at = frames.ToList().FindIndex(f => f.Exception is not null);
        Assert.Equal(EntryChains[LabHost.Folder(dump)], LabHost.Functions(frames.Take(at)));
        Assert.All(frames.Take(at), f => Assert.Equal(FrameKind.Hypervisor, f.Kind));
        Assert.All(frames.Skip(at + 1), f => Assert.Equal(FrameKind.Kernel, f.Kind));

        var record = frames[at].Exception!;
        var oracle = RecordOracle().Match(File.ReadAllText(LabHost.Need($"oracle/{LabHost.Folder(dump)}.frame")));
        bool is32 = dump.StartsWith("m32", StringComparison.Ordinal);
        Assert.Equal(14u, record.Vector);
        Assert.Equal(is32 ? 2u : 6u, record.ErrorCode);
        Assert.Equal(Hex(oracle, "err"), record.ErrorCode);
        Assert.Equal(Hex(oracle, "at"), record.Address.Value);
        Assert.Equal(Hex(oracle, "rip"), record.Pc.Value);
        Assert.Equal(Hex(oracle, "rsp"), record.Sp.Value);
        Assert.Equal(Hex(oracle, "cs"), record.Cs);
        Assert.Equal(is32 ? 0xe021 : 0xe02b, record.Ss);
        Assert.Equal(Hex(oracle, "rbp"), frames[at + 1].Fp!.Value.Value);
        Assert.Equal(FoundBy.GuestFrame, frames[at + 1].FoundBy);
        Assert.Equal(ConsoleCr2(dump), record.FaultAddress!.Value.Value);
    }

    [Theory]
    [MemberData(nameof(LabHost.Overflows), MemberType = typeof(LabHost))]
    public void Registers_of_the_interrupted_guest_are_those_that_the_console_has(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var frames = LabHost.ThreadOf(target, 0).Stack(TestContext.Current.CancellationToken).Frames;
        var registers = frames.First(f => f.Kind == FrameKind.Kernel).Registers;
        bool is32 = dump.StartsWith("m32", StringComparison.Ordinal);
        string console = File.ReadAllText(LabHost.Need($"dumps/{LabHost.Folder(dump)}/serial.log"));
        console = console[console.LastIndexOf("CONTEXT: pv", StringComparison.Ordinal)..];
        int compared = 0;
        foreach (Match m in ConsoleRegister().Matches(console))
        {
            string name = m.Groups[1].Value;
            if (is32) name = name is ['r', >= 'a' and <= 'z', ..] ? "e" + name[1..] : "";
            if (registers[name] is not { } value) continue;
            Assert.Equal((name, Convert.ToUInt64(m.Groups[2].Value, 16)), (name, value));
            compared++;
        }

        Assert.Equal(is32 ? 8 : 16, compared);
    }

    [Theory]
    [MemberData(nameof(LabHost.Overflows), MemberType = typeof(LabHost))]
    public void Arguments_of_the_guests_frames_are_gdbs(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var guest = LabHost.ThreadOf(target, 0).Stack(TestContext.Current.CancellationToken).Frames.Where(f => f.Kind == FrameKind.Kernel).ToList();
        var expected = GdbBacktrace.Read(File.ReadAllText(LabHost.Need($"oracle/{LabHost.Folder(dump)}.gdb-guest")));
        for (int i = 0; i < expected.Count; i++)
        {
            var shown = FrameVariables.Of(guest[i]).Where(v => v.IsArgument).Select(v => (v.Name!, Shown(v.Value)));
            Assert.Equal((i, string.Join(' ', expected[i].Arguments)), (i, string.Join(' ', shown)));
        }
    }

    [Theory]
    [MemberData(nameof(LabHost.TwoCpus), MemberType = typeof(LabHost))]
    public void The_other_cpu_goes_from_where_it_was_halted_to_the_idle_loop(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var stack = LabHost.ThreadOf(target, 1).Stack(TestContext.Current.CancellationToken);
        string functions = LabHost.Functions(stack.Frames.Where(f => !f.Inline));
        Assert.Equal(("end of stack", true), (stack.Ended, stack.Complete));
        Assert.EndsWith(" default_idle idle_loop continue_running", functions, StringComparison.Ordinal);
        bool kexec = dump.EndsWith("vmcore", StringComparison.Ordinal);
        Assert.StartsWith(kexec ? "kexec_crash_save_cpu do_nmi_crash do_nmi handle_ist_exception [NMI] " : "__machine_halt smp_call_function_interrupt ", functions, StringComparison.Ordinal);
        if (!kexec) Assert.Contains(" do_IRQ common_interrupt [IRQ 0xfb] ", functions, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(LabHost.All), MemberType = typeof(LabHost))]
    public void No_frame_is_guessed_and_each_says_how_it_was_found(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        foreach (var thread in target.Threads)
        {
            var frames = thread.Stack(TestContext.Current.CancellationToken).Frames;
            Assert.DoesNotContain(frames, f => f.FoundBy == FoundBy.Scan);
            Assert.Equal(Enumerable.Range(0, frames.Count), frames.Select(f => f.Level));
            for (int i = 0; i < frames.Count; i++)
            {
                bool boundary = i > 0 && frames[i - 1].Exception is not null;
                var found = frames[i].FoundBy;
                if (frames[i].Exception is not null) Assert.Equal(FoundBy.ExceptionRecord, found);
                else if (boundary) Assert.Equal(frames[i].Kind == FrameKind.Hypervisor ? FoundBy.ExceptionRecord : FoundBy.GuestFrame, found);
                else if (i == 0) Assert.Equal(FoundBy.Context, found);
                if (frames[i].Kind == FrameKind.Hypervisor && xenSyms.EndsWith("nodwarf", StringComparison.Ordinal)) Assert.NotEqual(FoundBy.Cfi, found);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LabHost.Nmis), MemberType = typeof(LabHost))]
    public void Code_that_an_nmi_interrupted_is_what_the_console_traced(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        var stack = LabHost.ThreadOf(target, 0).Stack(TestContext.Current.CancellationToken);
        var frames = stack.Frames.ToList();
        int at = frames.FindIndex(f => f.Exception is not null);
        Assert.Equal(EntryChains["h-nmi-dbg"], LabHost.Functions(frames.Take(at)));
        Assert.Equal((2u, (ushort)0xe008, 0xffff82d040329efbUL, 0xffff830003f57ea8UL), (frames[at].Exception!.Vector, frames[at].Exception!.Cs, frames[at].Pc.Value, frames[at].Sp.Value));
        string console = File.ReadAllText(LabHost.Need($"dumps/{LabHost.Folder(dump)}/serial.log"));
        var trace = ConsoleTrace().Matches(console).Select(m => (Convert.ToUInt64(m.Groups[1].Value, 16), m.Groups[2].Value, Convert.ToUInt64(m.Groups[3].Value, 16))).ToList();
        Assert.Equal(3, trace.Count);
        Assert.Equal(trace, frames.Skip(at + 1).Where(f => !f.Inline).Select(f => (f.Pc.Value, f.Function!, f.Offset!.Value)));
        Assert.Equal("end of stack", stack.Ended);
    }

    [Theory]
    [MemberData(nameof(LabHost.Nmis), MemberType = typeof(LabHost))]
    public void Down_to_assembly_the_hypervisors_frames_are_gdbs(string dump, string xenSyms, string kernel)
    {
        using var target = LabHost.Open(dump, xenSyms, kernel);
        string oracle = File.ReadAllText(LabHost.Need("oracle/h-nmi-dbg.gdb-paging"));
        for (int cpu = 0; cpu < 2; cpu++)
        {
            // gdb's own walk goes wrong behind the assembly.
            var expected = GdbBacktrace.Read(oracle, cpu + 1);
            int assembly = expected.ToList().FindIndex(f => f.Function is "handle_ist_exception" or "common_interrupt");
            var frames = LabHost.ThreadOf(target, cpu).Stack(TestContext.Current.CancellationToken).Frames.Take(assembly + 1).ToList();
            Assert.Equal(expected.Take(assembly + 1).Select(f => (f.Function, f.Line)), frames.Select(f => (f.Function!, f.Source?.Line)));
            foreach (var (theirs, mine) in expected.Zip(frames))
            {
                if (theirs.Pc is { } pc) Assert.Equal(pc, mine.Pc.Value);
                var shown = FrameVariables.Of(mine).Where(v => v.IsArgument).Select(v => (v.Name!, Shown(v.Value)));
                Assert.Equal((mine.Function, string.Join(' ', theirs.Arguments.Order())), (mine.Function, string.Join(' ', shown.Order())));
            }
        }
    }

    /// <summary>A value as gdb writes it in a backtrace, without the symbol or string after it.</summary>
    private static string Shown(TypedValue value)
    {
        string text = ValueFormatter.Format(value, new ValueFormat { MaxInline = 0 });
        return text.StartsWith('<') ? "<optimized out>" : text.Split(' ')[0];
    }

    private static ulong ConsoleCr2(string dump)
    {
        string console = File.ReadAllText(LabHost.Need($"dumps/{LabHost.Folder(dump)}/serial.log"));
        return Convert.ToUInt64(Cr2().Matches(console)[^1].Groups[1].Value, 16);
    }

    private static ulong Hex(Match match, string group) => ulong.Parse(match.Groups[group].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"frame (at )?(?<at>[0-9a-f]+):? vec 14 err (?<err>\d) rip (?<rip>[0-9a-f]+) rsp (?<rsp>[0-9a-f]+) rbp (?<rbp>[0-9a-f]+) cs (?<cs>[0-9a-f]+)")]
    private static partial Regex RecordOracle();

    [GeneratedRegex(@"\[<([0-9a-f]+)>\] [RFS] (?:\S+#)?(\w+)\+0x([0-9a-f]+)/")]
    private static partial Regex ConsoleTrace();

    [GeneratedRegex(@"\b(r[a-z0-9]{1,2}): +([0-9a-f]{16})")]
    private static partial Regex ConsoleRegister();

    [GeneratedRegex(@"cr2: ([0-9a-f]{16})")]
    private static partial Regex Cr2();
}
