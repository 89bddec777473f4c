using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Types;

/// <summary>A small program through the machine's gcc, in each version and width of DWARF, against gdb, addr2line and readelf.</summary>
public class CompiledProgramTests
{
    private const string Source = """
        typedef unsigned long ulong_t;
        enum colour { RED, GREEN = 5, NEGATIVE = -2 };
        struct list { struct list *next; int values[2][3]; };
        union word { int whole; unsigned char bytes[4]; };
        struct thing {
            char name[16];
            unsigned a : 3, b : 9;
            long long wide : 40;
            union { int anonymous; struct { short x, y; }; };
            enum colour colour;
            int (*handler)(struct thing *, ...);
            const volatile struct list *lists[2];
            union word word;
            double real; _Bool flag;
            ulong_t tail[];
        };
        struct thing *things; struct list all; volatile int sink;
        static inline __attribute__((always_inline)) int twice(int n, int unused) { int doubled = n * 2; sink = doubled; return doubled; }
        static inline __attribute__((always_inline)) int four(int n) { int r = twice(n, 9); { int inner = r + sink; r = twice(inner, 8); } return r; }
        __attribute__((noinline)) int work(struct list *l, int count) {
            int sum = 0;
            for (int i = 0; i < count; i++) sum += four(l->values[0][i]) + all.values[1][i];
            return sum + (things ? things->colour : 0);
        }
        __attribute__((noinline)) int recurse(int n) { char pad[100]; pad[n & 63] = (char)n; sink = pad[0]; return n ? recurse(n - 1) + pad[3] : work(&all, 3); }
        void _start(void) { sink = recurse(5); for (;;) ; }
        """;

    [Theory]
    [InlineData("-gdwarf-2", "-m64")]
    [InlineData("-gdwarf-3", "-m64")]
    [InlineData("-gdwarf-4", "-m64")]
    [InlineData("-gdwarf-5", "-m64")]
    [InlineData("-gdwarf-4", "-m32")]
    [InlineData("-gdwarf-5", "-m32")]
    [InlineData("-gdwarf64", "-m64")]
    public void Everything_is_as_other_tools_see_it(string dwarf, string width)
    {
        foreach (string optimization in new[] { "-O0", "-O2" })
        {
            string folder = Directory.CreateTempSubdirectory("xendump-gcc").FullName;
            try
            {
                if (Compile(folder, dwarf, width, optimization) is not { } program) { Assert.Skip("gcc is not here, or not for this width"); return; }
                Compare(program, width == "-m64" ? 8 : 4, dwarf == "-gdwarf64");
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Compare(string program, int addressSize, bool is64Bit)
    {
        using var image = new Image(program);
        Assert.True(DwarfOracle.CompareLayouts(image, "struct thing", "struct list", "union word") is null or > 30);
        var text = image.Elf.FindSection(".text")!;
        ulong[] all = [.. Enumerable.Range(0, (int)text.Size).Select(i => text.Address + (ulong)i)];

        // addr2line of binutils 2.40 does not read inlined calls of the 64-bit form.
        if (!is64Bit) Assert.True(DwarfOracle.CompareFunctionsAndLines(image, all) is null or > 100);
        Assert.True(DwarfOracle.CompareFrames(image, addressSize) is null or > 5);
        var thing = (AggregateType)image.Dwarf.Find("struct thing")!;
        Assert.Equal((128UL, 3), thing.FindMember("a") is { } a ? (a.BitOffset, a.BitSize!.Value) : default);
        Assert.Equal((131UL, 9), thing.FindMember("b") is { } b ? (b.BitOffset, b.BitSize!.Value) : default);
        Assert.Equal((140UL, 40), thing.FindMember("wide") is { } wide ? (wide.BitOffset, wide.BitSize!.Value) : default);
        Assert.Equal("int (*)(struct thing *, ...)", thing.FindMember("handler")!.Type.DisplayName);
        Assert.Equal("const volatile struct list *[2]", thing.FindMember("lists")!.Type.DisplayName.Replace("volatile const", "const volatile", StringComparison.Ordinal));
        Assert.Equal("int [2][3]", ((AggregateType)image.Dwarf.Find("struct list")!).FindMember("values")!.Type.DisplayName);
        Assert.Equal(-2, ((EnumType)image.Dwarf.Find("enum colour")!).Values[2].Value);
        Assert.Equal("struct thing *", image.Dwarf.OfSymbol("things")?.DisplayName);
        Assert.Equal("int (struct list *, int)", image.Dwarf.OfSymbol("work")?.DisplayName);
        var inlined = all.Select(pc => image.Dwarf.FindFunctions(new VirtualAddress(pc))).FirstOrDefault(f => f.Count > 0 && f[0].Name == "twice");
        Assert.NotNull(inlined);
        Assert.Equal(["twice", "four", "work"], inlined.Select(f => f.Name));
        Assert.Equal(["n", "unused", "doubled"], inlined[0].Variables.Select(v => v.Name));
        Assert.Equal(["l", "count", "sum", "i"], inlined[2].Variables.Select(v => v.Name));
        Assert.Empty(image.Diagnostics.Items);
    }

    private static string? Compile(string folder, string dwarf, string width, string optimization)
    {
        string source = System.IO.Path.Combine(folder, "small.c");
        string program = System.IO.Path.Combine(folder, "small");
        File.WriteAllText(source, Source);
        try
        {
            string? output = Tool.Run("gcc", width, "-g", dwarf, optimization, "-ffreestanding", "-fno-pic", "-no-pie", "-nostdlib", "-static", "-Wl,--build-id=none", "-o", program, source);
            return output is null ? null : program;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
