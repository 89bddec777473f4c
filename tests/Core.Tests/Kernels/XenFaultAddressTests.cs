using XenDumpAdapter.Core.Kernels.Xen;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Kernels;

public sealed class XenFaultAddressTests
{
    private const ulong Pc = 0xffff_82d0_4020_1000;

    [Fact]
    public void Xens_own_fault_is_at_what_the_hardware_says()
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 2), null, 0x1234, null);
        Assert.Equal((0x1234UL, "hardware cr2"), (address?.Value, text));
    }

    [Fact]
    public void What_Xen_printed_is_older_than_the_hardwares_register()
    {
        var panic = new PanicInfo { Kind = PanicKind.Hypervisor, Message = "FATAL PAGE FAULT [error_code=0002] Faulting linear address: ffff830000001000" };
        var (address, text) = XenFaultAddress.Of(Record(error: 2), null, 0x1234, panic);
        Assert.Equal(0xffff_8300_0000_1000UL, address?.Value);
        Assert.Equal("as Xen printed it; hardware cr2 is 0x1234, from a later access of Xen itself", text);
    }

    [Theory]
    [InlineData("Faulting linear address: ")]
    [InlineData("Faulting linear address: fffffffffffffffff0")]
    [InlineData("FATAL TRAP: vec 2, NMI[0000]")]
    public void A_line_that_names_no_address_is_passed_over(string message)
    {
        var panic = new PanicInfo { Kind = PanicKind.Hypervisor, Message = message };
        Assert.Equal(0x1234UL, XenFaultAddress.Of(Record(error: 2), null, 0x1234, panic).Address?.Value);
    }

    [Theory]
    [InlineData(Pc - 1, Pc)]
    [InlineData(Pc + 15, Pc)]
    [InlineData(Pc + 14, Pc + 14)]
    [InlineData(Pc, Pc)]
    public void An_instruction_is_fetched_from_its_pc_on(ulong hardware, ulong address) =>
        Assert.Equal(address, XenFaultAddress.Of(Record(error: 0x10), null, hardware, null).Address?.Value);

    [Fact]
    public void Nothing_is_said_where_nothing_is_known() => Assert.Equal((null, null), XenFaultAddress.Of(Record(error: 2), null, null, null));

    [Fact]
    public void The_hardwares_register_stands_in_for_a_guests_that_is_not_known()
    {
        var (address, text) = XenFaultAddress.Of(Record(error: 6, cs: 0xe033), null, 0x1234, null);
        Assert.Equal((0x1234UL, "hardware cr2, as the guest's own is not known"), (address?.Value, text));
    }

    private static SavedRegs Record(uint error, ushort cs = 0xe008)
    {
        var bytes = new ByteWriter().Zeros(0x78).U32(error).U32(14).U64(Pc).U64(cs).Zeros(0x70);
        return new SavedRegs(new UserRegsLayout(), new VirtualAddress(0xffff_8300_0000_0000), bytes.ToArray());
    }
}
