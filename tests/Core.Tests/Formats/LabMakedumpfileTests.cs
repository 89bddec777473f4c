using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

/// <summary>What makedumpfile writes of one machine: <c>zlib.kdump</c> and, beside it, the same memory in its other formats.</summary>
public class LabMakedumpfileTests
{
    private const string None = "no folder of the lab's dumps holds a zlib.kdump and another file of makedumpfile beside it";

    [Fact]
    public void Every_format_holds_the_same_pages()
    {
        int compared = 0;
        foreach (var (zlib, other) in Pairs())
        {
            using var one = FileByteSource.Open(zlib);
            using var two = FileByteSource.Open(other);
            var diagnostics = new DiagnosticBag();
            var expected = Open(one, diagnostics);
            var image = Open(two, diagnostics);
            Assert.Equal(FormatOf(Path.GetFileName(other)), image.FormatName);
            Assert.Empty(diagnostics.Items);
            Assert.Equal((expected.Cpus.Count, expected.XenVmcoreInfo), (image.Cpus.Count, image.XenVmcoreInfo));
            for (int cpu = 0; cpu < image.Cpus.Count; cpu++) Assert.Equal(expected.Cpus[cpu].Values, image.Cpus[cpu].Values);

            // -X and higher dump levels leave pages out; what is saved is the same.
            bool fewer = other.Contains("-X", StringComparison.Ordinal) || other.Contains("-d1", StringComparison.Ordinal);
            int common = ComparePages(expected, image, fewer, other);
            Assert.InRange(common, 1000, int.MaxValue);
            compared++;
        }

        if (compared == 0) Assert.Skip(None);
    }

    private static int ComparePages(DumpImage expected, DumpImage image, bool fewer, string name)
    {
        byte[] left = new byte[4096], right = new byte[4096];
        int common = 0;
        for (ulong frame = 0; frame < Math.Max(expected.Pages.FrameLimit, image.Pages.FrameLimit); frame++)
        {
            int there = image.Pages.ReadPage(frame, right);
            if (there == 0 && (fewer || expected.Pages.ReadPage(frame, left) == 0))
            {
                Assert.Equal(FaultKind.NotSaved, image.Pages.Explain(frame, 0).Kind);
                continue;
            }

            Assert.True(there == expected.Pages.ReadPage(frame, left), $"{name}: frame {frame:x} has {there} bytes");
            Assert.True(left.AsSpan(0, there).SequenceEqual(right.AsSpan(0, there)), $"{name}: frame {frame:x} differs");
            common++;
        }

        return common;
    }

    private static string FormatOf(string file) => file switch
    {
        _ when file.StartsWith("lzo", StringComparison.Ordinal) => "compressed kdump v6 (lzo)",
        "zlib-flat.kdump" => "compressed kdump v6 (zlib, flattened)",
        "raw.kdump" => "compressed kdump v6 (uncompressed)",
        "elf-X.kdump" => "Xen kdump vmcore",
        _ => "compressed kdump v6 (zlib)",
    };

    private static IEnumerable<(string Zlib, string Other)> Pairs()
    {
        foreach (string dump in Lab.Dumps(".kdump"))
        {
            string folder = dump[..(dump.LastIndexOf('/') + 1)];
            if (!dump.EndsWith("/zlib.kdump", StringComparison.Ordinal) && Lab.Find($"dumps/{folder}zlib.kdump") is { } zlib) yield return (zlib, Lab.Find($"dumps/{dump}")!);
        }
    }

    private static DumpImage Open(FileByteSource file, DiagnosticBag diagnostics) => DumpFormats.Open(file, diagnostics, TestContext.Current.CancellationToken);
}
