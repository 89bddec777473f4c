using System.Globalization;
using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Stacks and registers in the mdb language, on built kernels of both widths and on a machine dump of Xen.</summary>
public class StackCommandTests
{
    public static TheoryData<int, bool, int> Kernels => new() { { 32, false, 21 }, { 32, true, 22 }, { 64, false, 23 }, { 64, true, 24 } };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_stack_has_every_frame_that_was_built(int wordSize, bool is2007, int seed)
    {
        var kernel = PlainPanics.Called(Options(wordSize, is2007, seed));
        using var dump = MdbDump.Of(kernel);
        string[] with = dump.Lines("$C 0"), without = dump.Lines("$c 0");
        string[] names = [.. kernel.Frames.Select(f => f.Function.Name + (f.Offset == 0 ? "" : $"+{(f.Offset > 9 ? "0x" : "")}{f.Offset:x}") + "()")];
        Assert.Equal(names, without.Take(names.Length));
        int digits = wordSize / 4;
        Assert.Equal(without, with.Select(l => l[(digits + 1)..]));

        // The kernel's frame pointers go up, and from each the rest of the stack is found again.
        with = with[..names.Length];
        var pointers = with.Select(l => ulong.Parse(l[..digits], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(pointers.Order(), pointers);
        Assert.Equal(with[1..], dump.Lines($"0x{pointers[0]:x}$C 0").Take(with.Length - 1));
        Assert.Equal(with, dump.Lines($"0x{kernel.Panicking!.Address:x}$C 0").Take(with.Length));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Arguments_are_counted(int wordSize, bool is2007, int seed)
    {
        using var dump = MdbDump.Of(PlainPanics.NullPointer(Options(wordSize, is2007, seed)));
        string[] all = dump.Lines("$c"), one = dump.Lines("$c 1"), none = dump.Lines("$c 0");
        Assert.Contains(all, l => l.Contains(", ", StringComparison.Ordinal));
        Assert.Equal(all.Select(l => l.Contains(", ", StringComparison.Ordinal) && !l.StartsWith('<') ? l[..l.IndexOf(',', StringComparison.Ordinal)] + ")" : l), one);
        Assert.Equal(one.Select(l => l.StartsWith('<') ? l : l[..(l.IndexOf('(', StringComparison.Ordinal) + 1)] + ")"), none);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Each_thread_has_the_stack_that_was_built(int wordSize, bool is2007, int seed)
    {
        var kernel = PlainPanics.Called(Options(wordSize, is2007, seed));
        using var dump = MdbDump.Of(kernel);
        var threads = kernel.Threads.Where(t => t.State == BuiltThreadState.Sleep && t.Frames.Count > 2).Take(10).ToList();
        Assert.NotEmpty(threads);
        foreach (var thread in threads)
        {
            string[] lines = dump.Lines($"0x{thread.Address:x}::findstack");
            Assert.StartsWith($"stack pointer for thread {thread.Address:x}: ", lines[0], StringComparison.Ordinal);
            string text = string.Join('\n', lines);
            foreach (var frame in thread.Frames) Assert.Contains($" {frame.Function.Name}+", text, StringComparison.Ordinal);

            // Where the thread goes on in the dispatcher is in brackets on amd64, and not there on i386.
            Assert.Equal(wordSize == 64, lines[1].StartsWith("[ ", StringComparison.Ordinal) && lines[1].EndsWith("() ]", StringComparison.Ordinal));
            Assert.All(lines.Skip(wordSize == 64 ? 2 : 1), l => Assert.StartsWith("  ", l, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Registers_have_mdbs_layout(int wordSize, bool is2007, int seed)
    {
        using var dump = MdbDump.Of(PlainPanics.NullPointer(Options(wordSize, is2007, seed)));
        string[] lines = dump.Lines("$r");
        var registers = dump.Target.Threads[0].Registers!;
        ulong Value(string name) => registers[name] ?? dump.Target.Kernel!.Panic![name] ?? throw new InvalidOperationException(name);
        if (wordSize == 32)
        {
            Assert.Equal($"%cs = 0x{Value("cs"):x4}\t\t%eax = 0x{Value("eax"):x8}", lines[0][..31].TrimEnd());
            Assert.Equal("", lines[6]);
            Assert.StartsWith($"%eip = 0x{Value("eip"):x8} ", lines[7], StringComparison.Ordinal);
            Assert.Equal($"%eflags = 0x{Value("eflags"):x8}", lines[11]);
            Assert.StartsWith("  %uesp = 0x", lines[15], StringComparison.Ordinal);
            Assert.Equal(18, lines.Length);
            return;
        }

        Assert.StartsWith($"%rax = 0x{Value("rax"):x16} ", lines[0], StringComparison.Ordinal);
        Assert.Equal($"%r9  = 0x{Value("r9"):x16}", lines[0][42..67]);
        Assert.StartsWith($"%r8  = 0x{Value("r8"):x16} ", lines[6], StringComparison.Ordinal);
        Assert.Equal("", lines[7]);
        Assert.StartsWith($"%rip = 0x{Value("rip"):x16} ", lines[8], StringComparison.Ordinal);
        Assert.Equal($"%rflags = 0x{Value("rflags"):x8}", lines[11]);
        ulong flags = Value("rflags");
        Assert.Equal($"  status=<of,df,{((flags >> 9 & 1) != 0 ? "IF" : "if")}", lines[13][..18]);
        Assert.StartsWith($"{new string(' ', 24)}%cs = 0x{Value("cs"):x4}\t%ds = 0x", lines[15], StringComparison.Ordinal);
        Assert.StartsWith("%trapno = 0x", lines[16], StringComparison.Ordinal);
        Assert.StartsWith("   %err = 0x", lines[17], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_record_of_a_trap_is_decoded(int wordSize, bool is2007, int seed)
    {
        var kernel = PlainPanics.NullPointer(Options(wordSize, is2007, seed));
        using var dump = MdbDump.Of(kernel);
        string[] lines = dump.Lines("::exception");
        Assert.Equal("  vector e #PF (page fault)", lines[1]);
        Assert.Contains(lines, l => l.StartsWith(wordSize == 32 ? "  cs:eip " : "  cs:rip ", StringComparison.Ordinal) && l.Contains($":{kernel.FaultPc:x} ", StringComparison.Ordinal));
        Assert.Contains($" address {kernel.FaultAddress:x}", lines);
        Assert.Contains(dump.Lines("$C"), l => l.Contains("<#PF (page fault), error 0: ", StringComparison.Ordinal) && l.EndsWith($", address {kernel.FaultAddress:x}>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Frames_by_size_begin_with_the_largest(int wordSize)
    {
        using var dump = MdbDump.Of(PlainPanics.Overflow(Options(wordSize, false, 25)));
        static List<long> Sizes(IEnumerable<CommandOutput> lines) => [.. lines.Where(l => l.Row is not null).Select(l => long.Parse(l.Text.AsSpan(0, 8), CultureInfo.InvariantCulture))];
        var inOrder = Sizes(dump.Run("::frames"));
        Assert.NotEmpty(inOrder);
        Assert.Equal(inOrder.OrderDescending(), Sizes(dump.Run("::frames -s")));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    public void Chains_of_frame_pointers_that_do_not_go_up_end(int wordSize)
    {
        var image = SolarisScenes.Pages(wordSize);
        int word = wordSize / 8;
        ulong kas = SolarisScenes.Kas(wordSize), place = SolarisScenes.Heap(wordSize) + 0x100_0000, pfn = image.FreePfn();
        void Put(ulong at, ulong value) => image.Write(kas, at, BitConverter.GetBytes(value).AsSpan(0, word));
        image.Page(pfn).Map(kas, place, pfn);

        // To itself; down; over the edge of the page; odd.
        Put(place, place);
        Put(place + (ulong)word, 0x1234);
        Put(place + 0x100, place);
        Put(place + 0x100 + (ulong)word, 0x1234);
        Put(place + 0x200, place + 0x1000);
        Put(place + 0x200 + (ulong)word, 0x1234);
        Put(place + 0x300, place + 0x381);
        Put(place + 0x300 + (ulong)word, 0x1234);

        // Inverted, as the hypervisor does it where an exception came in between.
        Put(place + 0x400, ~(place + 0x480));
        Put(place + 0x400 + (ulong)word, 0x1234);
        using var dump = MdbDump.Of(image, new SolarisDumpSettings { PanicString = "made up" });
        string At(ulong fp) => fp.ToString("x", CultureInfo.InvariantCulture).PadLeft(wordSize / 4, '0');
        Assert.Equal([$"{At(place)} 0x1234()", $"mdb: {place:x} [stack frame pointer is invalid]"], dump.Lines($"0x{place:x}$C"));
        Assert.Equal([$"{At(place)} 0x1234()", $"mdb: {place:x} [stack frame pointer is invalid]"], dump.Lines($"0x{place + 0x100:x}$C"));
        Assert.Equal([$"{At(place + 0x1000)} 0x1234()", $"mdb: {place + 0x1000:x} [no mapping for address]"], dump.Lines($"0x{place + 0x200:x}$C"));
        Assert.Equal(["0x1234()", $"mdb: {place + 0x381:x} [stack address is not properly aligned]"], dump.Lines($"0x{place + 0x300:x}$c"));
        Assert.Equal([$"{At(place + 0x480)} 0x1234()"], dump.Lines($"0x{place + 0x400:x}$C"));
        foreach (ulong edge in (ulong[])[ulong.MaxValue, ulong.MaxValue - 3, ulong.MaxValue - 7, uint.MaxValue, uint.MaxValue - 3])
            Assert.NotEmpty(dump.Lines($"0x{edge:x}$C"));
    }

    [Fact]
    public void Without_a_solaris_kernel_stacks_are_there_and_threads_are_refused_in_a_sentence()
    {
        using var dump = MdbDump.Of(new CrashedHost().Open());
        Assert.NotEmpty(dump.Lines("$C"));
        Assert.StartsWith("%rax = ", dump.Lines("$r")[0], StringComparison.Ordinal);
        foreach (string line in (string[])["::cpuinfo", "::thread", "::threadlist -v", "::stacks", "::ps", "::pgrep x", "::ptree", "1::pid2proc", "::walk thread", "::walk proc", "::walk cpu", "::walk cpu_dispq"])
            Assert.StartsWith("mdb: this dump has no Solaris kernel", dump.Line(line), StringComparison.Ordinal);
    }

    private static SolarisKernelOptions Options(int wordSize, bool is2007, int seed) => new() { WordSize = wordSize, Is2007 = is2007, Seed = seed, Threads = 30, Cpus = 2 };
}
