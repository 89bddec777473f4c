using XenDumpAdapter.Core.Commands.Formats;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

public sealed class FormatWriterTests
{
    [Fact]
    public void Four_fields_of_sixteen_stand_behind_the_margin_of_a_line_of_eighty()
    {
        var writer = new FormatWriter(80) { Indents = true };
        for (int i = 0; i < 5; i++) writer.Field("abc", 16);
        Assert.Equal(["                abc             abc             abc             abc", "                abc"], Lines(writer));
    }

    [Fact]
    public void A_field_that_has_no_room_begins_the_next_line()
    {
        var writer = new FormatWriter(40);
        writer.Field("abc", 30);
        writer.Field("def", 16);
        Assert.Equal(["abc", "def"], Lines(writer));
    }

    [Fact]
    public void A_field_that_is_wider_than_a_line_is_broken()
    {
        var writer = new FormatWriter(20);
        writer.Field(new string('x', 45), 8);
        Assert.Equal([new string('x', 20), new string('x', 20), "xxxxx"], Lines(writer));
    }

    [Fact]
    public void Stops_are_reached_once()
    {
        var writer = new FormatWriter(80);
        writer.Put("12345678");
        writer.Align(8);
        writer.Put("a");
        writer.Align(8);
        writer.Put("b\tc");
        writer.Tab(0);
        writer.Put("d");
        Assert.Equal(["12345678a       b       cd"], Lines(writer));
    }

    [Fact]
    public void A_tab_behind_the_last_stop_ends_the_line()
    {
        var writer = new FormatWriter(20);
        writer.Put("1234567890123456");
        writer.Tab(8);
        writer.Put("x");
        Assert.Equal(["1234567890123456", "x"], Lines(writer));
    }

    [Fact]
    public void Blanks_at_the_end_of_a_line_are_left_out_but_those_of_texts_stay()
    {
        var writer = new FormatWriter(80);
        writer.Field("a", 16);
        writer.NewLine();
        writer.Put("ret    \n");
        writer.Space(3);
        Assert.Equal(["a", "ret    "], Lines(writer));
    }

    [Fact]
    public void Only_lines_that_hold_something_begin_at_the_margin()
    {
        var writer = new FormatWriter(80) { Indents = true };
        writer.NewLine();
        writer.Put("x");
        writer.Indents = false;
        writer.Put("y\nz");
        Assert.Equal(["", "                xy", "z"], Lines(writer));
    }

    private static List<string> Lines(FormatWriter writer)
    {
        writer.Finish();
        var lines = new List<string>();
        while (writer.Next() is { } line) lines.Add(line.Text);
        return lines;
    }
}
