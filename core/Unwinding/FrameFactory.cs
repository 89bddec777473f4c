using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Makes frames: looks up image, function and line. One place, so that every frame names things alike.</summary>
public static class FrameFactory
{
    /// <summary>A frame of code; null where pc or sp is not known.</summary>
    public static Frame? Code(CodeContext context, RegisterSet registers, FoundBy foundBy, bool pcIsReturnAddress, VirtualAddress? cfa = null)
    {
        if (registers.Pc is not { } pc || registers.Sp is not { } sp) return null;
        var lookup = pcIsReturnAddress ? pc - 1 : pc;
        var module = context.FindModule(lookup);
        var symbol = module?.Symbols.Find(lookup);
        return new Frame
        {
            Kind = KindOf(context, registers, pc),
            Context = context,
            Registers = registers,
            FoundBy = foundBy,
            Pc = pc,
            Sp = sp,
            PcIsReturnAddress = pcIsReturnAddress,
            Cfa = cfa,
            Module = module,
            Function = symbol?.Name,
            Offset = symbol is null ? null : unchecked(pc.Value - symbol.Address.Value),
        };
    }

    /// <summary>An exception record, and what it interrupted.</summary>
    public static Frame Record(CodeContext interrupted, RegisterSet registers, InterruptRecord record, UnwindEnvironment environment)
    {
        bool guest = record.Ring != 0;
        var (address, text) = record.Vector == ExceptionNames.PageFault && !record.IsInterrupt ? environment.FaultAddress(record) : (null, null);
        return new Frame
        {
            Kind = FrameKind.Exception,
            Context = interrupted,
            Registers = registers,
            FoundBy = FoundBy.ExceptionRecord,
            Pc = record.Pc,
            Sp = record.Sp,
            Exception = new ExceptionRecord
            {
                Address = record.Address,
                Vector = record.Vector,
                Name = IsHypercall(interrupted, record) ? "hypercall" : record.Name,
                ErrorCode = record.ErrorCode,
                ErrorText = record.IsInterrupt ? "" : ExceptionNames.Error(record.Vector, record.ErrorCode, guest && KindOf(interrupted, registers, record.Pc) == FrameKind.Kernel),
                FaultAddress = address,
                FaultAddressText = text,
                Cs = record.Cs,
                Pc = record.Pc,
                Ss = record.Ss,
                Sp = record.Sp,
            },
        };
    }

    /// <summary>
    /// Whether a 32-bit guest called Xen: its entry code records no vector then, but the number of the call in the error code's place (ENTRY(hypercall) of xen/arch/x86/x86_32/entry.S). The
    /// instruction before, <c>int $0x82</c>, tells it from a division by zero, which stops at the division itself.
    /// </summary>
    private static bool IsHypercall(CodeContext interrupted, InterruptRecord record)
    {
        if (record is not SavedRegs { Vector: 0, Layout.Is32: true, Ring: not 0 }) return false;
        Span<byte> before = stackalloc byte[2];
        return interrupted.Memory.Read(record.Pc - 2, before) == 2 && before[0] == 0xcd && before[1] == 0x82;
    }

    /// <summary>
    /// A 64-bit PV guest's kernel and programs both run in ring 3, so the address tells; a 32-bit one's kernel runs in ring 1, and outside of Xen a kernel runs in ring 0:
    /// then the ring tells, also where the kernel jumped to an address that is none of its own.
    /// </summary>
    private static FrameKind KindOf(CodeContext context, RegisterSet registers, VirtualAddress pc)
    {
        if (context.Kind == FrameKind.Hypervisor) return FrameKind.Hypervisor;
        if (context.FindModule(pc) is not null) return FrameKind.Kernel;
        if (registers["cs"] is { } selector && (selector & 3) != 3 && selector != 0) return FrameKind.Kernel;
        if (context.KernelStart is { } start) return pc >= start ? FrameKind.Kernel : FrameKind.User;
        return registers["cs"] is { } cs && (cs & 3) == 3 ? FrameKind.User : FrameKind.Kernel;
    }
}
