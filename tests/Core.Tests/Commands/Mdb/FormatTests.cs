using System.Globalization;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary><c>/ ? \ @ =</c> on a 64-bit machine dump; the transcripts show them on a 32-bit one.</summary>
public sealed class FormatTests : IDisposable
{
    private const ulong Place = CrashedHost.KernelBase + 0x100000;

    private readonly MdbDump _dump;

    public FormatTests()
    {
        var host = new CrashedHost();
        host.KernelMemory.Put(Place, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0xf8).Put64(Place + 16, CrashedHost.NrCpus).Put64(Place + 24, 0);
        host.KernelMemory.Put(Place + 0x100, "one\0two\n\u001b[2J\u0001\0"u8);
        _dump = MdbDump.Of(host.Open());
    }

    private static string At(ulong offset = 0) => (Place + offset).ToString("x", CultureInfo.InvariantCulture);

    public void Dispose() => _dump.Dispose();

    [Theory]
    [InlineData("B", "88")]
    [InlineData("b", "0210")]
    [InlineData("V", "136")]
    [InlineData("x", "7788")]
    [InlineData("d", "30600")]
    [InlineData("u", "30600")]
    [InlineData("o", "073610")]
    [InlineData("q", "073610")]
    [InlineData("h", "8877")]
    [InlineData("X", "55667788")]
    [InlineData("D", "1432778632")]
    [InlineData("U", "1432778632")]
    [InlineData("O", "012531473610")]
    [InlineData("Q", "012531473610")]
    [InlineData("H", "88776655")]
    [InlineData("J", "1122334455667788")]
    [InlineData("K", "1122334455667788")]
    [InlineData("e", "1234605616436508552")]
    [InlineData("E", "1234605616436508552")]
    [InlineData("G", "104421464212531473610")]
    [InlineData("g", "104421464212531473610")]
    [InlineData("p", "0x1122334455667788")]
    [InlineData("R", "1000100100010001100110100010001010101011001100111011110001000")]
    [InlineData("f", "+1.5837566e+13")]
    [InlineData("F", "+3.8414120244717307e-226")]
    [InlineData("Y", "2015 May 28 02:03:52")]
    [InlineData("y", "1122334455667788")]
    [InlineData("C", @"\210")]
    [InlineData("c", ".")]
    public void A_format_alone(string format, string text) => Assert.Equal($"0x{At()}:             ".PadRight(32) + text, Wide($"{At()}/{format}"));

    [Theory]
    [InlineData("v", "-1")]
    [InlineData("w", "eeff")]
    [InlineData("W", "ccddeeff")]
    [InlineData("Z", "f899aabbccddeeff")]
    [InlineData("J", "f899aabbccddeeff")]
    [InlineData("e", "-533207357293990145")]
    [InlineData("E", "17913536716415561471")]
    [InlineData("d", "-4353")]
    [InlineData("D", "-857870593")]
    [InlineData("g", "-35462524206310410401")]
    [InlineData("q", "0-10401")]
    public void A_value_with_its_sign(string format, string text) => Assert.Equal(new string(' ', 16) + text, _dump.Line($"f899aabbccddeeff={format}"));

    [Fact]
    public void Numbers_of_sixteen_digits_do_not_touch()
    {
        string[] lines = _dump.Lines($"{At(8)}/JJJ");
        Assert.Equal($"0x{At(8)}:             ".PadRight(32) + "f899aabbccddeeff ".PadRight(17) + "ffff82d040100100", lines[0]);
        Assert.Equal(new string(' ', 16) + "0", lines[1]);
    }

    [Fact]
    public void Pointers_are_named() => Assert.EndsWith("xen`nr_cpus", _dump.Line($"{At(16)}/p"), StringComparison.Ordinal);

    [Fact]
    public void Where_a_symbol_starts_its_name_stands_on_a_line_of_its_own() => Assert.Equal(["xen`nr_cpus:", "xen`nr_cpus:    2"], _dump.Lines("xen:nr_cpus/X"));

    [Fact]
    public void Strings_never_command_a_terminal()
    {
        Assert.Equal([$"0x{At(0x100)}:             ".PadRight(32) + @"one\0two", ".[2J."], _dump.Lines($"{At(0x100)}/2s"));
        Assert.Equal($"0x{At(0x100)}:             ".PadRight(32) + @"one\0two\n\033[2J\001", _dump.Line($"{At(0x100)}/2S"));
    }

    [Fact]
    public void The_increment_is_what_was_consumed()
    {
        _dump.Lines($"{At(0x100)}/2s");
        Assert.Equal(14UL, _dump.Session.Increment);
        _dump.Lines($"{At()},3/XB");
        Assert.Equal((Place + 10, 5UL), (_dump.Session.Dot, _dump.Session.Increment));
        Assert.Equal($"0x{At(15)}:             ".PadRight(32) + "100100f8        40", Next());
    }

    [Fact]
    public void An_empty_line_goes_on_and_needs_no_address()
    {
        _dump.Lines($"{At()}/X");
        Assert.Equal($"0x{At(4)}:             ".PadRight(32) + "11223344", Next());
        Assert.Equal($"0x{At(8)}:             ".PadRight(32) + "ccddeeff", Next());
        _dump.Lines("nr_cpus::vars");
        _dump.Lines("::echo again");
        Assert.Equal("again", Next());
    }

    [Fact]
    public void A_loop_stops_where_memory_ends()
    {
        var lines = _dump.Run($"{At(0x100)},ffffffff/X");
        Assert.True(lines[^1].IsError);
        Assert.Single(lines, l => l.IsError);
    }

    [Fact]
    public void Huge_counts_are_printed_as_they_are_asked_for()
    {
        Assert.Equal(1000, _dump.Session.Run($"{At()},ffffffffffffffff=Xn", TestContext.Current.CancellationToken).Take(1000).Count());
        Assert.Equal(1000, _dump.Session.Run("1/999999999999n", TestContext.Current.CancellationToken).Take(1000).Count());
        Assert.Equal(1000, _dump.Session.Run("1=18446744073709551615X", TestContext.Current.CancellationToken).Take(1000).Count());
        Assert.Equal(1000, _dump.Session.Run("1=999999999999a", TestContext.Current.CancellationToken).Take(1000).Count());
        Assert.DoesNotContain(_dump.Run("1=999999999999r"), l => l.IsError);
        Assert.DoesNotContain(_dump.Run("1=18446744073709551615t"), l => l.IsError);
    }

    [Theory]
    [InlineData("1,ffffffffffffffff>a")]
    [InlineData("1,ffffffffffffffff=0X")]
    [InlineData("1=18446744073709551615X")]
    [InlineData(",ffffffffffffffff::echo")]
    [InlineData("::walk domain | ::eval '1,ffffffffffffffff>a'")]
    public async Task Endless_loops_are_cancelled(string line)
    {
        using var cancel = new CancellationTokenSource();
        var run = Task.Run(() => _dump.Session.Run(line, cancel.Token).Count(), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData("ffffffffffffffff/X")]
    [InlineData("fffffffffffffff8,100::dump")]
    [InlineData("fffffffffffffff8,ffffffffffffffff::dump -t")]
    [InlineData("0,ffffffffffffffff::dump -w 10 -g 100")]
    [InlineData("0,8::dump -e -t")]
    [InlineData("ffffffffffffffff::dis")]
    [InlineData("0,ffffffffffffffff::dis")]
    [InlineData("0::dis -n ffffffffffffffff")]
    [InlineData("ffffffffffffffff/i")]
    [InlineData("ffffffffffffffff/I")]
    [InlineData("ffffffffffffffff/s")]
    [InlineData("ffffffffffffffff/M 0")]
    [InlineData("ffffffffffffffff\\J")]
    public void What_is_not_there_is_said_once(string line) => Assert.Single(_dump.Run(line), l => l.IsError);

    private string Wide(string line)
    {
        _dump.Session.Columns = 200;
        return _dump.Line(line);
    }

    private string Next() => string.Join('|', _dump.Session.Repeat(TestContext.Current.CancellationToken).Select(l => l.Text));
}
