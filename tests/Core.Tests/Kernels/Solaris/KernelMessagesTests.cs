using System.Text;

namespace XenDumpAdapter.Core.Tests.Kernels.Solaris;

public class KernelMessagesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Come_oldest_first_and_once(bool is64)
    {
        var kernel = new SmallMachine(is64).Kernel;
        ulong first = Text(kernel, "\rSunOS Release 5.11\n"), second = Text(kernel, "no newline");
        Queue(kernel, "log_recentq", Message(kernel, first), Message(kernel, second));
        Queue(kernel, "log_consq", Message(kernel, second), Message(kernel, Text(kernel, "last\n")));
        Assert.Equal("SunOS Release 5.11\nno newline\nlast\n", kernel.Read().Messages);
        Assert.Empty(kernel.Diagnostics.Items);
    }

    [Fact]
    public void A_queue_that_runs_into_itself_ends_with_a_word()
    {
        var kernel = new SmallKernel(is64: true);
        ulong message = Message(kernel, Text(kernel, "again and again\n"));
        kernel.Set("msgb", message, "b_next", message);
        Queue(kernel, "log_recentq", message);
        Assert.Equal("again and again\n", kernel.Read().Messages);
        Assert.Contains(kernel.Diagnostics.Items, d => d.Id == "solaris/messages-cycle" && d.Text.Contains("stopped: cycle", StringComparison.Ordinal));
    }

    [Fact]
    public void What_comes_before_a_wild_pointer_is_shown()
    {
        var kernel = new SmallKernel(is64: false);
        ulong message = Message(kernel, Text(kernel, "kept\n"));
        Queue(kernel, "log_recentq", message);
        kernel.Set("msgb", message, "b_next", 0xdead_0000);
        Assert.Equal("kept\n", kernel.Read().Messages);
        Assert.True(kernel.Says("solaris/messages-cut"));
    }

    [Fact]
    public void An_absurd_length_is_cut()
    {
        var kernel = new SmallKernel(is64: true);
        ulong text = Text(kernel, "short\0");
        kernel.Set("msgb", text, "b_wptr", ulong.MaxValue);
        Queue(kernel, "log_recentq", Message(kernel, text));
        Assert.Equal("short\n", kernel.Read().Messages);
    }

    [Fact]
    public void No_queue_is_no_messages()
    {
        var kernel = new SmallKernel(is64: true);
        kernel.Variable("log_recentq", 8, 0xdead_0000);
        Assert.Null(kernel.Read().Messages);
    }

    private static ulong Text(SmallKernel kernel, string text)
    {
        ulong block = kernel.New("msgb"), bytes = kernel.Allocate(text.Length);
        kernel.Put(bytes, Encoding.ASCII.GetBytes(text));
        kernel.Set("msgb", block, "b_rptr", bytes).Set("msgb", block, "b_wptr", bytes + (ulong)text.Length);
        return block;
    }

    /// <summary>A message whose text is shared, as dupmsg makes it: a block of its own over the same bytes.</summary>
    private static ulong Message(SmallKernel kernel, ulong text)
    {
        ulong block = kernel.New("msgb"), control = kernel.Allocate(24);
        kernel.Set("msgb", block, "b_rptr", control).Set("msgb", block, "b_wptr", control + 24).Set("msgb", block, "b_cont", text);
        return block;
    }

    private static void Queue(SmallKernel kernel, string symbol, params ulong[] messages)
    {
        ulong queue = kernel.New("queue");
        kernel.Set("queue", queue, "q_first", messages[0]);
        for (int i = 0; i + 1 < messages.Length; i++) kernel.Set("msgb", messages[i], "b_next", messages[i + 1]);
        kernel.Variable(symbol, kernel.Word, queue);
    }
}
