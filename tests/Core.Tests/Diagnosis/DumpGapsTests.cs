using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>A dump that says that it is not whole: the finding tells what of the kernel is hidden by that.</summary>
public sealed class DumpGapsTests
{
    private const string Said = "vmcore.3 does not say that it is complete";

    [Fact]
    public void What_is_missing_is_counted()
    {
        var made = Incomplete();
        made.Others.Add(new KernelThread { Address = new(0xffff_ff00_0501_0c40), Stack = new AddressRange(new(0xffff_ff00_0500_0000), 0x5000) });
        made.Others.Add(new KernelThread { Address = new(0xffff_ff00_0601_0c40) });
        var finding = Find(made)!;
        Assert.Equal(("dump-incomplete", Said), (finding.Id, finding.Summary));
        Assert.Equal(["the stacks of 2 of 3 threads are not in the dump"], finding.Evidence);
    }

    [Fact]
    public void That_nothing_is_missing_is_said() => Assert.Equal(["nothing that was looked at is missing"], Find(Incomplete())!.Evidence);

    [Fact]
    public void It_comes_after_the_cause()
    {
        using var target = Incomplete().Build();
        Assert.Equal(["panic-cause", "dump-incomplete"], Findings.Of(target, TestContext.Current.CancellationToken).Select(f => f.Id));
    }

    [Fact]
    public void Of_a_whole_dump_nothing_is_said() => Assert.Null(Find(new MadeUpPanic { Message = "BAD TRAP: type=0", Vector = 0 }.At("48 f7 f1")));

    private static MadeUpPanic Incomplete()
    {
        var made = new MadeUpPanic { Message = "BAD TRAP: type=0", Vector = 0 }.At("48 f7 f1");
        made.Diagnostics.Warn(DiagnosticIds.SolarisIncomplete, Said);
        return made;
    }

    private static Finding? Find(MadeUpPanic made)
    {
        using var target = made.Build();
        return Findings.Of(target, TestContext.Current.CancellationToken).FirstOrDefault(f => f.Id == "dump-incomplete");
    }
}
