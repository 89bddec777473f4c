using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>How it is known which access faulted.</summary>
public enum FaultProof
{
    /// <summary>The recorded address lies in it.</summary>
    RecordedAddress,

    /// <summary>Its address is not in memory.</summary>
    NotInMemory,

    /// <summary>Its address is not canonical: the processor refuses it before it looks at page tables.</summary>
    NotCanonical,

    /// <summary>The instruction makes no other of that kind.</summary>
    OnlyOne,

    /// <summary>The instruction itself could not be fetched.</summary>
    Fetch,
}

/// <summary>The access that an exception interrupted: worked out from the instruction and the registers, and compared with the address that was recorded.</summary>
public sealed record FaultingAccess
{
    private const ulong PageSize = 4096;
    private const uint DoubleFault = 8;
    private const uint StackFault = 12;
    private const uint ProtectionFault = 13;
    private const uint PageFault = 14;
    private const uint WriteBit = 2;
    private const uint FetchBit = 16;

    /// <summary>The instruction that faulted; its text is <see cref="DisassembledInstruction.Absent"/> where it is not in memory.</summary>
    public required DisassembledInstruction Instruction { get; init; }

    /// <summary>Which of its accesses; null where the instruction itself could not be fetched.</summary>
    public MemoryAccess? Access { get; init; }

    /// <summary>The address that the fault was at: the first byte that could not be accessed; null where it cannot be told.</summary>
    public VirtualAddress? Address { get; init; }

    /// <summary>How that is known.</summary>
    public required FaultProof Proof { get; init; }

    /// <summary>What it did: <c>push %ebx writes 0xc5a08fdc: %esp (0xc5a08fe0) - 0x4</c>.</summary>
    public string Text()
    {
        string at = Address is { } address ? address.ToString() : "an address that is not known";
        if (Access is not { } access) return $"the instruction was fetched from {at}";
        string does = access.Writes ? access.Reads ? "changes" : "writes" : "reads";
        string made = access.Base is null && access.Index is null && access.Segment is null ? "" : $", {access.Made()}";
        string within = access.Address is { } start && Address is { } first && first != start ? $" (from {start} on)" : "";
        return $"{InstructionText} {does} {at}{within}{made}";
    }

    /// <summary>The instruction with single blanks.</summary>
    public string InstructionText => string.Join(' ', Instruction.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>
    /// The access that an exception of <paramref name="vector"/> interrupted; null where the exception is none that an access causes, the instruction cannot be
    /// read, or several accesses could have been it.
    /// </summary>
    /// <param name="context">Where the interrupted code runs.</param>
    /// <param name="registers">Its registers, with the pc.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="error">The error code (Intel SDM volume 3A, section 4.7 for a page fault's).</param>
    /// <param name="recorded">The address that the processor, or whoever delivered the fault, recorded; null where there is none. It need not be this fault's.</param>
    public static FaultingAccess? Of(CodeContext context, RegisterSet registers, uint vector, uint error, VirtualAddress? recorded)
    {
        if (registers.Pc is not { } pc || vector is not (DoubleFault or StackFault or ProtectionFault or PageFault)) return null;
        var instruction = new Disassembler(context.Architecture.InstructionSet, context.Memory.Read, context.NameOf).Disassemble(pc, 1)[0];
        if (vector == PageFault && Fetched(context, pc, error, instruction, recorded) is { } fetch) return fetch;
        if (!instruction.IsValid) return null;
        var accesses = InstructionAccess.Of(context.Architecture.InstructionSet, instruction.Bytes.Span, pc, registers);
        return accesses is null ? null : vector switch
        {
            PageFault => OfPageFault(context, instruction, accesses, error, recorded),
            ProtectionFault or StackFault => error == 0 ? OfBadAddress(context, instruction, accesses) : null,
            _ => ByAbsence(context, instruction, [.. accesses.Where(a => a.IsImplicit && a.Writes)]),
        };
    }

    /// <summary>The pc's own page is absent, or the processor says that it was fetching.</summary>
    private static FaultingAccess? Fetched(CodeContext context, VirtualAddress pc, uint error, DisassembledInstruction instruction, VirtualAddress? recorded)
    {
        bool said = (error & FetchBit) != 0;
        bool absent = instruction.Text == DisassembledInstruction.Absent && (recorded is { } at ? at == pc : context.Memory.Explain(pc).Kind == FaultKind.NotMapped);
        if (!said && !absent) return null;
        bool within = recorded is { } r && unchecked(r.Value - pc.Value) < InstructionAccess.LongestInstruction;
        return new FaultingAccess { Instruction = instruction, Address = within ? recorded : pc, Proof = FaultProof.Fetch };
    }

    private static FaultingAccess? OfPageFault(
        CodeContext context, DisassembledInstruction instruction, IReadOnlyList<MemoryAccess> accesses, uint error, VirtualAddress? recorded)
    {
        bool write = (error & WriteBit) != 0;
        var kind = accesses.Where(a => write ? a.Writes : a.Reads).OrderBy(a => !write && a.Writes ? 1 : 0).ToList();
        if (recorded is { } known && kind.FirstOrDefault(a => a.Covers(known)) is { } covering)
            return new FaultingAccess { Instruction = instruction, Access = covering, Address = known, Proof = FaultProof.RecordedAddress };
        if (ByAbsence(context, instruction, kind) is { } absent) return absent;
        if (kind.Count != 1) return null;
        return new FaultingAccess { Instruction = instruction, Access = kind[0], Address = kind[0].Address ?? recorded, Proof = FaultProof.OnlyOne };
    }

    /// <summary>What the page tables map nowhere is surer than what the dump merely leaves out.</summary>
    private static FaultingAccess? ByAbsence(CodeContext context, DisassembledInstruction instruction, IReadOnlyList<MemoryAccess> accesses)
    {
        foreach (bool unmapped in (ReadOnlySpan<bool>)[true, false])
            foreach (var access in accesses)
                if (FirstAbsent(context, access, unmapped) is { } at)
                    return new FaultingAccess { Instruction = instruction, Access = access, Address = at, Proof = FaultProof.NotInMemory };
        return null;
    }

    /// <summary>The first byte of an access that is absent; null where all are there. An access reaches into at most one page more than it starts in.</summary>
    private static VirtualAddress? FirstAbsent(CodeContext context, MemoryAccess access, bool unmapped)
    {
        if (access.Address is not { } start) return null;
        if (IsAbsent(context, start, unmapped)) return start;
        ulong toNextPage = PageSize - start.Value % PageSize;
        var next = start + toNextPage;
        return (ulong)access.Size > toNextPage && IsAbsent(context, next, unmapped) ? next : null;
    }

    private static bool IsAbsent(CodeContext context, VirtualAddress at, bool unmapped) =>
        unmapped ? context.Memory.Explain(at).Kind == FaultKind.NotMapped : context.Memory.Explain(at).Kind is FaultKind.NotSaved or FaultKind.NotAnAddress;

    private static FaultingAccess? OfBadAddress(CodeContext context, DisassembledInstruction instruction, IReadOnlyList<MemoryAccess> accesses)
    {
        if (context.Architecture.InstructionSet != InstructionSet.Amd64) return null;
        var bad = accesses.FirstOrDefault(a => a.Address is { } at && !IsCanonical(at));
        return bad is null ? null : new FaultingAccess { Instruction = instruction, Access = bad, Address = bad.Address, Proof = FaultProof.NotCanonical };
    }

    /// <summary>Bits 63 to 47 are all equal (Intel SDM volume 1, section 3.3.7.1).</summary>
    internal static bool IsCanonical(VirtualAddress address) => unchecked((ulong)((long)(address.Value << 16) >> 16)) == address.Value;
}
