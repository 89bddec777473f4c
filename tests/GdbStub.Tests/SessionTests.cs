using XenDumpAdapter.Core.Target;
using XenDumpAdapter.GdbStub.Layout;
using XenDumpAdapter.GdbStub.Packets;
using XenDumpAdapter.GdbStub.Processes;
using XenDumpAdapter.GdbStub.Tests.Support;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.GdbStub.Tests;

public sealed class SessionTests
{
    [Fact]
    public async Task A_fault_of_the_engine_is_reported_and_answered_and_the_session_lives()
    {
        var reports = new List<string>();
        var target = new SyntheticTarget { OnWalk = () => throw new InvalidOperationException("broken walk") }.Build();
        await using var client = new RspClient(target, new GdbServerOptions { Report = reports.Add });
        Assert.Equal("E05", await client.AskAsync("?"));
        Assert.Contains("broken walk", Assert.Single(reports), StringComparison.Ordinal);
        Assert.Equal("QC1", await client.AskAsync("qC"));
        Assert.Equal("QStartNoAckMode+", Assert.Single((await client.AskAsync("qSupported:error-message+")).Split(';'), f => f.StartsWith("QStart", StringComparison.Ordinal)));
        Assert.Equal("E.xendump failed: broken walk", await client.AskAsync("?"));
    }

    [Fact]
    public async Task The_stack_is_not_walked_before_a_client_wants_to_know()
    {
        int walks = 0;
        var target = new SyntheticTarget { OnWalk = () => walks++ }.Build();
        await using var client = new RspClient(target);
        Assert.StartsWith("8877665544332211", await client.AskAsync("g"), StringComparison.Ordinal);
        Assert.Equal("554889e5", await client.AskAsync("mffff82d040200000,4"));
        Assert.Equal(0, walks);
        Assert.StartsWith("T0b", await client.AskAsync("?"), StringComparison.Ordinal);
        Assert.Equal(1, walks);
    }

    [Fact]
    public async Task A_cancelled_server_ends_without_an_exception()
    {
        using var cancel = new CancellationTokenSource();
        await using var client = new RspClient(new SyntheticTarget().Build(), cancel: cancel.Token);
        Assert.Equal("QC1", await client.AskAsync("qC"));
        await cancel.CancelAsync();
        await client.Server.WaitAsync(client.Timeout);
    }

    [Fact]
    public void What_is_advertised_is_what_has_a_handler_and_no_more()
    {
        using var session = new GdbSession(new ProcessList(new SyntheticTarget().Build(), GdbView.Machine), new GdbServerOptions());
        foreach (string feature in PacketTable.Features(session))
        {
            Assert.EndsWith("+", feature, StringComparison.Ordinal);
            Assert.Contains(PacketTable.Entries, e => e.Feature == feature);
        }

        Assert.DoesNotContain("qXfer:exec-file:read+", PacketTable.Features(session));
        Assert.Equal(PacketTable.Entries.Count, PacketTable.Entries.Select(e => e.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(PanicKind.None, 5)]
    [InlineData(PanicKind.Requested, 5)]
    [InlineData(PanicKind.Domain, 11)]
    [InlineData(PanicKind.Hypervisor, 6)]
    public void The_signal_says_what_kind_of_crash_it_was(PanicKind kind, int expected)
    {
        var target = new SyntheticTarget { Panic = kind }.Build();
        Assert.Equal(expected, (int)StopSignal.Of(target, target.Threads[0], TestContext.Current.CancellationToken));
        Assert.Equal(GdbSignal.None, StopSignal.Of(target, target.Threads[1], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_type_that_a_register_names_is_defined_and_fits_it(bool amd64)
    {
        var layout = RegisterLayout.Of(amd64 ? Core.Arch.Architecture.Amd64 : Core.Arch.Architecture.Ia32);
        var xml = System.Xml.Linq.XDocument.Parse(layout.TargetXml.Replace("<!DOCTYPE target SYSTEM \"gdb-target.dtd\">", "", StringComparison.Ordinal));
        var flags = xml.Descendants("flags").ToDictionary(f => f.Attribute("id")!.Value);
        foreach (var register in xml.Descendants("reg"))
        {
            string type = register.Attribute("type")!.Value;
            if (type.StartsWith("i387", StringComparison.Ordinal) || !type.Contains('_', StringComparison.Ordinal) || type is "data_ptr" or "code_ptr") continue;
            Assert.Equal(register.Attribute("bitsize")!.Value, $"{int.Parse(flags[type].Attribute("size")!.Value, System.Globalization.CultureInfo.InvariantCulture) * 8}");
            int last = -1;
            foreach (var field in flags[type].Elements("field"))
            {
                int start = (int)field.Attribute("start")!;
                Assert.True(start > last);
                last = (int)field.Attribute("end")!;
            }
        }

        Assert.Equal(layout.Columns.Count, xml.Descendants("reg").Count());
        foreach (var column in layout.Columns.Where(c => c.Sources.Length > 0)) Assert.NotNull(layout.Architecture.Find(column.Sources[0]) ?? layout.Architecture.Find(column.Sources[^1]));
    }
}
