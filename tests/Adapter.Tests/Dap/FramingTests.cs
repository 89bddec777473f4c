using System.Text;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>The base protocol: headers, lengths, and what may be wrong with them.</summary>
public sealed class FramingTests
{
    private static readonly string Threads = DapClient.Request(1, "threads");

    [Fact]
    public async Task Takes_a_message_that_comes_byte_by_byte()
    {
        await using var client = new DapClient();
        foreach (byte b in DapClient.Framed(Threads))
        {
            await client.SendRawAsync([b]);
            await Task.Yield();
        }

        await IsAnsweredAsync(client, 1);
    }

    [Fact]
    public async Task Takes_several_messages_out_of_one_read()
    {
        await using var client = new DapClient();
        await client.SendRawAsync([.. Enumerable.Range(1, 20).SelectMany(i => DapClient.Framed(DapClient.Request(i, "threads")))]);
        for (int i = 1; i <= 20; i++) await IsAnsweredAsync(client, i);
    }

    [Theory]
    [InlineData("Content-Length: {0}\n\n")]
    [InlineData("Content-Length: {0}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n")]
    [InlineData("Content-Type: text/plain\r\nContent-Length: {0}\r\n\r\n")]
    [InlineData("content-length: {0}\r\n\r\n")]
    [InlineData("Content-Length:{0} \r\n\r\n")]
    [InlineData("Content-Length:\t{0}\t\r\n\r\n")]
    [InlineData("\r\n\r\nContent-Length: {0}\r\n\r\n")]
    public async Task Takes_headers_that_other_programs_write(string header)
    {
        await using var client = new DapClient();
        await client.SendRawAsync(Encoding.ASCII.GetBytes(header.Replace("{0}", $"{Threads.Length}", StringComparison.Ordinal) + Threads));
        await IsAnsweredAsync(client, 1);
    }

    [Theory]
    [InlineData("Content-Type: text/plain\r\n\r\n", "without Content-Length")]
    [InlineData("Content-Length: -1\r\n\r\n{}", "no number")]
    [InlineData("Content-Length: 0x20\r\n\r\n", "no number")]
    [InlineData("Content-Length: 12 13\r\n\r\n", "no number")]
    [InlineData("Content-Length:\r\n\r\n", "no number")]
    [InlineData("Content-Length: 99999999999999999999999999\r\n\r\n{\"seq\":1}", "no number")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n{\"seq\":1}", "the limit is")]
    [InlineData("Content-Length: 99999999\r\n\r\n{\"seq\":1}", "the limit is")]
    [InlineData("Content-Length: 0\r\n\r\n", "is empty")]
    public async Task A_broken_header_is_said_and_the_next_message_is_taken(string bytes, string complaint)
    {
        await using var client = new DapClient();
        await client.SendRawAsync(Encoding.ASCII.GetBytes(bytes));
        var output = await client.EventAsync("output");
        Assert.Equal("important", output.GetProperty("category").GetString());
        Assert.Contains(complaint, output.GetProperty("output").GetString(), StringComparison.Ordinal);
        await client.SendTextAsync(Threads);
        await IsAnsweredAsync(client, 1);
        Assert.Empty(client.Events);
    }

    [Fact]
    public async Task Garbage_without_end_is_said_once_and_the_message_after_it_is_taken()
    {
        await using var client = new DapClient();
        byte[] garbage = new byte[100_000];
        new Random(1).NextBytes(garbage);
        garbage.AsSpan().Replace((byte)'\n', (byte)'x');
        await client.SendRawAsync([.. garbage, .. DapClient.Framed(Threads)]);
        await client.EventAsync("output");
        await IsAnsweredAsync(client, 1);
    }

    [Fact]
    public async Task The_text_of_an_over_long_message_is_no_garbage_to_complain_of_again()
    {
        await using var client = new DapClient();
        string huge = new string(' ', 17 << 20) + "{}";
        await client.SendTextAsync(huge);
        await client.EventAsync("output");
        await client.SendTextAsync(Threads);
        await IsAnsweredAsync(client, 1);
        Assert.Empty(client.Events);
    }

    [Theory]
    [InlineData("Content-Len")]
    [InlineData("Content-Length: 500\r\n\r\n{\"seq\":1")]
    [InlineData("Content-Length: 9223372036854775807\r\n\r\n")]
    public async Task A_stream_that_ends_within_a_message_ends_the_session(string bytes)
    {
        await using var client = new DapClient();
        await client.SendRawAsync(Encoding.ASCII.GetBytes(bytes));
        await client.HangUpAsync();
        await client.Server.WaitAsync(client.Timeout);
    }

    [Fact]
    public async Task Ten_thousand_requests_in_a_row_are_all_answered_in_order()
    {
        const int count = 10_000;
        await using var client = await DapClient.StoppedAsync();
        var sending = Task.Run(async () =>
        {
            for (int i = 1; i <= count; i++) await client.SendTextAsync(DapClient.Request(1000 + i, "threads"));
        }, client.Timeout);
        for (int i = 1; i <= count; i++)
        {
            var response = await client.ResponseAsync(1000 + i);
            Assert.Equal(2, response.GetProperty("body").GetProperty("threads").GetArrayLength());
        }

        await sending;
    }

    /// <summary>Before launch, every answer is an error with this number.</summary>
    private static async Task IsAnsweredAsync(DapClient client, int seq) =>
        Assert.Equal(1003, DapClient.ErrorOf(await client.ResponseAsync(seq)).Id);
}
