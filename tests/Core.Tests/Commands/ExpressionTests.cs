using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Commands;

public sealed class ExpressionTests
{
    private static readonly CrashedHost Host = new();

    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("2 - 3 - 4", -5)]
    [InlineData("-7 / 2", -3)]
    [InlineData("-7 % 3", -1)]
    [InlineData("1 << 4 | 3", 19)]
    [InlineData("6 & 3 ^ 1", 3)]
    [InlineData("1 < 2 == 1", 1)]
    [InlineData("5 > 4 && 0 || 1", 1)]
    [InlineData("!0 + ~0", 0)]
    [InlineData("-1 >> 1", -1)]
    [InlineData("0 ? 10 : 1 ? 20 : 30", 20)]
    [InlineData("0x10 + 010 + 0b11 + 'A'", 16 + 8 + 3 + 65)]
    [InlineData("'\\n' + '\\x41' + '\\101'", 10 + 65 + 65)]
    [InlineData("0xffffffffffffffff + 2", 1)]
    [InlineData("-1 < 0u", 0)]
    [InlineData("-1 < 0", 1)]
    [InlineData("(unsigned char)0x1ff", 255)]
    [InlineData("(signed char)0xff", -1)]
    [InlineData("(_Bool)12", 1)]
    [InlineData("sizeof(struct vcpu)", 40)]
    [InlineData("sizeof(struct xen`vcpu) + sizeof(xen`vcpu_t)", 80)]
    [InlineData("(xen`nr_cpus) * 3", 6)]
    [InlineData("sizeof(struct vcpu *) + sizeof(char [3][5]) + sizeof(int)", 8 + 15 + 4)]
    [InlineData("sizeof idle_vcpu / sizeof idle_vcpu[0]", 4)]
    [InlineData("sizeof(*hardware_domain)", 16)]
    [InlineData("-0x7fffffffffffffff - 1", long.MinValue)]
    [InlineData("(-0x7fffffffffffffff - 1) / -1", long.MinValue)]
    [InlineData("(-0x7fffffffffffffff - 1) % -1", 0)]
    public void Calculates_as_C_does_in_64_bits(string text, long expected) => Assert.Equal(expected, Number(text));

    [Theory]
    [InlineData("nr_cpus", 2)]
    [InlineData("nr_cpus * 3 - 1", 5)]
    [InlineData("xen`nr_cpus", 2)]
    [InlineData("hardware_domain->tot_pages", 11287)]
    [InlineData("(*hardware_domain).tot_pages", 11287)]
    [InlineData("hardware_domain.tot_pages", 11287)]
    [InlineData("hardware_domain->vcpu[0]->vcpu_id", 7)]
    [InlineData("(*hardware_domain->vcpu)->processor", -2)]
    [InlineData("hardware_domain->vcpu[0]->domain->domain_id", 0)]
    [InlineData("((struct vcpu *)0xffff8300031e4000)->runstate", 1)]
    [InlineData("(*(vcpu_t *)0xffff8300031e4000).vcpu_id", 7)]
    [InlineData("((struct vcpu)0xffff8300031e4000).vcpu_id", 7)]
    [InlineData("(*(xen`vcpu_t *)0xffff8300031e4000).vcpu_id", 7)]
    [InlineData("hardware_domain->vcpu[0]->is_running", 1)]
    [InlineData("hardware_domain->vcpu[0]->pause_count", 5)]
    [InlineData("hardware_domain->vcpu[0]->cookie", 0x1234)]
    [InlineData("hardware_domain->vcpu[0]->name[4]", '0')]
    [InlineData("((unsigned char [40])0xffff8300031e4000)[32]", 'v')]
    [InlineData("*(unsigned short *)&nr_cpus", 2)]
    [InlineData("kstack[3]", 3)]
    [InlineData("*(int *)kstack", 0x03020100)]
    [InlineData("*(kstack + 5)", 5)]
    [InlineData("dom0:kstack[1]", 1)]
    [InlineData("*(char *)dom0:0xffffffff80104002", 2)]
    [InlineData("*(char *)machine:0x1003", '3')]
    [InlineData("*machine:0x1000 & 0xff", '0')]
    [InlineData("&idle_vcpu[3] - &idle_vcpu[1]", 2)]
    [InlineData("hardware_domain == *(struct domain **)&hardware_domain", 1)]
    public void Follows_objects_in_memory(string text, long expected) => Assert.Equal(expected, Number(text));

    [Theory]
    [InlineData("&idle_vcpu", CrashedHost.IdleVcpu)]
    [InlineData("&idle_vcpu[2]", CrashedHost.IdleVcpu + 16)]
    [InlineData("&idle_vcpu[0] + 1", CrashedHost.IdleVcpu + 8)]
    [InlineData("1 + &idle_vcpu[0]", CrashedHost.IdleVcpu + 8)]
    [InlineData("&hardware_domain->vcpu[0]->processor", CrashedHost.VcpuAddress + 4)]
    [InlineData("machine_halt", CrashedHost.XenBase + 0x1000)]
    [InlineData("&machine_halt", CrashedHost.XenBase + 0x1000)]
    [InlineData("common_interrupt + 4", CrashedHost.XenBase + 0x4004)]
    [InlineData("untyped_thing", CrashedHost.IdleVcpu)]
    [InlineData("&untyped_thing", CrashedHost.IdleVcpu)]
    [InlineData("*untyped_thing", 0xffff830003dfa000)]
    [InlineData("arch/x86/domain.c#default_idle", CrashedHost.XenBase + 0x2000)]
    [InlineData("xen`arch/x86/domain.c#default_idle + 1", CrashedHost.XenBase + 0x2001)]
    [InlineData("fault.constprop.0", CrashedHost.XenBase + 0x3000)]
    [InlineData("'fault.constprop.0'", CrashedHost.XenBase + 0x3000)]
    [InlineData("dom0:0xffffffff80104000", CrashedHost.KernelStack)]
    public void Knows_where_symbols_are(string text, ulong expected) => Assert.Equal(expected, unchecked((ulong)Number(text)));

    [Fact]
    public void A_number_after_a_space_belongs_to_that_space()
    {
        Assert.Equal("dom0", Value("dom0:0x1000 + 8").Space.Name);
        Assert.Equal("dom0", Value("*(int *)dom0:0xffffffff80104000").Space.Name);
        Assert.Equal("xen", Value("0x1000").Space.Name);
    }

    [Fact]
    public void Symbols_of_the_kernel_are_in_its_space_and_keep_their_type()
    {
        var kstack = Value("kstack");
        Assert.Equal("dom0", kstack.Space.Name);
        Assert.Equal("char [8192]", kstack.Type.DisplayName);
        Assert.Equal(CrashedHost.KernelStack, kstack.Address);
    }

    [Fact]
    public void Registers_are_the_frames()
    {
        var frames = Host.Open().Threads[0].Stack(TestContext.Current.CancellationToken).Frames;
        Assert.Equal(0x33, Number("$rax", frames[0]));
        Assert.Equal(CrashedHost.KernelBase + 0x212b, unchecked((ulong)Number("$pc", frames[3])));
        Assert.Equal(9, Number("$rbx", frames[3]));
        Assert.Equal("dom0", Value("$rsp + 8", frames[3]).Space.Name);
    }

    [Fact]
    public void A_register_that_the_dump_does_not_hold_has_no_value()
    {
        var frame = Host.Open().Threads[0].Stack(TestContext.Current.CancellationToken).Frames[3];
        Assert.Equal(ValueStatus.Unavailable, Value("$r15", frame).Status);
        Assert.Contains("r15 is not known", Error("$r15 + 1", frame).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("1 +", 3, "missing at the end")]
    [InlineData("1 2", 2, "not expected")]
    [InlineData("(1", 2, "')' is missing")]
    [InlineData("nr_cpus[1]", 0, "no array")]
    [InlineData("nr_cpu", 0, "did you mean nr_cpus?")]
    [InlineData("hardware_domain->tot_page", 17, "did you mean tot_pages?")]
    [InlineData("hardware_domain->vcpu->vcpu_id", 17, "no members")]
    [InlineData("ffff8300031e4000", 0, "0xffff8300031e4000")]
    [InlineData("(struct vcpuu *)1", 1, "did you mean struct vcpu?")]
    [InlineData("(struct vmlinux`vcpu *)1", 1, "no type is called struct vmlinux`vcpu")]
    [InlineData("(struct xen` *)1", 13, "a type's name must follow xen`")]
    [InlineData("struct vcpu", 0, "a type is no value")]
    [InlineData("vcpu_t", 0, "is a type")]
    [InlineData("sizeof(struct opaque)", 0, "only declared")]
    [InlineData("1 / (nr_cpus - 2)", 2, "division by zero")]
    [InlineData("1 % 0", 2, "division by zero")]
    [InlineData("1 << 64", 2, "0 to 63")]
    [InlineData("1 << -1", 2, "0 to 63")]
    [InlineData("nr_cpus = 4", 8, "cannot be changed")]
    [InlineData("machine_halt()", 12, "cannot be called")]
    [InlineData("$rip", 0, "none is selected")]
    [InlineData("mars:0x1000", 0, "no address space is called mars; there are: xen, dom0, machine")]
    [InlineData("mars`nr_cpus", 0, "no module is called mars; there are: xen, mini")]
    [InlineData("0xzz", 0, "no number")]
    [InlineData("12ab", 0, "hexadecimal is written 0x12ab")]
    [InlineData("0x1ffffffffffffffff", 0, "does not fit")]
    [InlineData("99999999999999999999", 0, "does not fit")]
    [InlineData("\"text\"", 0, "strings")]
    [InlineData("'x", 0, "quote")]
    [InlineData("a @ b", 2, "no meaning")]
    [InlineData("&5", 1, "no address")]
    [InlineData("&hardware_domain->vcpu[0]->is_running", 27, "bit field")]
    [InlineData("*hardware_domain + 1", 0, "no number")]
    [InlineData("**machine_halt", 2, "code")]
    [InlineData("&nr_cpus + &nr_cpus", 9, "cannot be added")]
    [InlineData("(int)*hardware_domain", 0, "cannot become int")]
    [InlineData("*(int *)0x10 + 1", 0, "cannot read xen:0x10: nothing is mapped at 0x10")]
    public void Says_what_is_wrong_and_where(string text, int position, string message)
    {
        var result = Error(text);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(position, result.ErrorPosition);
    }

    [Fact]
    public void An_object_that_cannot_be_read_is_still_an_object_at_its_place()
    {
        var value = Value("*(struct vcpu *)0x10");
        Assert.Equal(0x10UL, value.Address);
        Assert.False(Value("((struct vcpu *)0x10)->vcpu_id").TryGetUnsigned(out _));
    }

    [Theory]
    [InlineData("(", 4000)]
    [InlineData("-", 4000)]
    [InlineData("1+", 2000)]
    [InlineData("a.", 2000)]
    [InlineData("a[", 2000)]
    [InlineData("1?", 2000)]
    [InlineData("1?1:", 1000)]
    [InlineData("dom0:", 800)]
    [InlineData("(int)", 800)]
    [InlineData("sizeof ", 500)]
    [InlineData("(int(*", 600)]
    [InlineData("1,", 5000)]
    public void Deep_nesting_is_refused_not_survived_by_luck(string piece, int times)
    {
        string text = string.Concat(Enumerable.Repeat(piece, times)) + "1";
        Assert.NotNull(Error(text).Error);
    }

    [Fact]
    public void Any_text_gives_a_value_or_a_sentence()
    {
        string[] pieces = ["(", ")", "[", "]", "*", "&", "->", ".", "nr_cpus", "hardware_domain", "struct", "vcpu", "int", "1", "0x", "$rip", "dom0", ":", "?", "sizeof", "'", "`", "#", "-", "<<", "/", "0", "\\", " ", "!", "\u00e9"];
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 10)).Select(_ => pieces[random.Next(pieces.Length)]));
            var result = CExpression.Evaluate(text, new ExpressionScope(Host.Open()));
            Assert.True(result.Value is not null ^ result.Error is not null, text);
        }
    }

    [Theory]
    [InlineData("struct vcpu *", "struct vcpu *", 8)]
    [InlineData("struct vcpu *[4]", "struct vcpu *[4]", 32)]
    [InlineData("char (*)[16]", "char (*)[16]", 8)]
    [InlineData("long unsigned int", "unsigned long", 8)]
    [InlineData("unsigned", "unsigned int", 4)]
    [InlineData("const volatile short", "short", 2)]
    [InlineData("uint64_t", "uint64_t", 8)]
    [InlineData("void (*)(int, char *)", "void (*)()", 8)]
    [InlineData("char [2][3]", "char [2][3]", 6)]
    public void Reads_types(string text, string name, ulong size)
    {
        var type = CExpression.ParseType(text, new ExpressionScope(Host.Open()));
        Assert.NotNull(type);
        Assert.Equal(name, type.DisplayName);
        Assert.Equal(size, type.Size);
    }

    [Theory]
    [InlineData("struct")]
    [InlineData("struct nothing")]
    [InlineData("char [")]
    [InlineData("char (*")]
    [InlineData("")]
    [InlineData("5")]
    public void Text_that_is_no_type_has_none(string text) => Assert.Null(CExpression.ParseType(text, new ExpressionScope(Host.Open())));

    [Theory]
    [InlineData("idle_vcpu", "xen:0xffff82d040100000")]
    [InlineData("hardware_domain", "xen:0xffff82d040100108")]
    [InlineData("hardware_domain->vcpu[0]", "xen:0xffff8300031e4000")]
    [InlineData("*hardware_domain", "xen:0xffff830003f41000")]
    [InlineData("machine_halt", "xen:0xffff82d040001000")]
    [InlineData("arch/x86/domain.c#default_idle", "xen:0xffff82d040002000")]
    [InlineData("kstack", "dom0:0xffffffff80104000")]
    [InlineData("0xffffffff80104000", "dom0:0xffffffff80104000")]
    [InlineData("machine:0x1000", "machine:0x1000")]
    [InlineData("4096 * 2", "xen:0x2000")]
    public void A_place_is_an_object_or_where_a_pointer_points(string text, string expected)
    {
        var at = AddressExpression.Resolve(text, new ExpressionScope(Host.Open()), out var error);
        Assert.Null(error.Error);
        Assert.Equal(expected, at.ToString());
    }

    [Fact]
    public void A_place_that_cannot_be_known_says_why()
    {
        Assert.Null(AddressExpression.Resolve("*(int **)0x10", new ExpressionScope(Host.Open()), out var error));
        Assert.Contains("nothing is mapped at 0x10", error.Error, StringComparison.Ordinal);
    }

    private static TypedValue Value(string text, Frame? frame = null)
    {
        var result = CExpression.Evaluate(text, new ExpressionScope(Host.Open(), frame));
        Assert.True(result.Error is null, $"{text}: {result.Error}");
        return result.Value!;
    }

    private static long Number(string text, Frame? frame = null)
    {
        var value = Value(text, frame);
        Assert.True(value.TryGetSigned(out long number), $"{text} has no number");
        return number;
    }

    private static ExpressionResult Error(string text, Frame? frame = null)
    {
        var result = CExpression.Evaluate(text, new ExpressionScope(Host.Open(), frame));
        Assert.True(result.Value is null, $"{text} has a value");
        return result;
    }
}
