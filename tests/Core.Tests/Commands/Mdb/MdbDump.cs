using XenDumpAdapter.Core.Commands;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary>A dump and a session on it.</summary>
internal sealed class MdbDump : IDisposable
{
    private MdbDump(DumpTarget target)
    {
        Target = target;
        Session = new MdbSession(target);
    }

    public DumpTarget Target { get; }

    public MdbSession Session { get; }

    public static MdbDump Of(DumpTarget target) => new(target);

    public static MdbDump Of(SolarisKernelScenario scenario) => Of(scenario.Vmcore(), scenario.Unix());

    public static MdbDump Of(SolarisMemoryImage image, SolarisDumpSettings settings) => Of(VmcoreWriter.Build(image, settings), KsymsWriter.Build(image));

    public static MdbDump Of(byte[] dump, byte[] unix) => new(DumpOpener.OpenFiles(
        new SampleFiles(new BytesByteSource(dump, "vmcore.0"), null, new BytesByteSource(unix, "unix.0"), ""), cancel: TestContext.Current.CancellationToken));

    /// <summary>What a line prints, errors among it.</summary>
    public List<CommandOutput> Run(string line) => [.. Session.Run(line, TestContext.Current.CancellationToken)];

    /// <summary>The text of it.</summary>
    public string[] Lines(string line) => [.. Run(line).Select(o => o.Text)];

    /// <summary>The one line that it prints.</summary>
    public string Line(string line) => Assert.Single(Lines(line));

    public void Dispose() => Target.Dispose();
}
