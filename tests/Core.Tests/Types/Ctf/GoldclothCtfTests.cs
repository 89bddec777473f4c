using System.Text;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Tests.Formats.Solaris;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit.Ctf;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

/// <summary>The containers that the sample dump's modules have in memory.</summary>
public class GoldclothCtfTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void Every_type_of_every_module_reads_as_an_independent_decoder_reads_it()
    {
        var modules = Modules();
        Assert.Contains("genunix", modules.Keys);
        Assert.True(modules.Count > 2, string.Join(' ', modules.Keys));
        var genunix = new CtfDump(modules["genunix"].Ctf, 4);
        var scope = Scope(modules, joined: false);
        foreach (var (name, module) in modules)
        {
            var types = Assert.IsType<CtfTypes>(scope.Source(name));
            Containers.AssertSame(name == "genunix" ? genunix : new CtfDump(module.Ctf, 4, genunix), types);
            Assert.True(types.Container.TypeCount > 0, name);
            foreach (string each in types.Names) Assert.NotNull(types.Find(each));
        }

        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void Types_and_functions_have_the_names_that_the_kernel_gives_them()
    {
        var scope = Scope(Modules());
        foreach (string name in new[] { "kthread_t", "cpu_t", "proc_t" }) Assert.IsType<AggregateType>(scope.Find(name)?.Strip());
        var thread = Assert.IsType<AggregateType>(scope.Find("struct _kthread"));
        foreach (string member in new[] { "t_stk", "t_procp", "t_cpu" }) Assert.NotNull(thread.FindMember(member));
        Assert.Equal(4UL, thread.FindMember("t_procp")!.Type.Size);
        Assert.Equal(scope.FindIn("genunix", "struct _kthread")!.Size, thread.Size);
        var vcpu = Assert.IsType<AggregateType>(scope.Find("struct vcpu"));
        Assert.False(vcpu.IsDeclaration);
        Assert.Same(scope.Find("struct xpv`vcpu"), vcpu);
        Assert.NotNull(scope.OfSymbol("xdb`xdb_setup_node") ?? scope.OfSymbol("xdb_setup_node"));
    }

    /// <summary>The modules' types. Joined, a forward shows the definition that another module has.</summary>
    private TypeScope Scope(IReadOnlyDictionary<string, (byte[] Ctf, byte[] Symbols, byte[] Strings)> modules, bool joined = true)
    {
        TypeScope? scope = null;
        var sources = modules.OrderBy(m => m.Key == "genunix" ? 0 : 1).Select(m => new ScopedTypes(m.Key, () => CtfContainer.Open(m.Value.Ctf, $"CTF of {m.Key}", _diagnostics) is not { } container ? null
            : new CtfTypes(container, new CtfSurroundings
            {
                PointerSize = 4,
                Parent = name => scope!.Source(name) as CtfTypes,
                Elsewhere = joined ? name => scope!.FindDefinition(name) : null,
                Symbols = () => CtfFile.Symbols(m.Value.Symbols, m.Value.Strings, is64: false),
            }, _diagnostics)));
        return scope = new TypeScope(4, sources);
    }

    /// <summary>Modules that have types, as struct modctl and struct module of a 32-bit kernel say (offsets of sys/modctl.h and sys/kobj.h).</summary>
    private static Dictionary<string, (byte[] Ctf, byte[] Symbols, byte[] Strings)> Modules()
    {
        string? path = Goldcloth.Find("vmcore.0"), unix = Goldcloth.Find("unix.0");
        Assert.SkipWhen(path is null || unix is null, Goldcloth.Absent);
        using var file = FileByteSource.Open(path);
        var symbols = ElfSymbolTable.Read(ElfFile.Open(new BytesByteSource(File.ReadAllBytes(unix), "unix.0"), new DiagnosticBag()), new DiagnosticBag());
        var memory = OpenedDump.Of(file).Space(symbols.Find("kas")!.Address.Value);
        ulong Word(ulong at) => memory.TryReadUnsigned(new VirtualAddress(at), 4, out ulong value) ? value : 0;
        byte[] Bytes(ulong at, ulong size)
        {
            byte[] bytes = new byte[size];
            Assert.Equal(bytes.Length, memory.Read(new VirtualAddress(at), bytes));
            return bytes;
        }

        var found = new Dictionary<string, (byte[], byte[], byte[])>();
        ulong head = symbols.Find("modules")!.Address.Value;
        ulong at = head;
        do
        {
            ulong module = Word(at + 12);
            string name = Encoding.Latin1.GetString(Bytes(Word(at + 32), 32)).Split('\0')[0];
            if (module != 0 && Word(module + 160) != 0)
                found[name] = (Bytes(Word(module + 160), Word(module + 164)), Bytes(Word(module + 104), Word(Word(module + 60) + 20)), Bytes(Word(module + 108), Word(Word(module + 64) + 20)));
            at = Word(at);
        }
        while (at != head && at != 0 && found.Count < 1000);
        return found;
    }
}
