using XenDumpAdapter.Core.Formats;

namespace XenDumpAdapter.Core.Tests.Formats;

public class FileByteSourceTests
{
    [Fact]
    public void Finds_the_end_of_what_states_no_length()
    {
        // As a dump device does, a file of /proc states a length of 0 and has bytes all the same.
        const string path = "/proc/version";
        Assert.SkipUnless(File.Exists(path), "there is no /proc here");
        using var source = FileByteSource.Open(path);
        byte[] all = File.ReadAllBytes(path);
        Assert.Equal(all.Length, source.Length);
        byte[] read = new byte[all.Length + 10];
        Assert.Equal(all.Length, source.Read(0, read));
        Assert.Equal(all, read[..all.Length]);
    }
}
