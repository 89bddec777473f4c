using XenDumpAdapter.GdbStub.Tests.Support;

namespace XenDumpAdapter.GdbStub.Tests;

public sealed class TranscriptTests
{
    public static TheoryData<string> Transcripts => [.. Directory.EnumerateFiles(RspScript.Folder, "*.rsp").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Transcripts))]
    public Task Plays_as_it_is_written(string name) => new RspScript(Path.Combine(RspScript.Folder, name)).PlayAsync();
}
