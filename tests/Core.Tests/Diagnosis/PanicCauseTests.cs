using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>A plain kernel panic: the trap, the instruction, the register and what the address is.</summary>
public sealed class PanicCauseTests
{
    private const string BadTrap = "BAD TRAP: type=e (#pf Page fault) rp=ffffff0004001600 addr=18 occurred in module \"nfs\" due to a NULL pointer dereference";

    [Fact]
    public void A_null_pointer_is_named_with_its_register_instruction_thread_and_cpu()
    {
        var cause = Cause(new MadeUpPanic { Message = BadTrap, Cr2 = 0x18, Registers = [("rax", 0)] }.At("48 8b 50 18"));
        Assert.Equal("panic: #PF at nfs`nfs3_read+0x12: mov 0x18(%rax),%rdx reads 0x18: NULL + 0x18 (%rax is 0)", cause.Summary);
        Assert.Contains($"on CPU 3, in thread 0x{MadeUpPanic.Thread:x} (nfsd)", cause.Evidence);
        Assert.Contains("console: " + BadTrap, cause.Evidence);
        Assert.Contains("instruction: mov 0x18(%rax),%rdx reads 0x18, %rax (0x0) + 0x18", cause.Evidence);
        Assert.Contains("address 0x18: cr2, as the panic saved it", cause.Evidence);
    }

    /// <summary>mov %rcx,0x20(%rbx) with rbx so.</summary>
    [Theory]
    [InlineData(0xdeadbeefdeadbeef, 13u, "writes 0xdeadbeefdeadbf0f: freed memory (kmem fills what is freed with 0xdeadbeef), as %rbx holds 0xdeadbeefdeadbeef")]
    [InlineData(0xbaddcafebaddcafe, 13u, "writes 0xbaddcafebaddcb1e: memory that was allocated and never written (kmem fills it with 0xbaddcafe), as %rbx holds 0xbaddcafebaddcafe")]
    [InlineData(0x1234567812345678, 13u, "writes 0x1234567812345698: no address at all: bits 63 to 47 differ (not canonical) (%rbx is 0x1234567812345678)")]
    [InlineData(0x0000000000412000, 14u, "writes 0x412020: a user address (the kernel has none below 0xfffffd8000000000) (%rbx is 0x412000)")]
    [InlineData(0xfffffffff7900100, 14u, "writes 0xfffffffff7900120: text: nfs`nfs3_read+0x20")]
    [InlineData(0xfffffffff7900e10, 14u, "writes 0xfffffffff7900e30: data: nfs`nfs_table+0x30")]
    [InlineData(0xffffff0009000000, 14u, "writes 0xffffff0009000020: not mapped (nothing is mapped at 0xffffff0009000020) (%rbx is 0xffffff0009000000)")]
    [InlineData(0xfffffffffffffff4, 14u, "writes 0x14: %rbx is -12, an error number or -1, not a pointer")]
    public void What_the_address_is(ulong rbx, uint vector, string end)
    {
        ulong? cr2 = vector == 14 ? unchecked(rbx + 0x20) : null;
        var cause = Cause(new MadeUpPanic { Message = "BAD TRAP: type=d", Vector = vector, Error = vector == 14 ? 2u : 0, Cr2 = cr2, Registers = [("rbx", rbx)] }.At("48 89 4b 20"));
        Assert.Equal($"panic: {(vector == 14 ? "#PF" : "#GP")} at nfs`nfs3_read+0x12: mov %rcx,0x20(%rbx) {end}", cause.Summary);
    }

    [Fact]
    public void A_cr2_of_another_fault_is_not_the_address()
    {
        var cause = Cause(new MadeUpPanic { Message = BadTrap, Cr2 = 0xffff_ff00_1234_5000, Registers = [("rax", 0)] }.At("48 8b 50 18"));
        Assert.Contains("reads 0x18: NULL + 0x18 (%rax is 0)", cause.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_through_a_null_pointer()
    {
        var made = new MadeUpPanic { Message = BadTrap, Error = 0x10, Cr2 = 0, Registers = [("rip", 0)] };
        Assert.Equal("panic: #PF at 0x0: jump to 0x0: NULL", Cause(made).Summary);
    }

    [Fact]
    public void A_stack_of_another_thread_is_named()
    {
        var made = new MadeUpPanic { Message = BadTrap, Error = 2, Cr2 = 0xffff_ff00_0500_0100, Registers = [("rbx", 0xffff_ff00_0500_00e0)] }.At("48 89 4b 20");
        made.Others.Add(new KernelThread { Address = new(0xffff_ff00_0501_0c40), Name = "zpool-rpool", Stack = new AddressRange(new(0xffff_ff00_0500_0000), 0x5000) });
        Assert.EndsWith("in the stack 0xffffff0005000000-0xffffff0005005000 of thread 0xffffff0005010c40 (zpool-rpool)", Cause(made).Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_assertion_names_who_asserted()
    {
        var cause = Cause(new MadeUpPanic { Message = "assertion failed: rp->r_count > 0, file: nfs3_vnops.c, line: 120", Trapped = false, Down = ["vpanic", "panic", "assfail"] }.CalledBy("nfs3_lookup", 0x44, 0x80));
        Assert.Equal("panic: assertion failed: rp->r_count > 0, file: nfs3_vnops.c, line: 120, called at nfs`nfs3_lookup+0x44", cause.Summary);
    }

    [Fact]
    public void A_panic_within_a_trap_that_is_not_about_it_is_told_by_its_message()
    {
        var cause = Cause(new MadeUpPanic { Message = "assertion failed: 0", Cr2 = 0x18, Registers = [("rax", 0)], Down = ["vpanic", "panic", "assfail", "nfs3_open"] }.At("48 8b 50 18"));
        Assert.Equal("panic: assertion failed: 0, called at nfs`nfs3_open+0x20", cause.Summary);
        Assert.Contains(cause.Evidence, e => e.StartsWith("exception record at ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_divide_error_has_no_address()
    {
        var cause = Cause(new MadeUpPanic { Message = "BAD TRAP: type=0", Vector = 0 }.At("48 f7 f1"));
        Assert.Equal("panic: #DE at nfs`nfs3_read+0x12", cause.Summary);
    }

    [Fact]
    public void An_overflow_of_a_threads_stack_names_the_thread_and_ranks_its_frames()
    {
        var made = new MadeUpPanic { Message = "BAD TRAP: type=8", Vector = 8, Sp = MadeUpPanic.Stack + 4, Registers = [("rsp", MadeUpPanic.Stack + 4)] }
            .At("53").CalledBy("nfs3_big_buffer", 0x30, 0x60).CalledBy("nfs3_bigger_buffer", 0x80, 0x450).CalledBy("nfs3_lookup", 0x44, 0x454).CalledBy("thread_start", 8, 0x70);
        using var target = made.Build();
        var findings = Findings.Of(target, TestContext.Current.CancellationToken);
        Assert.Equal(
            $"panic: kernel stack overflow: 0x{MadeUpPanic.Stack - 4:x} is 4 bytes below the stack 0x{MadeUpPanic.Stack:x}-0x{MadeUpPanic.StackEnd:x} of thread 0x{MadeUpPanic.Thread:x} (nfsd), in the guard page 0x{MadeUpPanic.Stack - 0x1000:x}",
            findings[0].Summary);
        string[] largest = [.. findings[0].Evidence.Where(e => e.StartsWith("largest: ", StringComparison.Ordinal)).Take(2)];
        Assert.Equal(["largest: nfs`nfs3_bigger_buffer: 1108 bytes (0x454)", "largest: nfs`nfs3_big_buffer: 1104 bytes (0x450)"], largest);
    }

    [Fact]
    public void An_address_below_the_stack_in_a_page_that_is_there_is_no_overflow()
    {
        var made = new MadeUpPanic { Message = BadTrap, Error = 3, Cr2 = MadeUpPanic.Stack - 8, Sp = MadeUpPanic.Stack + 0x10, Registers = [("rbx", MadeUpPanic.Stack - 0x28)] }
            .At("48 89 4b 20").CalledBy("nfs3_lookup", 0x44, 0x60);
        made.Memory.Put(MadeUpPanic.Stack - 0x1000, new byte[0x1000]);
        using var target = made.Build();
        Assert.DoesNotContain(Findings.Of(target, TestContext.Current.CancellationToken), f => f.Id == "stack-overflow");
    }

    private static Finding Cause(MadeUpPanic made)
    {
        using var target = made.Build();
        return Findings.Of(target, TestContext.Current.CancellationToken).Single(f => f.Id == "panic-cause");
    }
}
