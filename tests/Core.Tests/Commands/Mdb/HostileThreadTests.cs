using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>Commands about stacks, threads and processes on dumps that lie: no exception, and an end.</summary>
public class HostileThreadTests
{
    private const int Dumps = 90;
    private const int MostLines = 200_000;

    private static readonly string[] Lines =
    [
        "$C", "$c 0", "::stack -ur", "$r", "::exception -r", "::frames -s", "::findings", "::cpuinfo -v", "::thread -pibsd", "::thread -m -pibsd", "::threadlist", "::threadlist -v 6", "::threadlist -t", "::stacks -av",
        "::stacks -i", "::stacks -c 0", "::walk thread | ::findstack -v", "::walk thread | ::stacks -s all", "::walk thread | ::regs", "::ps -flTPtz", "::pgrep -n .", "::ptree", "::walk proc | ::ptree", "0::pid2proc",
        "::walk cpu_dispq | ::thread", "::walk proc | ::walk thread", "0::findstack", "0xffffffffffffffff$C", "0xffffffffffffffff::thread", "0xffffffffffffffff::cpuinfo", "0xffffffffffffffff::pid2proc",
    ];

    [Fact]
    public void Damaged_kernels_threads_are_listed_as_far_as_they_go()
    {
        SolarisKernelScenario[] kernels =
        [
            PlainPanics.Interrupt(new SolarisKernelOptions { Seed = 31, Threads = 10 }),
            PlainPanics.NullPointer(new SolarisKernelOptions { WordSize = 32, Seed = 32, Threads = 10 }),
            XpvPanics.Overflow(new SolarisKernelOptions { WordSize = 32, Is2007 = true, Seed = 33, Threads = 10 }, 0, 1),
        ];
        for (int seed = 1; seed <= Dumps; seed++)
        {
            var kernel = kernels[seed % kernels.Length];
            ulong[] pages = [.. kernel.Image.Pfns];
            using var dump = MdbDump.Of(VmcoreWriter.Build(SolarisMemoryDamage.Of(kernel.Image, seed, pages), kernel.Settings), kernel.Unix());
            foreach (string line in Lines)
            {
                int printed = 0;
                foreach (var output in dump.Session.Run(line, TestContext.Current.CancellationToken))
                {
                    Assert.DoesNotContain('\n', output.Text);
                    Assert.True(++printed < MostLines, line);
                }
            }
        }
    }

    [Fact]
    public void Types_that_lack_members_leave_their_columns_empty()
    {
        // No types of its own: the measured tables know fewer members.
        var kernel = PlainPanics.Called(new SolarisKernelOptions { WordSize = 32, Is2007 = true, Seed = 34, Threads = 10, HasTypes = false });
        using var dump = MdbDump.Of(kernel);
        string[] lines = dump.Lines("::thread");
        Assert.Equal(kernel.Threads.Count, lines.Length - 1);
        Assert.All(lines.Skip(1), l => Assert.Equal(lines[0].Length, l.Length));
        Assert.Contains(dump.Lines("::ps"), l => l.EndsWith(" sched", StringComparison.Ordinal));
    }
}
