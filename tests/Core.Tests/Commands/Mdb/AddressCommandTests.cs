using System.Globalization;
using XenDumpAdapter.TestKit.Solaris;
using XenDumpAdapter.TestKit.Solaris.Kernel;

namespace XenDumpAdapter.Core.Tests.Commands.Mdb;

/// <summary><c>::whatis</c>, <c>::vtop</c>, <c>::mappings</c>, <c>::memstat</c>, <c>::nm</c>, <c>::modinfo</c> and <c>::spaces</c> beside what was written into a kernel, of both widths.</summary>
public class AddressCommandTests
{
    public static TheoryData<int, bool> Kernels => new() { { 64, true }, { 64, false }, { 32, true }, { 32, false } };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Whatis_knows_threads_and_their_stacks(int wordSize, bool hasTypes)
    {
        var kernel = Build(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        foreach (var thread in kernel.Threads)
        {
            string free = thread.State == BuiltThreadState.Free ? " (TS_FREE)" : "";
            Assert.Contains($"{thread.Address:x} is allocated as a thread structure{free}", Whatis(dump, thread.Address, "-a"));
            Assert.Contains($"{thread.Address + 8:x} is {thread.Address:x}+8, allocated as a thread structure{free}", Whatis(dump, thread.Address + 8, "-a"));
            ulong inside = thread.StackBase + 0x18;
            Assert.Contains($"{inside:x} is in thread {thread.Address:x}'s stack", Whatis(dump, inside, "-a"));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Whatis_knows_functions_of_modules(int wordSize, bool hasTypes)
    {
        var kernel = Build(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        var module = dump.Target.Kernel!.Modules.First(m => m.Name == "genunix");
        var symbol = module.Symbols.All.First(s => s.Size > 4);
        Assert.Equal($"{symbol.Address.Value + 4:x} is {symbol.Name}+4 in genunix's text segment", Assert.Single(Whatis(dump, symbol.Address.Value + 4)));
        Assert.Equal("77 is unknown", dump.Line("77::whatis"));
        Assert.StartsWith("77 is unknown: the dump records no page", dump.Lines("77::whatis -v")[^1], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Vtop_is_the_page_frame_of_the_kernels_map_and_of_any_other(int wordSize, bool hasTypes)
    {
        var kernel = Build(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        ulong kas = kernel.Image.Symbols.First(s => s.Name == "kas").Value;
        foreach (var translation in kernel.Image.Translations)
        {
            if (kernel.Image.Frame(translation.As, translation.Va) is not { } pfn) continue;
            string line = $"0x{translation.Va + 0x123:x}::vtop -a 0x{translation.As:x}";
            Assert.Equal($"virtual {translation.Va + 0x123:x} mapped to physical {(pfn << 12) + 0x123:x}", dump.Line(line));
            if (translation.As == kas) Assert.Equal($"virtual {translation.Va:x} mapped to physical {pfn << 12:x}", dump.Line($"0x{translation.Va:x}::vtop"));
        }

        Assert.StartsWith("mdb: failed to get physical mapping: no mapping for address 0x7000", dump.Line("7000::vtop"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Vtop_of_the_hypervisor_has_the_foreign_bit(int wordSize, bool hasTypes)
    {
        var kernel = Xpv(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        ulong domain = kernel.Xen!.Domains[0].Address;
        ulong physical = ulong.Parse(dump.Line($"0x{domain:x}::vtop").Split(' ')[^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        Assert.Equal(kernel.Image.ForeignBit, (physical >> 12) & kernel.Image.ForeignBit);
        Assert.Equal($"{domain:x} is the domain structure of domain {kernel.Xen.Domains[0].Id}", Assert.Single(Whatis(dump, domain)));
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Mappings_are_the_runs_of_the_map_and_memstat_counts_their_pages(int wordSize, bool hasTypes)
    {
        var kernel = Xpv(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        ulong kas = kernel.Image.Symbols.First(s => s.Name == "kas").Value;
        ulong[] pages = [.. kernel.Image.Translations.Where(t => t.As == kas && kernel.Image.Frame(kas, t.Va) is not null).Select(t => t.Va & ~0xfffUL).Distinct().Order()];
        ulong listed = 0;
        foreach (string line in dump.Lines("::mappings").Skip(1))
        {
            ulong[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(3).Select(w => ulong.Parse(w, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))];
            Assert.Equal(numbers[0] + numbers[2], numbers[1]);
            for (ulong va = numbers[0]; va < numbers[1]; va += 4096) Assert.Equal(pages[listed++], va);
        }

        Assert.Equal((ulong)pages.Length, listed);
        var counts = dump.Lines("::memstat").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length >= 3).ToDictionary(w => w[0] == "Not" ? "Not mapped" : w[0], w => w[w[0] == "Not" ? 2 : 1]);
        Assert.Equal(kernel.Image.Pfns.Count.ToString(CultureInfo.InvariantCulture), counts["Total"]);
        Assert.Equal(kernel.Image.Pfns.Count(kernel.Image.IsForeign).ToString(CultureInfo.InvariantCulture), counts["Hypervisor"]);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Modinfo_lists_the_modules_in_their_order(int wordSize, bool hasTypes)
    {
        var kernel = Build(wordSize, hasTypes);
        using var dump = MdbDump.Of(kernel);
        string[] lines = dump.Lines("::modinfo");
        Assert.Equal($" ID {new string(' ', (wordSize / 4) - 8)}LOADADDR     SIZE REV MODULE NAME", lines[0]);
        Assert.Equal(kernel.Modules.Select(m => m.Name), lines.Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]));
        ulong second = dump.Run("::modinfo")[2].Value!.Value;
        Assert.Equal(lines[2], dump.Lines($"0x{second:x}::modinfo")[1]);
    }

    [Fact]
    public void Nm_prints_what_the_symbol_table_says()
    {
        var kernel = Build(64, hasTypes: true);
        using var dump = MdbDump.Of(kernel);
        var symbol = kernel.Image.Symbols.First(s => s.Type == 2 && s.Size > 0);
        string row = $"0x{symbol.Value:x16}|0x{symbol.Size:x16}|FUNC |{(symbol.Bind == 0 ? "LOCL" : "GLOB")} |0x0  |";
        Assert.Contains(dump.Lines("::nm"), l => l.StartsWith(row, StringComparison.Ordinal) && l.EndsWith("|" + symbol.Name, StringComparison.Ordinal));
        Assert.Contains(dump.Lines($"0x{symbol.Value + 1:x}::nm"), l => l.EndsWith("|" + symbol.Name, StringComparison.Ordinal));
        string[] names = [.. dump.Lines("::nm -h -n -f name")];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        string[] values = [.. dump.Lines("::nm -h -v -f val")];
        Assert.Equal(values.Order(StringComparer.Ordinal), values);
        Assert.All(dump.Lines("::nm -h -t func -f type"), t => Assert.Equal("FUNC", t));
    }

    [Fact]
    public void Nm_has_bindings_and_places_of_the_table()
    {
        using var dump = MdbDump.Of(SolarisScenes.Pages(64), new SolarisDumpSettings { PanicString = "made up" });
        string[] lines = dump.Lines("::nm -h -f bind,name");
        Assert.Contains("LOCL |static_thing", lines);
        Assert.Contains("WEAK |weak_thing", lines);
        Assert.DoesNotContain("WEAK |weak_thing", dump.Lines("::nm -h -g -f bind,name"));
        Assert.Equal(lines.Length, dump.Lines("::nm -h -f ndx").Distinct().Count());
    }

    [Fact]
    public void Spaces_name_the_processes_whose_pages_are_there()
    {
        var kernel = Build(64, hasTypes: true);
        using var dump = MdbDump.Of(kernel);
        ulong[] mapped = [.. kernel.Image.Translations.Select(t => t.As).Distinct()];
        string[] lines = dump.Lines("::spaces -p");
        foreach (var process in kernel.Processes.Where(p => mapped.Contains(p.AddressSpace) && p.Memory.Bytes.Length > 0))
        {
            Assert.Contains(lines, l => l.StartsWith($"{process.Pid} ", StringComparison.Ordinal) && l.Contains(process.Name, StringComparison.Ordinal));
            string at = process.Memory.Address.ToString("x", CultureInfo.InvariantCulture);
            Assert.StartsWith($"{at} is mapped in {process.Pid}, at PFN ", dump.Line($"{process.Pid}:0x{at}::whatis"), StringComparison.Ordinal);
            Assert.StartsWith($"virtual {at} mapped to physical ", dump.Line($"{process.Pid}:0x{at}::vtop"), StringComparison.Ordinal);
        }
    }

    private static SolarisKernelScenario Build(int wordSize, bool hasTypes) => PlainPanics.NullPointer(new SolarisKernelOptions { WordSize = wordSize, HasTypes = hasTypes, Seed = 11, Threads = 12 });

    private static SolarisKernelScenario Xpv(int wordSize, bool hasTypes) =>
        XpvPanics.FaultInXen(new SolarisKernelOptions { WordSize = wordSize, Is2007 = wordSize == 32, HasTypes = hasTypes, Seed = 12, Threads = 12 }, wordSize == 32 ? 0 : 4, wordSize == 32 ? 1 : 3);

    private static string[] Whatis(MdbDump dump, ulong address, string options = "") => dump.Lines($"0x{address:x}::whatis {options}");
}
