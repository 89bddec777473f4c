using System.Buffers.Binary;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Formats.Solaris;

/// <summary>The talk's dump with one number of its header wrong: the stacks are still there wherever the rest of the dump tells where they are.</summary>
public class DamagedHeaderTests
{
    public static TheoryData<string, long> Lies()
    {
        var data = new TheoryData<string, long>();
        foreach (var field in DumpHeaderWriter.Numbers(32, 9).Where(f => f.Name is not "dump_magic"))
            foreach (long value in new[] { 0, 1, -1, int.MaxValue, 0x1_0000 })
                data.Add(field.Name, value);
        return data;
    }

    [Theory, MemberData(nameof(Lies))]
    public void The_stacks_survive_a_wrong_number(string field, long value)
    {
        var (vmcore, unix) = GoldclothParts.Files();
        var expected = Stacks(vmcore, unix, out _);
        var place = DumpHeaderWriter.Numbers(32, 9).Single(f => f.Name == field);
        if (place.Length == 8) BinaryPrimitives.WriteInt64LittleEndian(vmcore.AsSpan((int)place.Offset), value);
        else BinaryPrimitives.WriteInt32LittleEndian(vmcore.AsSpan((int)place.Offset), unchecked((int)value));
        var stacks = Stacks(vmcore, unix, out var diagnostics);
        Assert.Equal(expected, stacks);
        if (field is "dump_map" or "dump_data" or "dump_npages" or "dump_hashmask" or "dump_pfn") Assert.NotEmpty(diagnostics);
    }

    private static string[] Stacks(byte[] dump, byte[] unix, out IReadOnlyList<Diagnostic> diagnostics)
    {
        var files = new SampleFiles(new BytesByteSource(dump, "vmcore.0"), null, new BytesByteSource(unix, "unix.0"), "");
        using var target = DumpOpener.OpenFiles(files, cancel: TestContext.Current.CancellationToken);
        diagnostics = target.Diagnostics.Items;
        return [.. target.Threads.SelectMany(t => StackReport.Lines(t, new StackReportOptions(), TestContext.Current.CancellationToken)).Select(l => l.Text)];
    }
}
