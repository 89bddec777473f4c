using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>Which access of an instruction faulted, from the instruction, the registers and what was recorded.</summary>
public sealed class FaultingAccessTests
{
    private const ulong Pc = 0xffff_ffff_f790_0012;
    private const ulong Mapped = 0xffff_ff00_0410_0000;
    private const ulong Absent = 0xffff_ff00_0420_0000;
    private const uint PageFault = 14;
    private const uint Write = 2;

    private readonly SparseMemory<VirtualAddress> _memory = new SparseMemory<VirtualAddress>().Put(Mapped, new byte[0x1000]);

    [Fact]
    public void A_recorded_address_names_the_access_that_covers_it()
    {
        // rep movsq from a mapped page into another: the write faulted, and the recorded address says in which byte of it.
        var found = Of("f3 48 a5", Write | 1, Mapped + 0x104, ("rsi", Mapped), ("rdi", Mapped + 0x100));
        Assert.Equal((FaultProof.RecordedAddress, Mapped + 0x104, "rdi"), (found!.Proof, found.Address!.Value.Value, found.Access!.Base!.Value.Name));
        Assert.StartsWith("rep movs", found.Text(), StringComparison.Ordinal);
        Assert.EndsWith("(%rsi),(%rdi) writes 0xffffff0004100104 (from 0xffffff0004100100 on), %rdi (0xffffff0004100100)", found.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("48 8b 50 18", 0u, 0x18UL, "%rax (0x0) + 0x18")] // mov 0x18(%rax),%rdx, rax 0
    [InlineData("48 89 04 cb", Write, Absent + 0x10, "%rbx (0xffffff0004200000) + %rcx (0x2) * 8")] // mov %rax,(%rbx,%rcx,8)
    [InlineData("ff 33", 0u, Absent, "%rbx (0xffffff0004200000)")] // push (%rbx): the read is what faults
    public void Without_a_recorded_address_it_is_the_access_that_is_not_in_memory(string code, uint error, ulong address, string made)
    {
        var found = Of(code, error, null, ("rax", 0UL), ("rbx", Absent), ("rcx", 2UL), ("rsp", Mapped + 0x800));
        Assert.Equal((FaultProof.NotInMemory, address, made), (found!.Proof, found.Address!.Value.Value, found.Access!.Made()));
        Assert.Contains(made, found.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_access_across_the_end_of_a_page_faults_at_the_next_ones_start()
    {
        var found = Of("48 8b 03", 0, null, ("rbx", Mapped + 0xffc));
        Assert.Equal(Mapped + 0x1000, found!.Address!.Value.Value);
        Assert.Contains($"reads 0x{Mapped + 0x1000:x} (from 0x{Mapped + 0xffc:x} on)", found.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_was_recorded_for_another_fault_is_not_taken()
    {
        var found = Of("48 8b 03", 0, Mapped + 0x20, ("rbx", Absent));
        Assert.Equal((FaultProof.NotInMemory, Absent), (found!.Proof, found.Address!.Value.Value));
    }

    [Fact]
    public void A_register_that_is_not_known_leaves_the_recorded_address()
    {
        var found = Of("48 8b 03", 0, Absent);
        Assert.Equal((FaultProof.OnlyOne, Absent, "%rbx (unknown)"), (found!.Proof, found.Address!.Value.Value, found.Access!.Made()));
    }

    [Fact]
    public void Two_accesses_that_could_both_have_been_it_are_not_told_apart_by_a_guess() =>
        Assert.Null(Of("a6", 1, null, ("rsi", Mapped), ("rdi", Mapped)));

    [Fact]
    public void A_push_on_the_last_word_of_a_stack_is_a_double_fault()
    {
        _memory.Put(Pc, Convert.FromHexString("53"));
        var found = FaultingAccess.Of(Context(), Registers(("rsp", Mapped)), 8, 0, null);
        Assert.Equal((FaultProof.NotInMemory, Mapped - 8), (found!.Proof, found.Address!.Value.Value));
    }

    [Fact]
    public void An_address_that_is_not_canonical_is_a_protection_fault()
    {
        _memory.Put(Pc, Convert.FromHexString("488b03"));
        var found = FaultingAccess.Of(Context(), Registers(("rbx", 0xdead_beef_dead_beef)), 13, 0, null);
        Assert.Equal((FaultProof.NotCanonical, 0xdead_beef_dead_beef), (found!.Proof, found.Address!.Value.Value));
        Assert.Null(FaultingAccess.Of(Context(), Registers(("rbx", Mapped)), 13, 0, null));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(Absent)]
    public void A_jump_to_nowhere_faults_where_it_landed(ulong pc)
    {
        var found = FaultingAccess.Of(Context(), Registers(("rip", pc)), PageFault, 0, new VirtualAddress(pc));
        Assert.Equal((FaultProof.Fetch, pc), (found!.Proof, found.Address!.Value.Value));
        Assert.Equal($"the instruction was fetched from 0x{pc:x}", found.Text());
    }

    [Theory]
    [InlineData("c3", 3u)] // #BP is no access's
    [InlineData("48 8d 03", 14u)] // lea touches nothing
    [InlineData("06", 14u)] // no instruction
    public void Nothing_is_said_of_what_no_access_causes(string code, uint vector)
    {
        _memory.Put(Pc, Convert.FromHexString(code.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Null(FaultingAccess.Of(Context(), Registers(("rbx", Absent)), vector, 0, new VirtualAddress(Absent)));
    }

    private FaultingAccess? Of(string code, uint error, ulong? recorded, params ReadOnlySpan<(string Name, ulong Value)> values)
    {
        _memory.Put(Pc, Convert.FromHexString(code.Replace(" ", "", StringComparison.Ordinal)));
        return FaultingAccess.Of(Context(), Registers(values), PageFault, error, recorded is { } r ? new VirtualAddress(r) : null);
    }

    private static RegisterSet Registers(params ReadOnlySpan<(string Name, ulong Value)> values)
    {
        var registers = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", Pc);
        foreach (var (name, value) in values) registers = registers.With(name, value);
        return registers;
    }

    private CodeContext Context() => new()
    {
        Kind = FrameKind.Kernel,
        Architecture = Core.Arch.Architecture.Amd64,
        Space = AddressSpace.Of("kernel", 64, _memory),
        Memory = _memory,
    };
}
