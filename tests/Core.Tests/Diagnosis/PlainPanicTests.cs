using XenDumpAdapter.Core.Diagnosis;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Opening;
using XenDumpAdapter.Core.Samples;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.TestKit.Solaris;

namespace XenDumpAdapter.Core.Tests.Diagnosis;

/// <summary>A plain panic of a 64-bit kernel, from the bytes of its vmcore to the words.</summary>
public sealed class PlainPanicTests
{
    [Fact]
    public void A_null_pointer_in_a_module()
    {
        using var target = Open(new PlainPanic { Code = "48 8b 50 18", Cr2 = 0x18, At = new Dictionary<string, ulong> { ["rax"] = 0 } });
        var stack = target.Threads[0].Stack(TestContext.Current.CancellationToken);
        Assert.Equal(
            ["vpanic", "panic", "die", "trap", "cmntrap", "#PF", "nfs3_read", "nfs3_bio", "nfs3_big", "nfs3_async", "thread_start"],
            stack.Frames.Select(f => f.Exception?.Name ?? f.Function));
        var cause = Findings.Of(target, TestContext.Current.CancellationToken)[0];
        Assert.Equal("panic: #PF at nfs`nfs3_read+0x12: mov 0x18(%rax),%rdx reads 0x18: NULL + 0x18 (%rax is 0)", cause.Summary);
        Assert.Contains($"on CPU 0, in thread 0x{PlainPanic.Thread:x} (nfsd)", cause.Evidence);
        Assert.Contains("address 0x18: as the panic's message has it", cause.Evidence);
    }

    [Fact]
    public void A_freed_pointer()
    {
        using var target = Open(new PlainPanic
        {
            Code = "48 89 4b 20",
            Trap = 13,
            Message = "BAD TRAP: type=d (#gp General protection) rp={rp} addr=0",
            At = new Dictionary<string, ulong> { ["rbx"] = 0xdead_beef_dead_beef },
        });
        Assert.Equal(
            "panic: #GP at nfs`nfs3_read+0x12: mov %rcx,0x20(%rbx) writes 0xdeadbeefdeadbf0f: freed memory (kmem fills what is freed with 0xdeadbeef), as %rbx holds 0xdeadbeefdeadbeef",
            Findings.Of(target, TestContext.Current.CancellationToken)[0].Summary);
    }

    [Fact]
    public void A_stack_that_ran_out_ends_in_a_double_fault()
    {
        using var target = Open(new PlainPanic { Code = "53", Trap = 8, Sp = PlainPanic.Stack + 4, OnOtherStack = true, Message = "BAD TRAP: type=8 (#df Double fault) rp={rp} addr=0", FrameBytes = (0x800, 0x400) });
        var finding = Findings.Of(target, TestContext.Current.CancellationToken)[0];
        Assert.Equal(
            $"panic: kernel stack overflow: 0x{PlainPanic.Stack - 4:x} is 4 bytes below the stack 0x{PlainPanic.Stack:x}-0x{PlainPanic.StackEnd:x} of thread 0x{PlainPanic.Thread:x} (nfsd), in the guard page 0x{PlainPanic.Stack - 0x1000:x}",
            finding.Summary);
        string[] largest = [.. finding.Evidence.Where(e => e.StartsWith("largest: ", StringComparison.Ordinal)).Take(2)];
        Assert.Equal(["largest: nfs`nfs3_async: 2048 bytes (0x800)", "largest: nfs`nfs3_big: 1024 bytes (0x400)"], largest);
    }

    private static DumpTarget Open(PlainPanic panic)
    {
        var image = panic.Build();
        var dump = new BytesByteSource(VmcoreWriter.Build(image, new SolarisDumpSettings { PanicString = "BAD TRAP", NodeName = "plainhost" }), "vmcore.0");
        return DumpOpener.OpenFiles(new SampleFiles(dump, null, new BytesByteSource(KsymsWriter.Build(image), "unix.0"), ""), cancel: TestContext.Current.CancellationToken);
    }
}
