using XenDumpAdapter.Core.Commands;

namespace XenDumpAdapter.Core.Tests.Commands;

/// <summary>Which language a line of a debug console is in.</summary>
public sealed class ConsoleLanguageTests
{
    [Theory]
    [InlineData("info")]
    [InlineData("stack all")]
    [InlineData("read 0x1000 16")]
    [InlineData("print rq->depth/2")]
    public void Words(string line) => Assert.Equal(ConsoleLanguage.Words, Of(line));

    [Theory]
    [InlineData("::cpuinfo")]
    [InlineData("$C")]
    [InlineData("$c 5")]
    [InlineData("$C0")]
    [InlineData("c5a0904c$C")]
    [InlineData("$<utsname")]
    [InlineData("c5a0ade0$<thread")]
    [InlineData("xenver::print")]
    [InlineData("ffbf3fc8,4/X")]
    [InlineData("f4c76e9d/ai1")]
    [InlineData("dom0_nrpages/X")]
    [InlineData("xpv`dom0_nrpages/X")]
    [InlineData("ffbf3fc8/\"word \"Xn")]
    [InlineData("1f=D")]
    [InlineData("0t100=X")]
    [InlineData(".=K")]
    [InlineData("be1d00\\X")]
    [InlineData("ff1000/L c5a0ade0")]
    [InlineData("::xpvbuf !egrep \"(cr2|vcpu)\"")]
    [InlineData("ffbe4100::walk vcpu | ::print struct vcpu runstate.state")]
    [InlineData("stack::dis")]
    [InlineData("read/i")]
    [InlineData("dom0:c5a0904c/X")]
    public void Mdb(string line) => Assert.Equal(ConsoleLanguage.Mdb, Of(line));

    [Theory]
    [InlineData("total/d")]
    [InlineData("10/2")]
    [InlineData("a / b")]
    [InlineData("$rip")]
    [InlineData("$r8")]
    [InlineData("$pc + 4")]
    [InlineData("x == y")]
    [InlineData("x != y")]
    [InlineData("x <= 5")]
    [InlineData("a ? b : c")]
    [InlineData("rq->depth")]
    [InlineData("*(struct vcpu *)0xffff83")]
    [InlineData("name[3].c")]
    [InlineData("\"::cpuinfo\"")]
    [InlineData("dom0:0xffffffff80100000")]
    [InlineData("")]
    public void C(string line) => Assert.Equal(ConsoleLanguage.C, Of(line));

    private static ConsoleLanguage Of(string line) => ConsoleLanguages.Of(line, name => name is "a" or "b" or "d");
}
