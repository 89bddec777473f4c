using System.Globalization;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>
/// The talk's conclusion without a human: code touched an address just below the stack that it ran on. Needs a page fault (or a double fault) whose address is not
/// in memory, a stack right above it, and the interrupted frames on that stack. The stack's bounds are its thread's where those are known, else what is mapped.
/// </summary>
internal static class StackOverflow
{
    private const ulong PageSize = 4096;

    /// <summary>Guard pages between the fault and the stack.</summary>
    private const int MaxGuardPages = 16;

    /// <summary>Pages of a stack that are followed up to its outermost frame.</summary>
    private const int MaxStackPages = 512;

    /// <summary>How far above the stack pointer, or below it, an access may be and still belong to the frame that is being made.</summary>
    private const ulong Reach = 64 * 1024;

    private const int PageFault = 14;
    private const int DoubleFault = 8;
    private const int FramesToBlame = 6;

    /// <summary>The finding, or null where this is no stack overflow.</summary>
    public static Finding? Find(DumpTarget target, CrashScene scene)
    {
        if (scene.Record is not { Exception: { } exception } || scene.Interrupted.ToList() is not { Count: > 0 } frames) return null;
        if (Touched(scene.Record, exception) is not { } fault || BoundsOf(frames, fault, exception.Sp) is not { } stack) return null;
        return Report(target, scene, exception, frames, fault, stack);
    }

    /// <summary>
    /// The address of the access that did not go through. Of a double fault it is the push, call or store of the interrupted instruction that is below the stack
    /// pointer, or the processor's own push of a first fault.
    /// </summary>
    private static VirtualAddress? Touched(Frame record, ExceptionRecord exception)
    {
        var access = FaultingAccess.Of(record.Context, record.Registers, exception.Vector, exception.ErrorCode, exception.FaultAddress);
        return exception.Vector switch
        {
            PageFault => exception.FaultAddress ?? access?.Address,
            DoubleFault => access?.Address ?? exception.Sp - (ulong)record.Context.Architecture.PointerSize,
            _ => null,
        };
    }

    /// <summary>The stack that starts above <paramref name="fault"/> and holds the interrupted frames; null where there is none.</summary>
    private static AddressRange? BoundsOf(List<Frame> frames, VirtualAddress fault, VirtualAddress sp)
    {
        var context = frames[0].Context;
        var outermost = frames[^1];
        if (context.FindStack(outermost.Sp) is { } known)
            return IsJustBelow(fault, known.Range.Start, sp) && (context.Kind == FrameKind.Hypervisor || IsAbsent(context, fault)) ? known.Range : null;

        // Frames may end on another stack than they began on, or the walk short of its stack: then it is the one right above the fault.
        foreach (var stack in context.Stacks)
            if (IsJustBelow(fault, stack.Range.Start, sp) && IsAbsent(context, fault) && frames.Any(f => stack.Range.Contains(f.Sp))) return stack.Range;

        if (context.Memory.Explain(fault).Kind is not FaultKind.NotMapped || StartAbove(context, fault) is not { } start) return null;
        if (!IsJustBelow(fault, start, sp) || outermost.Sp < start || !IsMapped(context, start, outermost.Sp)) return null;
        if (context.FindModule(start)?.Symbols.Find(start) is { Size: > 0 } symbol && symbol.Address == start && outermost.Sp.Value - start.Value <= symbol.Size)
            return new AddressRange(start, symbol.Size);
        return AddressRange.FromTo(start, outermost.Cfa ?? outermost.Sp);
    }

    private static bool IsJustBelow(VirtualAddress fault, VirtualAddress start, VirtualAddress sp) =>
        fault < start && start.Value - fault.Value <= MaxGuardPages * PageSize && Distance(fault, sp) <= Reach && Distance(sp, start) <= Reach;

    /// <summary>A dump that records translations, not page tables, cannot tell a page that was not mapped from one that it leaves out.</summary>
    private static bool IsAbsent(CodeContext context, VirtualAddress at) => context.Memory.Explain(at).Kind is FaultKind.NotMapped or FaultKind.NotSaved;

    private static ulong Distance(VirtualAddress a, VirtualAddress b) => a < b ? b.Value - a.Value : a.Value - b.Value;

    private static VirtualAddress? StartAbove(CodeContext context, VirtualAddress fault)
    {
        var page = new VirtualAddress(fault.Value & ~(PageSize - 1));
        for (int i = 1; i <= MaxGuardPages; i++)
            if (context.Memory.Explain(page + (ulong)i * PageSize).Kind is not FaultKind.NotMapped) return page + (ulong)i * PageSize;
        return null;
    }

    private static bool IsMapped(CodeContext context, VirtualAddress start, VirtualAddress end)
    {
        var at = start;
        for (int i = 0; i < MaxStackPages; i++, at += PageSize)
        {
            if (context.Memory.Explain(at).Kind is FaultKind.NotMapped) return false;
            if (end.Value - at.Value <= PageSize) return true;
        }

        return false;
    }

    private static Finding Report(
        DumpTarget target, CrashScene scene, ExceptionRecord exception, List<Frame> frames, VirtualAddress fault, AddressRange stack)
    {
        bool guest = frames[0].Kind != FrameKind.Hypervisor;
        string page = AddressText.Hex(fault.Value & ~(PageSize - 1));
        string which = guest ? "kernel stack overflow" : "hypervisor stack overflow";
        string below = Bytes(stack.Start.Value - fault.Value);
        string whose = guest && ThreadOf(scene, stack) is { } thread ? $" of {thread}" : "";
        string where = IsGuardPage(stack, fault) ? $"in the guard page {page}" : $"in the page {page}";
        string summary = $"{Victim(target, scene, guest)}: {which}: {fault} is {below} below the stack {stack}{whose}, {where}";
        return new Finding("stack-overflow", summary, [.. Evidence(scene, exception, frames, fault, stack)]);
    }

    /// <summary>Who died of it: <c>dom0 crashed</c>, <c>Xen crashed</c>, or a kernel that runs on no hypervisor: <c>panic</c>.</summary>
    private static string Victim(DumpTarget target, CrashScene scene, bool guest)
    {
        if (!guest) return "Xen crashed";
        if (target.Panic.Kind == PanicKind.Kernel) return "panic";
        return (target.Panic.Vcpu ?? scene.Thread.Vcpu) is { } vcpu ? $"dom{vcpu.Domain.Id} crashed" : "the guest crashed";
    }

    /// <summary>The thread whose stack it is, in words; null where none is known.</summary>
    private static string? ThreadOf(CrashScene scene, AddressRange stack) =>
        scene.Thread.KernelThread is { Stack: { } own } thread && own.Start == stack.Start ? ThreadText.Of(thread) : null;

    private static bool IsGuardPage(AddressRange stack, VirtualAddress fault) => stack.Start.Value - fault.Value <= PageSize;

    private static IEnumerable<string> Evidence(
        CrashScene scene, ExceptionRecord exception, List<Frame> frames, VirtualAddress fault, AddressRange stack)
    {
        var context = frames[0].Context;
        var access = FaultingAccess.Of(context, scene.Record!.Registers, exception.Vector, exception.ErrorCode, exception.FaultAddress);
        string instruction = access is { Access: not null } ? $"{access.InstructionText}: " : "";
        string error = exception.ErrorText.Length > 0 ? $"{exception.ErrorText}, " : "";
        yield return $"{exception.Name} at {FrameText.Place(frames[0])}: {instruction}{error}address {fault}{(exception.FaultAddressText is { } from ? $" ({from})" : "")}";
        if (Chain(scene) is { } chain) yield return chain;
        yield return $"{(context.Memory.Explain(fault).Kind == FaultKind.NotMapped ? "not mapped" : "not in the dump")}: {context.Memory.Explain(fault).Text}{NameOf(context, fault)}";
        yield return $"stack: {stack}, {Bytes(stack.Length)}{NameOf(context, stack.Start)}; stack pointer {exception.Sp} is {Relative(exception.Sp, stack.Start)}";
        var sizes = FrameSize.Of(frames);
        ulong used = unchecked(stack.End.Value - exception.Sp.Value);
        yield return $"{frames.Count(f => !f.Inline)} frames on {scene.Thread.Name} take {Bytes(used)}";
        foreach (var line in Blame(sizes)) yield return line;
    }

    /// <summary>From the physical CPU to the thread: <c>CPU 2 ran d0v0, which is the kernel's CPU 0, in thread …</c>; null without a model of the kernel.</summary>
    private static string? Chain(CrashScene scene)
    {
        if (scene.Thread is not { KernelCpu: { } cpu, KernelThread: { } thread }) return null;
        string under = scene.Thread is { Vcpu: { } vcpu } ? $"{(scene.Thread.Cpu is { } physical ? string.Create(CultureInfo.InvariantCulture, $"physical CPU {physical.Id} ran ") : "")}{vcpu.Name}, " : "";
        return string.Create(CultureInfo.InvariantCulture, $"{under}the kernel's CPU {cpu.Id}, in {ThreadText.Of(thread)}");
    }

    /// <summary>The functions by what all their frames take together: recursion shows as one function many times.</summary>
    private static IEnumerable<string> Blame(IReadOnlyList<FrameSize> sizes) =>
        sizes.GroupBy(s => FrameText.Function(s.Frame))
            .Select(g => (Name: g.Key, Count: g.Count(), Largest: g.Max(s => s.Bytes), Sum: g.Aggregate(0UL, (a, s) => a + s.Bytes)))
            .OrderByDescending(g => g.Sum)
            .Take(FramesToBlame)
            .Select(g => g.Count == 1
                ? $"largest: {g.Name}: {Bytes(g.Sum)} ({AddressText.Hex(g.Sum)})"
                : string.Create(CultureInfo.InvariantCulture, $"largest: {g.Name}: {g.Sum} bytes in {g.Count} frames, up to {g.Largest} each"));

    private static string NameOf(CodeContext context, VirtualAddress address) =>
        context.FindModule(address)?.Symbols.Find(address) is { } symbol ? $" ({symbol.Name})" : "";

    private static string Relative(VirtualAddress sp, VirtualAddress start) =>
        sp < start ? $"{Bytes(start.Value - sp.Value)} below it" : $"{Bytes(sp.Value - start.Value)} above its start";

    private static string Bytes(ulong count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "byte" : "bytes")}");
}
