using Iced.Intel;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using static Iced.Intel.AssemblerRegisters;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Arguments that only the calling convention tells of.</summary>
public sealed class FrameArgumentsTests
{
    private static readonly BaseType Long = new("long", 8, BaseEncoding.Signed);

    private static string Arguments(Frame frame) => string.Join(", ", FrameVariables.Of(frame).Select(v => $"{v.Name}{v.Word:x}"));

    /// <summary>The arguments of <c>f</c>, whose caller goes on with these bytes.</summary>
    private static string Popped(params byte[] then)
    {
        var kernel = new MadeUpKernel(32);
        ulong fp = kernel.Top - 0x300;
        kernel.Frame(fp, fp + 0x100, kernel["g"] + 0x20, 0, 0x10, 0xf332_8700, 1, 5).Frame(fp + 0x100, 0, 0);
        kernel.Call(kernel["g"] + 0x20, "f", then);
        var trace = kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp);
        Assert.Equal("f g", trace.Names());
        return Arguments(trace.Frames[0]);
    }

    [Theory]
    [InlineData("0, 10, f3328700, 1", new byte[] { 0x83, 0xc4, 0x10 })]
    [InlineData("0, 10, f3328700, 1, 5", new byte[] { 0x81, 0xc4, 0x14, 0, 0, 0 })]
    [InlineData("0", new byte[] { 0x59, 0x90 })]
    [InlineData("0, 10", new byte[] { 0x59, 0x59, 0x90 })]
    [InlineData("0, 10, f3328700", new byte[] { 0x8d, 0x64, 0x24, 0x0c })]
    [InlineData("0, 10", new byte[] { 0x8d, 0xa4, 0x24, 0x08, 0, 0, 0 })]
    public void What_the_caller_pops_is_what_it_had_pushed(string arguments, byte[] then) => Assert.Equal(arguments, Popped(then));

    [Theory]
    [InlineData("nothing is popped", new byte[] { 0x90, 0x90, 0x90, 0x90 })]
    [InlineData("no whole words", new byte[] { 0x83, 0xc4, 0x0e })]
    [InlineData("more is pushed", new byte[] { 0x83, 0xc4, 0xf0 })]
    [InlineData("a frame is given up", new byte[] { 0x81, 0xc4, 0, 0x10, 0, 0 })]
    [InlineData("absurd", new byte[] { 0x81, 0xc4, 0xfc, 0xff, 0xff, 0x7f })]
    [InlineData("the stack pointer is another's", new byte[] { 0x8d, 0x65, 0xf4 })]
    [InlineData("another register", new byte[] { 0x83, 0xc0, 0x10 })]
    [InlineData("the code ends", new byte[0])]
    [InlineData("the instruction is cut off", new byte[] { 0x83, 0xc4 })]
    public void Anything_else_tells_of_none(string why, byte[] then) => Assert.True(Popped(then).Length == 0, why);

    [Fact]
    public void Arguments_that_memory_cuts_off_are_not_made_up()
    {
        var kernel = new MadeUpKernel(32);
        ulong fp = kernel.Top - 0x10;
        kernel.Frame(fp, 0, kernel["g"] + 0x20, 7, 8);
        kernel.Call(kernel["g"] + 0x20, "f", 0x83, 0xc4, 0x10);
        Assert.Equal("7, 8", Arguments(kernel.Walk(kernel["f"] + 0x10, fp - 0x20, fp).Frames[0]));
    }

    /// <summary>The arguments of a 64-bit function of these instructions, interrupted at the end of them.</summary>
    private static string Saved(Action<Assembler> body, FunctionType? type = null, int? before = null)
    {
        var kernel = new MadeUpKernel(64);
        var assembler = new Assembler(64);
        body(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), kernel["f"]);
        kernel.Memory.Put(kernel["f"], stream.ToArray());
        if (type is not null) kernel.Types = new OneType(type);
        ulong fp = kernel.Top - 0x300;
        kernel.Frame(fp, fp + 0x100, kernel["g"] + 0x20, 0x17, 0x18).Frame(fp + 0x100, 0, 0);
        kernel.Words(fp - 0x30, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11);
        var trace = kernel.Walk(kernel["f"] + (ulong)(before ?? (int)stream.Length), fp - 0x60, fp);
        return Arguments(trace.Frames[0]);
    }

    private static void Prologue(Assembler a)
    {
        a.push(rbp);
        a.mov(rbp, rsp);
        a.sub(rsp, 0x40);
    }

    [Fact]
    public void What_came_in_registers_is_stored_first_thing()
    {
        Assert.Equal("11, 12, 13, 14, 15, 16", Saved(a =>
        {
            Prologue(a);
            a.mov(__[rbp - 8], rdi);
            a.mov(__[rbp - 16], rsi);
            a.mov(__[rbp - 24], rdx);
            a.mov(__[rbp - 32], rcx);
            a.mov(__[rbp - 40], r8);
            a.mov(__[rbp - 48], r9);
        }));
    }

    [Fact]
    public void Or_from_the_last_to_the_first()
    {
        Assert.Equal("11, 12, 13", Saved(a =>
        {
            Prologue(a);
            a.mov(__[rbp - 24], rdx);
            a.mov(__[rbp - 16], rsi);
            a.mov(__[rbp - 8], rdi);
            a.mov(rbx, rdi);
        }));
    }

    [Fact]
    public void Or_pushed()
    {
        Assert.Equal("11, 12", Saved(a =>
        {
            a.push(rbp);
            a.mov(rbp, rsp);
            a.push(rdi);
            a.push(rsi);
            a.push(rbx);
            a.sub(rsp, 0x20);
        }));
    }

    [Fact]
    public void Other_stores_are_no_arguments()
    {
        Assert.Equal("", Saved(a =>
        {
            Prologue(a);
            a.mov(__[rbp - 16], rdi);
            a.mov(__[rbp - 8], rax);
        }));
        Assert.Equal("", Saved(a =>
        {
            Prologue(a);
            a.mov(rdi, rbx);
            a.mov(__[rbp - 8], rdi);
        }));
        Assert.Equal("", Saved(a =>
        {
            Prologue(a);
            a.call(rax);
            a.mov(__[rbp - 8], rdi);
        }));
        Assert.Equal("", Saved(a =>
        {
            a.sub(rsp, 0x40);
            a.mov(__[rbp - 8], rdi);
        }));
    }

    [Fact]
    public void What_has_not_run_yet_has_stored_nothing()
    {
        Assert.Equal("11", Saved(
            a =>
            {
                Prologue(a);
                a.mov(__[rbp - 8], rdi);
                a.mov(__[rbp - 16], rsi);
            },
            before: 12));
    }

    [Fact]
    public void The_functions_type_tells_how_many_and_those_beyond_six_stand_above()
    {
        var six = new FunctionType(() => Long, () => [.. Enumerable.Repeat(Long, 8)], false);
        Assert.Equal("11, 12, 13, 14, 15, 16, 17, 18", Saved(
            a =>
            {
                Prologue(a);
                a.mov(__[rbp - 8], rdi);
                a.mov(__[rbp - 16], rsi);
                a.mov(__[rbp - 24], rdx);
                a.mov(__[rbp - 32], rcx);
                a.mov(__[rbp - 40], r8);
                a.mov(__[rbp - 48], r9);
            },
            six));
        var one = new FunctionType(() => Long, () => [Long], false);
        Assert.Equal("11", Saved(
            a =>
            {
                Prologue(a);
                a.mov(__[rbp - 8], rdi);
                a.mov(__[rbp - 16], rsi);
            },
            one));
        Assert.Equal("", Saved(
            a =>
            {
                Prologue(a);
                a.mov(__[rbp - 8], rdi);
            },
            six));
    }

    private sealed class OneType(CType type) : ITypeSource
    {
        public string Description => "one type";

        public IEnumerable<string> Names => [];

        public CType? Find(string name) => null;

        public CType? OfSymbol(string symbolName) => symbolName == "f" ? type : null;
    }
}
