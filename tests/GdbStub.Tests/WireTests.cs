using System.Buffers;
using System.Text;
using CsCheck;
using XenDumpAdapter.GdbStub.Tests.Support;
using XenDumpAdapter.GdbStub.Wire;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.GdbStub.Tests;

public sealed class WireTests
{
    [Fact]
    public void Every_packet_comes_through_however_the_bytes_are_cut() =>
        Gen.Select(Gen.Char['\x20', '\x7e'].Where(c => c is not ('$' or '#')).Array[0, 40].Array[1, 5], Gen.Int[1, 7]).Sample((packets, cut) =>
        {
            byte[] wire = [.. packets.SelectMany(p => RspClient.Frame(new string(p)))];
            var decoder = new PacketDecoder(1000);
            var seen = new List<string>();
            for (int at = 0; at < wire.Length; at += cut)
            {
                ReadOnlySpan<byte> piece = wire.AsSpan(at, Math.Min(cut, wire.Length - at));
                for (WireEvent e; (e = decoder.Next(ref piece)) != WireEvent.None;)
                {
                    Assert.Equal(WireEvent.Packet, e);
                    seen.Add(Encoding.Latin1.GetString(decoder.Text.Span));
                }
            }

            Assert.Equal(packets.Select(p => new string(p)), seen);
        });

    [Fact]
    public void Binary_survives_escaping_and_needs_no_escape_that_is_missing() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        var to = new ArrayBufferWriter<byte>();
        Assert.Equal(bytes.Length, PacketWriter.Escape(to, bytes, 1000));
        Assert.Equal(bytes, PacketWriter.Unescape(to.WrittenSpan));
        Assert.DoesNotContain(to.WrittenSpan.ToArray(), b => b is (byte)'$' or (byte)'#' or (byte)'*');
    });

    [Fact]
    public void Escaping_stops_before_the_room_is_exceeded() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, 300]).Sample((bytes, room) =>
    {
        var to = new ArrayBufferWriter<byte>();
        int done = PacketWriter.Escape(to, bytes, room);
        Assert.True(to.WrittenCount <= room);
        Assert.Equal(bytes[..done], PacketWriter.Unescape(to.WrittenSpan));
        Assert.True(done == bytes.Length || to.WrittenCount >= room - 1);
    });

    [Fact]
    public async Task Random_bytes_never_end_a_session()
    {
        // Mostly letters that packets are made of, so that the bytes get somewhere.
        var bytes = Gen.Frequency((1, Gen.Byte), (4, Any("$#+-\x03gGmMxXpPHTcCsSzZDk?!qQv0123456789abcdef,;:=p.-}*"u8.ToArray())));
        await bytes.Array[0, 400].SampleAsync(async noise =>
        {
            await using var client = new RspClient(new SyntheticTarget().Build());
            byte[] calm = [.. noise.Where((b, i) => b != 'k' || i == 0 || noise[i - 1] != '$')];
            await client.SendRawAsync([.. calm, .. RspClient.Frame("_after")]);
            await client.SendRawAsync([.. RspClient.Frame("qAttached")]);
            string tail = "";
            while (!tail.EndsWith("$1#31", StringComparison.Ordinal))
            {
                int b = await client.ReadByteAsync();
                Assert.NotEqual(-1, b);
                tail = tail.Length < 8 ? tail + (char)b : tail[1..] + (char)b;
            }
        }, iter: 500);
    }

    [Fact]
    public async Task Random_arguments_of_every_packet_never_end_a_session()
    {
        var names = Packets.PacketTable.Entries.Select(e => e.Name).Where(n => n != "k" && n != "R" && n != "QStartNoAckMode").ToArray();
        var argument = Any("0123456789abcdefp.,;:=-}xg+".ToCharArray()).Array[0, 24].Select(c => new string(c));
        await using var client = new RspClient(new SyntheticTarget().Build());
        await Gen.Select(Any(names), argument).SampleAsync(async (name, rest) =>
        {
            await client.SendAsync(name + rest);
            while (await client.ReceiveAsync() is ['O', not 'K', ..]) continue;
        }, iter: 5000, threads: 1);
    }

    [Fact]
    public async Task A_packet_longer_than_the_limit_is_an_error_and_no_more()
    {
        await using var client = new RspClient(new SyntheticTarget().Build());
        Assert.Equal("E16", await client.AskAsync(new string('m', GdbSession.PacketSize + 1)));
        Assert.Equal("QC1", await client.AskAsync("qC"));
        Assert.Equal("", await client.AskAsync(new string('y', GdbSession.PacketSize)));
    }

    [Fact]
    public async Task No_reply_is_longer_than_the_packet_size_that_was_told()
    {
        var memory = new SparseMemory<Core.Primitives.VirtualAddress>().Put(0x100000, [.. Enumerable.Repeat((byte)'#', 0x40000)]);
        var target = new SyntheticTarget { Xen = memory }.Build();
        await using var client = new RspClient(target);
        Assert.Equal(GdbSession.PacketSize, (await client.AskAsync("m100000,40000")).Length);
        Assert.Equal(GdbSession.PacketSize - 1, (await client.AskAsync("x100000,40000")).Length);
    }

    private static Gen<T> Any<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
