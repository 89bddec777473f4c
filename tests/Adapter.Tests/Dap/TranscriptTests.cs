using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>Plays protocol-fixtures/dap/*.dap; protocol-fixtures/README.md says how they are written.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> Transcripts => [.. Directory.EnumerateFiles(DapScript.Folder, "*.dap").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public Task Plays_as_it_is_written(string name) => new DapScript(Path.Combine(DapScript.Folder, name)).PlayAsync();
}
