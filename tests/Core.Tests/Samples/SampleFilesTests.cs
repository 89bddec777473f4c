using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types.Dwarf;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Samples;

public sealed class SampleFilesTests
{
    private const long LargestDump = 8 << 20;
    private const long LargestProgram = 256 << 10;

    /// <summary>The samples that are made; the talk's is as it is.</summary>
    private static readonly string[] Made = [.. SampleCatalog.Names.Where(n => Make(n).XenSyms is not null)];

    public static TheoryData<string> Names => [.. Made];

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_the_same_each_time(string name)
    {
        var first = Make(name);
        var second = Make(name);
        Assert.Equal(Bytes(first.Dump), Bytes(second.Dump));
        Assert.Equal(Bytes(first.XenSyms!), Bytes(second.XenSyms!));
        Assert.Equal(Bytes(first.Kernel!), Bytes(second.Kernel!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_small_and_made_at_once(string name)
    {
        var files = Make(name);
        var bound = TimeSpan.FromSeconds(2);
        Assert.InRange(Cost.Time(() => Make(name), bound), TimeSpan.Zero, bound);
        Assert.InRange(files.Dump.Length, 1, LargestDump);
        Assert.InRange(files.XenSyms!.Length, 1, LargestProgram);
        Assert.InRange(files.Kernel!.Length, 1, LargestProgram);
        Assert.NotEmpty(files.Description);
    }

    [Fact]
    public void Are_of_names_that_the_catalog_lists()
    {
        Assert.False(SampleCatalog.TryOpen("nothing", out _));
        Assert.False(SampleCatalog.TryOpen("Overflow", out _));
        Assert.False(SampleCatalog.TryOpen("", out _));
        Assert.Contains("overflow", SampleCatalog.Names);
        Assert.Contains("goldcloth", SampleCatalog.Names);
    }

    [Fact]
    public void Have_a_build_id_of_their_own_for_each_program()
    {
        string[] ids = [.. Made.Select(n => Convert.ToHexStringLower(ElfNotes.BuildId(Elf(Make(n).Kernel!), new DiagnosticBag()).Span))];
        Assert.All(ids, id => Assert.Equal(40, id.Length));
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Have_code_that_a_disassembler_reads_to_its_end(string name)
    {
        var files = Make(name);
        foreach (var program in new[] { files.XenSyms!, files.Kernel! })
        {
            var elf = Elf(program);
            var text = elf.FindSection(".text")!;
            byte[] code = elf.ReadSection(text).ToArray();
            var decoder = Iced.Intel.Decoder.Create(elf.Is64 ? 64 : 32, code, text.Address);
            while (decoder.IP < text.Address + (ulong)code.Length) Assert.False(decoder.Decode().IsInvalid, $"{program.Name} at 0x{decoder.IP:x}");
            Assert.Equal(text.Address + (ulong)code.Length, decoder.IP);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Have_call_frame_information_that_agrees_with_the_code(string name)
    {
        var files = Make(name);
        foreach (var program in new[] { files.XenSyms!, files.Kernel! })
        {
            var elf = Elf(program);
            var symbols = ElfSymbolTable.Read(elf, new DiagnosticBag());
            var frames = CallFrameInfo.FromElf(elf)!;
            var text = elf.FindSection(".text")!;
            var functions = symbols.All.Where(s => s.Kind == SymbolKind.Function && s.Size > 0).ToList();
            Assert.NotEmpty(functions);
            foreach (var function in functions) CheckFrames(elf, text, frames, function);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Are_read_by_readelf_without_complaint(string name)
    {
        using var folder = new TemporaryFiles(Make(name));
        foreach (string program in new[] { folder.XenSyms, folder.Kernel })
        {
            string text = Read("readelf", "-aW", "--debug-dump=info,abbrev,decodedline,aranges,frames-interp,loc,str", program);
            Assert.DoesNotContain("Warning", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<corrupt", text, StringComparison.Ordinal);
            Assert.Contains("Build ID:", text, StringComparison.Ordinal);
        }

        Assert.Contains("QEMU", Read("readelf", "-lnW", folder.Dump), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overflow", "rbp")]
    [InlineData("overflow32", "ebp")]
    public void Are_understood_by_gdb(string name, string baseRegister)
    {
        using var folder = new TemporaryFiles(Make(name));
        string kernel = Read("gdb", "-nx", "-batch", "-ex", "set width 0", "-ex", "info line page_count_sub", "-ex", "info scope blk_open_device", "-ex", "ptype struct blk_device", folder.Kernel);
        Assert.Contains("Line 80 of \"mm/pages.c\" starts at address", kernel, StringComparison.Ordinal);
        Assert.Contains("DW_OP_fbreg -10", kernel, StringComparison.Ordinal);
        Assert.Contains($"a variable in ${baseRegister}", kernel, StringComparison.Ordinal);
        Assert.Contains("char name[16];", kernel, StringComparison.Ordinal);
        string xen = Read("gdb", "-nx", "-batch", "-ex", "set width 0", "-ex", "print sizeof(struct cpu_user_regs)", "-ex", "print sizeof(struct cpu_info)", "-ex", "info line machine_halt", folder.XenSyms);
        Assert.Contains("= 200", xen, StringComparison.Ordinal);
        Assert.Contains("= 264", xen, StringComparison.Ordinal);
        Assert.Contains("arch/x86/shutdown.c", xen, StringComparison.Ordinal);
    }

    /// <summary>Follows the stack pointer through a function and compares with the rule for the caller's frame at each instruction.</summary>
    private static void CheckFrames(ElfFile elf, ElfSection text, CallFrameInfo frames, Symbol function)
    {
        int word = elf.Is64 ? 8 : 4, sp = elf.Is64 ? 7 : 4, bp = elf.Is64 ? 6 : 5, depth = word;
        byte[] code = elf.ReadSection(text).Slice((int)(function.Address.Value - text.Address), (int)function.Size).ToArray();
        var decoder = Iced.Intel.Decoder.Create(elf.Is64 ? 64 : 32, code, function.Address.Value);
        while (decoder.IP < function.Address.Value + function.Size)
        {
            var row = frames.FindRow(new VirtualAddress(decoder.IP));
            Assert.NotNull(row);
            Assert.Equal(row.Cfa.Register == sp ? depth : word * 2, (int)row.Cfa.Offset);
            Assert.Contains(row.Cfa.Register, new[] { sp, bp });
            var instruction = decoder.Decode();
            if (instruction.FlowControl is Iced.Intel.FlowControl.Return || instruction is { Mnemonic: Iced.Intel.Mnemonic.Lea, Op0Register: Iced.Intel.Register.RSP }) return;
            if (instruction.FlowControl is not (Iced.Intel.FlowControl.Call or Iced.Intel.FlowControl.IndirectCall)) depth -= instruction.StackPointerIncrement;
            if (instruction.Op0Register is not (Iced.Intel.Register.RSP or Iced.Intel.Register.ESP)) continue;
            if (instruction.Mnemonic == Iced.Intel.Mnemonic.Sub) depth += (int)instruction.GetImmediate(1);
            if (instruction.Mnemonic == Iced.Intel.Mnemonic.Add) depth -= (int)instruction.GetImmediate(1);
        }
    }

    private static SampleFiles Make(string name) => SampleCatalog.TryOpen(name, out var files) ? files : throw new InvalidOperationException($"no sample {name}");

    private static ElfFile Elf(IByteSource source) => ElfFile.Open(source, new DiagnosticBag());

    private static byte[] Bytes(IByteSource source)
    {
        byte[] bytes = new byte[source.Length];
        Assert.Equal(bytes.Length, source.Read(0, bytes));
        return bytes;
    }

    /// <summary>What a program says, complaints included.</summary>
    private static string Read(string program, params string[] arguments)
    {
        if (Tool.Run(program, "--version") is null) Assert.Skip($"{program} is not here");
        return Tool.Run("sh", ["-c", "exec \"$@\" 2>&1", "sh", program, .. arguments])!;
    }

    private sealed class TemporaryFiles : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xendump-sample");

        public TemporaryFiles(SampleFiles files)
        {
            Dump = Save("dump", files.Dump);
            XenSyms = Save("xen-syms", files.XenSyms!);
            Kernel = Save("kernel", files.Kernel!);
        }

        public string Dump { get; }

        public string XenSyms { get; }

        public string Kernel { get; }

        public void Dispose() => _folder.Delete(recursive: true);

        private string Save(string name, IByteSource source)
        {
            string path = Path.Combine(_folder.FullName, name);
            File.WriteAllBytes(path, Bytes(source));
            return path;
        }
    }
}
