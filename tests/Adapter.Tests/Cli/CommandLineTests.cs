using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Tests.Cli;

public sealed class CommandLineTests
{
    private static readonly string[] DumpVerbs = ["info", "stack", "threads", "read", "dis", "print", "gdb"];

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("stack", "Required argument missing")]
    [InlineData("stack absent", "absent does not exist; give the path of a dump.")]
    [InlineData("stack made-up --bogus", "--bogus")]
    [InlineData("stack made-up --cpu 7", "There is no CPU 7")]
    [InlineData("stack made-up --cpu x", "--cpu takes a number, not \"x\".")]
    [InlineData("stack made-up --vcpu d9v9", "there is no vcpu d9v9")]
    [InlineData("stack made-up --all --cpu 1", "exclude each other")]
    [InlineData("read made-up 0x1000 many", "LENGTH must be a number")]
    [InlineData("read made-up 0x1000 0x7fffffffffffffff", "At most")]
    [InlineData("read made-up 0x1000 16", "Nothing can be read at xen:0x1000: nothing is mapped at 0x1000.")]
    [InlineData("read made-up dom0:0xffff82d040100100 4", "(xen has it: --space xen)")]
    [InlineData("read made-up 0x1000 16 --space mars", "No address space is called mars; this dump has xen, dom0, machine.")]
    [InlineData("read made-up nowhere 16", "no symbol is called nowhere")]
    [InlineData("print made-up nr_cpu", "did you mean nr_cpus?")]
    [InlineData("print made-up rax", "no symbol is called rax")]
    [InlineData("print made-up struct 0x1000", "a name must follow 'struct'")]
    [InlineData("print made-up nr_cpus --frame 99", "There is no frame 99: the stack has 5.")]
    [InlineData("dis made-up machine_halt lots", "COUNT must be a number")]
    [InlineData("gdb made-up --listen here", "no address to listen on")]
    [InlineData("gdb made-up --listen 1 --stdio", "exclude each other")]
    public async Task What_cannot_be_done_is_one_sentence_and_exit_code_2(string line, string sentence)
    {
        var run = new CliRun();
        Assert.Equal(2, await run.RunAsync(Split(line)));
        Assert.Contains(sentence, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("xendump: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_fault_of_the_program_is_exit_code_1_and_shows_where_only_when_asked()
    {
        var run = new CliRun { Open = _ => throw new InvalidOperationException("broken\nbadly") };
        Assert.Equal(1, await run.RunAsync("stack", "made-up"));
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("InvalidOperationException: broken", run.Error, StringComparison.Ordinal);
        var debug = new CliRun { Open = _ => throw new InvalidOperationException("broken") };
        Assert.Equal(1, await debug.RunAsync("stack", "made-up", "--debug"));
        Assert.Contains("   at ", debug.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_is_exit_code_130_without_words()
    {
        var run = new CliRun { Open = _ => throw new OperationCanceledException() };
        Assert.Equal(130, await run.RunAsync("stack", "made-up"));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_the_users_matter()
    {
        var run = new CliRun { Open = _ => throw new UnauthorizedAccessException("Access to the path 'x' is denied.") };
        Assert.Equal(2, await run.RunAsync("stack", "made-up"));
        Assert.Equal("xendump: Access to the path 'x' is denied.\n", run.Error);
    }

    [Fact]
    public async Task Every_verb_takes_the_symbol_files()
    {
        foreach (string verb in DumpVerbs)
        {
            OpenOptions? seen = null;
            var run = new CliRun { Open = o => throw new DumpFormatException((seen = o).Dump) };
            string[] more = verb switch { "read" => ["0", "1"], "dis" or "print" => ["1"], _ => [] };
            await run.RunAsync([verb, "dump", .. more, "--xen-syms", "X", "--kernel", "K"]);
            Assert.Equal(new OpenOptions { Dump = "dump", XenSyms = "X", Kernel = "K" }, seen);
        }
    }

    [Fact]
    public async Task Help_is_short_and_has_examples()
    {
        foreach (string[] line in (string[][])[["--help"], .. DumpVerbs.Select(v => (string[])[v, "--help"]), ["demo", "--help"]])
        {
            var run = new CliRun();
            Assert.Equal(0, await run.RunAsync(line));
            Assert.Contains("Examples:\n  ", run.Out, StringComparison.Ordinal);
            Assert.Contains("xendump", run.Out, StringComparison.Ordinal);
            Assert.True(run.Out.Split('\n').Length < 40);
            Assert.Empty(run.Error);
            Assert.Null(run.Opened);
        }
    }

    [Fact]
    public async Task The_version_is_a_number()
    {
        var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Out);
    }

    [Fact]
    public async Task Colours_come_only_where_they_are_wanted()
    {
        var plain = new CliRun();
        await plain.RunAsync("stack", "made-up");
        Assert.DoesNotContain('\u001b', plain.Out);
        var coloured = new CliRun { Colour = true };
        await coloured.RunAsync("stack", "made-up");
        Assert.StartsWith("\u001b[1;31mCPU 0: d0v0 (panicking)\u001b[0m\n", coloured.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_symbol_file_is_said_before_anything_else()
    {
        var text = new CliRun();
        Assert.Equal(0, await text.RunAsync("stack", "mismatched"));
        Assert.StartsWith("WARNING: xen-syms is not of the Xen in this dump.\n", text.Out, StringComparison.Ordinal);
        var json = new CliRun();
        Assert.Equal(0, await json.RunAsync("stack", "mismatched", "--json"));
        Assert.StartsWith("WARNING: xen-syms is not of the Xen in this dump.\n", json.Error, StringComparison.Ordinal);
        Assert.Equal("symbols/mismatch", json.Json().GetProperty("diagnostics")[0].GetProperty("id").GetString());
    }

    private static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
