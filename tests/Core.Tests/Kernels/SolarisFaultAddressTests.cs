using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Kernels.Solaris;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>The address of a page fault of a Solaris kernel: as its message has it, as the processor kept it, or as the instruction tells.</summary>
public sealed class SolarisFaultAddressTests
{
    private const ulong Pc = 0xffff_ffff_f790_0012;
    private const ulong Record = 0xffff_ff00_0400_1600;

    private readonly SparseMemory<VirtualAddress> _memory = new SparseMemory<VirtualAddress>().Put(Pc, 0x48, 0x8b, 0x50, 0x18);

    [Theory]
    [InlineData("BAD TRAP: type=e (#pf Page fault) rp=ffffff0004001600 addr=18 occurred in module \"nfs\" due to a NULL pointer dereference", 0xffff_ff00_1234_5000, 0x18, "as the panic's message has it")]
    [InlineData("BAD TRAP: type=e (#pf Page fault) rp=ffffff0004009999 addr=77 occurred in module \"nfs\"", 0x18, 0x18, "cr2, as the panic saved it")]
    [InlineData("assertion failed: 0", 0x18, 0x18, "cr2, as the panic saved it")]
    [InlineData("BAD TRAP: rp= addr=", 0x18, 0x18, "cr2, as the panic saved it")]
    public void What_was_recorded_is_believed(string message, ulong cr2, ulong address, string text)
    {
        var found = Of(new KernelPanic { Message = message, Values = [new("cr2", cr2)] });
        Assert.Equal((address, text), (found.Address!.Value.Value, found.Text));
    }

    [Fact]
    public void A_cr2_that_the_instruction_does_not_touch_is_another_faults()
    {
        var (address, text) = Of(new KernelPanic { Values = [new("cr2", 0xffff_ff00_1234_5000)] });
        Assert.Equal(0x18UL, address?.Value);
        Assert.Equal("mov 0x18(%rax),%rdx reads 0x18, %rax (0x0) + 0x18; 0xffffff0012345000, cr2 as the panic saved it, is another fault's", text);
    }

    [Fact]
    public void A_thread_that_did_not_panic_has_only_its_instruction() => Assert.Equal(0x18UL, Of(null).Address?.Value);

    private (VirtualAddress? Address, string? Text) Of(KernelPanic? panic)
    {
        var context = new CodeContext { Kind = FrameKind.Kernel, Architecture = Core.Arch.Architecture.Amd64, Space = AddressSpace.Of("kernel", 64, _memory), Memory = _memory };
        var registers = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", Pc).With("rax", 0);
        return SolarisFaultAddress.Of(new VirtualAddress(Record), registers, 0, context, panic);
    }
}
