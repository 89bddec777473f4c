using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Opening;

/// <summary>Which symbols of a Solaris kernel are believed: the file's, the dump's own copy, or none.</summary>
public sealed class UnixFileTests
{
    private readonly SolarisMemoryImage _image = SolarisScenes.Pages(64);

    [Fact]
    public void The_file_that_the_dump_carries_is_used()
    {
        using var target = Open(Dump(), KsymsWriter.Build(_image));
        Assert.Equal(StageState.Ok, Stage(target).State);
        Assert.Contains("it is the one that the dump carries", Stage(target).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_kernel_is_refused_loudly_and_the_dumps_own_are_used()
    {
        using var target = Open(Dump(), KsymsWriter.Build(OfAnotherKernel()));
        Assert.Contains("NOT the unix.N of this dump: its symbols differ from those that the dump carries", Mismatch(target), StringComparison.Ordinal);
        Assert.Contains("the dump carries them", Stage(target).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_copy_to_compare_with_the_map_knows_the_address_of_kas()
    {
        using var target = Open(WithoutSymbols(), KsymsWriter.Build(_image));
        Assert.Contains($"the dump's map knows its kas (0x{SolarisScenes.Kas(64):x})", Stage(target).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(target.Diagnostics.Items, d => d.Id == DiagnosticIds.SymbolMismatch);
    }

    [Fact]
    public void Without_a_copy_one_of_another_kernel_is_refused_too()
    {
        using var target = Open(WithoutSymbols(), KsymsWriter.Build(OfAnotherKernel()));
        Assert.Contains("is no address space of the dump's map", Mismatch(target), StringComparison.Ordinal);
        Assert.Equal(StageState.Failed, Stage(target).State);
    }

    [Fact]
    public void A_program_that_is_no_kernel_is_refused()
    {
        var other = new SolarisMemoryImage(64) { Text = _image.Text, Data = _image.Data };
        other.Symbol("main", _image.Text.Start, 0x40, type: 2);
        using var target = Open(WithoutSymbols(), KsymsWriter.Build(other));
        Assert.Contains("it has no symbol kas", Mismatch(target), StringComparison.Ordinal);
    }

    private byte[] Dump() => VmcoreWriter.Build(_image, new SolarisDumpSettings());

    private byte[] WithoutSymbols()
    {
        var dump = VmcoreWriter.Write(_image, new SolarisDumpSettings());
        var symbols = dump["ksyms"];
        dump.Bytes.AsSpan((int)symbols.Offset, (int)symbols.Length).Clear();
        return dump.Bytes;
    }

    private SolarisMemoryImage OfAnotherKernel()
    {
        var other = new SolarisMemoryImage(64) { Text = _image.Text, Data = _image.Data };
        foreach (var symbol in _image.Symbols) other.Symbol(symbol.Name, symbol.Value + 0x40, symbol.Size, symbol.Type, symbol.Bind);
        return other;
    }

    private static DumpTarget Open(byte[] dump, byte[] unix) =>
        DumpOpener.OpenFiles(new SampleFiles(new BytesByteSource(dump, "vmcore.0"), null, new BytesByteSource(unix, "unix.0"), ""), cancel: TestContext.Current.CancellationToken);

    private static OpenStage Stage(DumpTarget target) => target.Report.Stages.Single(s => s.Stage == "kernel symbols");

    private static string Mismatch(DumpTarget target) => target.Diagnostics.Items.Single(d => d.Id == DiagnosticIds.SymbolMismatch).Text;
}
