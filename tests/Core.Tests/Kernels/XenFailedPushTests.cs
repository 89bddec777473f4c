using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Kernels;

/// <summary>
/// A guest that ran out of its stack leaves two addresses: its own, and that of Xen's attempt to push the fault on the same stack. Numbers as in the talk: a push
/// at 0xc5a08fe0, three words further down by Xen.
/// </summary>
public sealed class XenFailedPushTests
{
    private const ulong Sp = 0xc5a0_8fe0;
    private const ulong Pc = 0xf4c7_6e9d;
    private const ulong Pushed = Sp - 4;
    private const ulong XensOwn = Sp - 12;

    private static readonly PanicInfo DomainCrashed = new() { Kind = PanicKind.Domain };

    private readonly SparseMemory<VirtualAddress> _memory = new SparseMemory<VirtualAddress>().Put(Pc, 0x53).Put(0xc5a0_9000, new byte[0x40]);

    [Fact]
    public void The_instruction_tells_the_guests_address_from_Xens()
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 2), null, XensOwn, DomainCrashed, Guest());
        Assert.Equal(Pushed, address?.Value);
        Assert.Equal(
            "push %ebx writes 0xc5a08fdc, %esp (0xc5a08fe0) - 0x4; hardware cr2 is 0xc5a08fd4: Xen's own failed push, 12 bytes below the guest's stack pointer 0xc5a08fe0, when it tried to deliver the fault",
            text);
    }

    [Fact]
    public void What_Xen_kept_for_the_guest_is_believed_where_the_instruction_touches_it()
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 2), Vcpu(Pushed), XensOwn, DomainCrashed, Guest());
        Assert.Equal(Pushed, address?.Value);
        Assert.StartsWith("the guest's, as Xen keeps it for d0v0; hardware cr2 is 0xc5a08fd4: Xen's own failed push", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_Xen_kept_of_an_earlier_fault_is_not()
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 2), Vcpu(0xcd37_3000), XensOwn, DomainCrashed, Guest());
        Assert.Equal(Pushed, address?.Value);
        Assert.Contains("0xcd373000, the guest's, as Xen keeps it for d0v0, is another fault's", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sp - 17)]
    [InlineData(Sp)]
    [InlineData(0xff19_2f62)]
    public void A_hardware_address_out_of_the_event_frames_reach_is_a_later_access(ulong hardware)
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 2), null, hardware, DomainCrashed, Guest());
        Assert.Equal(Pushed, address?.Value);
        Assert.Contains("from a later access of Xen itself", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_domain_crashed_nothing_failed_to_be_delivered()
    {
        var (_, text) = XenFaultAddress.Of(Record(error: 2), null, XensOwn, null, Guest());
        Assert.Contains("from a later access of Xen itself", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_instruction_the_kept_address_stands()
    {
        var (address, _) = XenFaultAddress.Of(Record(error: 2), Vcpu(Pushed), XensOwn, DomainCrashed, null);
        Assert.Equal(Pushed, address?.Value);
    }

    private CodeContext Guest() => new()
    {
        Kind = FrameKind.Kernel,
        Architecture = Core.Arch.Architecture.Ia32,
        Space = AddressSpace.Of("dom0", 32, _memory),
        Memory = _memory,
    };

    private static Vcpu Vcpu(ulong cr2) => new()
    {
        Id = 0,
        Domain = new Domain { Id = 0, Address = new VirtualAddress(0xffbe4100), Kind = DomainKind.Pv },
        Address = new VirtualAddress(0xffbe1100),
        GuestCr2 = new VirtualAddress(cr2),
    };

    private static SavedRegs Record(uint error)
    {
        var bytes = new ByteWriter().Zeros(0x78).U32(error).U32(14).U64(Pc).U64(0x159).U64(0x10282).U64(Sp).U64(0x161).Zeros(0x20);
        return new SavedRegs(new UserRegsLayout(), new VirtualAddress(0xffbf_3fb4), bytes.ToArray());
    }
}
