using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Tests.Commands.Language;

/// <summary>Statements: what stands where, and the places of it.</summary>
public sealed class MdbParserTests
{
    [Theory]
    [InlineData("::status", "::status")]
    [InlineData("$C", "$C")]
    [InlineData("$c 4", "$c|4")]
    [InlineData("$<utsname", "$<|utsname")]
    [InlineData("$<<utsname", "$<<|utsname")]
    [InlineData("$>file", "$>|file")]
    [InlineData("5>x", ">|x")]
    [InlineData("5>/c/x", ">|/c/x")]
    [InlineData(":c", ":c")]
    [InlineData("::print -a struct vcpu arch.regs[3]->x", "::print|-a|struct|vcpu|arch.regs[3]->x")]
    [InlineData("::echo \"a b\" 'c;d' e\"f|g\"h", "::echo|a b|c;d|ef|gh")]
    [InlineData(@"::echo ""a\""b\n""", "::echo|a\"b\n")]
    [InlineData("::grep .!=5", "::grep|.!=5")]
    [InlineData("::status // told", "::status")]
    [InlineData("::print a//b", "::print|a//b")]
    public void A_command_and_its_words(string text, string expected)
    {
        var command = Assert.IsType<DcmdCommand>(Assert.Single(One(text).Pipeline));
        Assert.Equal(expected, string.Join('|', command.Arguments.Select(a => a.Text).Prepend(command.Name)));
    }

    [Theory]
    [InlineData("/X", '/', "X")]
    [InlineData("\\4X", '\\', "4X")]
    [InlineData("?i", '?', "i")]
    [InlineData("@ 2 x 3 B", '@', "2x3B")]
    [InlineData("=D", '=', "D")]
    [InlineData("/", '/', "")]
    [InlineData("/X^\"= \"i", '/', "X^\"= \"i")]
    [InlineData("/10Xn// all", '/', "10Xn")]
    [InlineData("/0t10X", '/', "0t10X")]
    [InlineData("=lX", '=', "lX")]
    [InlineData("/Xl", '/', "Xl")]
    public void A_list_of_formats(string text, char verb, string expected)
    {
        var formats = Assert.IsType<FormatCommand>(Assert.Single(One(text).Pipeline));
        Assert.Equal(verb, formats.Verb);
        Assert.Equal(expected, string.Concat(formats.Items.Select(i => (i.Count is ConstantExpression c ? c.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : "") + (i.Text is { } t ? $"\"{t}\"" : i.Letter))));
    }

    [Theory]
    [InlineData("/L 5", 1)]
    [InlineData("/l 5 ff00", 2)]
    [InlineData("/M panic+8 $[1+2]", 2)]
    [InlineData("/W 1 2 3", 3)]
    [InlineData("/v", 0)]
    public void Values_behind_searches_and_writes(string text, int count)
    {
        var item = Assert.Single(Assert.IsType<FormatCommand>(Assert.Single(One(text).Pipeline)).Items);
        Assert.Equal(count, item.Values.Count);
    }

    [Fact]
    public void A_statement_with_all_its_parts()
    {
        var statement = One("dom0:panic+8,2*3::walk vcpu v | ::print struct vcpu | /X ! grep \"a;b\" | wc -l");
        Assert.Equal("dom0", statement.Space);
        Assert.Equal(0xf0000018UL, MdbEvaluator.Evaluate(statement.Address!, new PlainScope()));
        Assert.Equal(6UL, MdbEvaluator.Evaluate(statement.Count!, new PlainScope()));
        Assert.Equal(["::walk", "::print"], statement.Pipeline.OfType<DcmdCommand>().Select(c => c.Name));
        Assert.Equal('/', Assert.IsType<FormatCommand>(statement.Pipeline[2]).Verb);
        Assert.Equal("grep \"a;b\" | wc -l", statement.Filter);
    }

    [Fact]
    public void Statements_are_ended_by_semicolons_and_newlines()
    {
        var parser = new MdbParser("1;;\n ; // nothing\n2 // two\n::echo 'a;b' ; ::x ! grep c; 3\r\n4");
        var all = new List<MdbStatement>();
        while (parser.Next() is { } statement) all.Add(statement);
        Assert.Equal(6, all.Count);
        Assert.Equal("grep c", all[3].Filter);
    }

    [Fact]
    public void Behind_what_is_wrong_the_next_line_is_read()
    {
        var parser = new MdbParser("1 + ; ::never\n::status");
        Assert.Throws<MdbException>(parser.Next);
        parser.SkipLine();
        Assert.Equal("::status", Assert.IsType<DcmdCommand>(Assert.Single(parser.Next()!.Pipeline)).Name);
        Assert.Null(parser.Next());
    }

    [Fact]
    public void Places_are_those_of_the_text()
    {
        const string Text = "  panic::print  -a $[1 + 2] x | /2X";
        var statement = One(Text);
        var print = Assert.IsType<DcmdCommand>(statement.Pipeline[0]);
        Assert.Equal("::print  -a $[1 + 2] x", Of(print.Span));
        Assert.Equal(["-a", "$[1 + 2]", "x"], print.Arguments.Select(a => Of(a.Span)));
        Assert.Equal("panic", Of(statement.Address!.Span));
        Assert.Equal("X", Of(Assert.IsType<FormatCommand>(statement.Pipeline[1]).Items[0].Span));

        string Of(TextSpan span) => Text[span.Start..span.End];
    }

    [Theory]
    [InlineData("::", "a name is wanted behind ::", 0, 2)]
    [InlineData("::a |", "a command is wanted behind |", 5, 0)]
    [InlineData("::a | 1", "a command is wanted behind |", 6, 1)]
    [InlineData("::a \"b", "the quote is not closed", 4, 1)]
    [InlineData("::a 'b\n'", "the quote is not closed", 4, 1)]
    [InlineData("::a $[1", "$[ is not closed by ]", 4, 2)]
    [InlineData("::a $[1;2]", "$[ is not closed by ]", 4, 2)]
    [InlineData("/\"a", "the quote is not closed", 1, 1)]
    [InlineData("/99999999999999999999X", "the count is too large", 1, 20)]
    [InlineData("/L 1+", "an expression is wanted here", 5, 0)]
    [InlineData("1,::a", "no expression begins with \"::a\"", 2, 3)]
    [InlineData("dom0: ::a", "dom0: wants an address behind the colon", 6, 3)]
    [InlineData("\u00e4", "syntax error near \"\u00e4\"", 0, 1)]
    public void Says_what_is_wrong_and_where(string text, string words, int start, int length)
    {
        var e = Assert.Throws<MdbException>(() => One(text));
        Assert.Equal(words, e.Message);
        Assert.Equal(new TextSpan(start, length), e.At);
    }

    [Theory]
    [InlineData("::a | ", 65)]
    [InlineData("x ", 5000)]
    [InlineData("X", 5000)]
    [InlineData("\"a", 100_000)]
    public void Long_lines_have_an_end(string part, int times)
    {
        string text = (part[0] == 'X' ? "/" : "::a ") + (part[0] == ':' ? "| " : "") + string.Concat(Enumerable.Repeat(part, times)) + (part[0] == ':' ? "::a" : "");
        Assert.Throws<MdbException>(() => One(text));
    }

    private static MdbStatement One(string text)
    {
        var parser = new MdbParser(text, 8, name => name == "dom0");
        var statement = Assert.IsType<MdbStatement>(parser.Next());
        Assert.Null(parser.Next());
        return statement;
    }
}
