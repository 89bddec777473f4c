using System.Globalization;
using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>What kind of address code went wrong on.</summary>
internal enum BadAddressKind
{
    /// <summary>NULL, or a member of a structure at NULL.</summary>
    Null,

    /// <summary>A number that is an error, used as a pointer.</summary>
    ErrorNumber,

    /// <summary>A value that marks freed or unwritten memory, used as a pointer.</summary>
    Pattern,

    /// <summary>Not canonical: no address of a 64-bit processor.</summary>
    NotCanonical,

    /// <summary>Just below a stack.</summary>
    BelowStack,

    /// <summary>In a stack.</summary>
    Stack,

    /// <summary>Code of a module.</summary>
    Text,

    /// <summary>Data of a module.</summary>
    Data,

    /// <summary>The hypervisor's, for a guest.</summary>
    Hypervisor,

    /// <summary>A program's, for a kernel; a guest's, for the hypervisor.</summary>
    User,

    /// <summary>Mapped nowhere.</summary>
    NotMapped,

    /// <summary>The dump leaves it out: whether it was mapped is not known.</summary>
    NotSaved,

    /// <summary>An ordinary address that is in the dump.</summary>
    Readable,
}

/// <summary>What an address is that code went wrong on.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">A clause: <c>NULL + 0x18 (%rax is 0)</c>, <c>24 bytes below the stack of thread …</c>.</param>
internal sealed record BadAddress(BadAddressKind Kind, string Text)
{
    /// <summary>No kernel maps its first 64 KB.</summary>
    private const ulong NullReach = 64 * 1024;

    /// <summary>Largest error number that is passed as a pointer (MAX_ERRNO of Linux's include/linux/err.h; Xen has the same).</summary>
    private const ulong MaxError = 4095;

    /// <summary>How far below a stack counts as running out of it.</summary>
    private const ulong GuardReach = 64 * 1024;

    /// <summary>Tells what <paramref name="address"/> is.</summary>
    /// <param name="target">The dump.</param>
    /// <param name="context">Whose address it is.</param>
    /// <param name="address">The address.</param>
    /// <param name="access">The access that made it from registers; null where that is not known.</param>
    /// <param name="frame">The frame that made the access, for names of what was NULL; null for none.</param>
    public static BadAddress Of(DumpTarget target, CodeContext context, VirtualAddress address, MemoryAccess? access = null, Frame? frame = null) =>
        OfPattern(target, context, address, access)
        ?? OfNull(context, address, access, frame)
        ?? OfNotCanonical(context, address, access)
        ?? OfStack(target, context, address)
        ?? OfModule(target, context, address)
        ?? OfOthers(target, context, address, access)
        ?? OfMemory(context, address, access);

    private static BadAddress? OfPattern(DumpTarget target, CodeContext context, VirtualAddress address, MemoryAccess? access)
    {
        int size = context.Architecture.PointerSize;
        bool? solaris = IsSolaris(target, context);
        foreach (var register in Registers(access))
            if (register.Value is { } value && AddressPatterns.Exactly(value, size, solaris) is { } held)
                return new BadAddress(BadAddressKind.Pattern, $"{held.Text}, as %{register.Name} holds {AddressText.Hex(value)}");

        // A register that is known and holds something else: then the address is near a pattern by chance.
        if (access?.Base is { Value: not null } || AddressPatterns.Near(address.Value, size, solaris, out long offset) is not { } near) return null;
        string from = offset == 0 ? "" : $", at {AddressText.Hex(near.Value)}{Signed(offset)}";
        return new BadAddress(BadAddressKind.Pattern, near.Text + from);
    }

    private static BadAddress? OfNull(CodeContext context, VirtualAddress address, MemoryAccess? access, Frame? frame)
    {
        ulong top = context.Architecture.PointerSize == 8 ? ulong.MaxValue : uint.MaxValue;
        var holder = Registers(access).Cast<AddressRegister?>().FirstOrDefault(r => r!.Value.Value is { } v && top - v < MaxError);
        if (holder is { Value: { } error } bad && IsPointer(access, bad))
        {
            ulong number = top - error + 1;
            return new BadAddress(BadAddressKind.ErrorNumber, string.Create(CultureInfo.InvariantCulture, $"%{bad.Name} is -{number}, an error number or -1, not a pointer"));
        }

        bool below = access is { Base: { Value: 0 }, Displacement: < 0 } && top - address.Value < NullReach;
        if (address.Value >= NullReach && !below) return null;
        string offset = below ? $" - {AddressText.Hex(unchecked((ulong)-access!.Displacement))}" : address.Value == 0 ? "" : $" + {AddressText.Hex(address.Value)}";
        string member = frame is not null && access is { Base.Value: 0 } && NullMember.Find(frame, access.Displacement) is { } name ? $", {name}" : "";
        return new BadAddress(BadAddressKind.Null, $"NULL{offset}{member}{Held(access)}");
    }

    /// <summary>Beside another register it may be an index or a counter.</summary>
    private static bool IsPointer(MemoryAccess? access, AddressRegister register) =>
        access is { Index: null } && access.Base?.Name == register.Name && access.Displacement is >= 0 and < (long)NullReach;

    private static BadAddress? OfNotCanonical(CodeContext context, VirtualAddress address, MemoryAccess? access) =>
        context.Architecture.InstructionSet != InstructionSet.Amd64 || FaultingAccess.IsCanonical(address) ? null
            : new BadAddress(BadAddressKind.NotCanonical, $"no address at all: bits 63 to 47 differ (not canonical){Held(access)}");

    private static BadAddress? OfStack(DumpTarget target, CodeContext context, VirtualAddress address) =>
        OfStack(context, context.Stacks.Select(s => Named(target, s)), address) ?? OfStack(context, OtherStacks(target, context), address);

    private static BadAddress? OfStack(CodeContext context, IEnumerable<StackRange> stacks, VirtualAddress address)
    {
        BadAddress? below = null;
        foreach (var stack in stacks)
        {
            if (stack.Range.Contains(address)) return new BadAddress(BadAddressKind.Stack, $"in the stack {stack.Range} of {stack.Name}");
            ulong distance = unchecked(stack.Range.Start.Value - address.Value);
            if (below is null && distance is > 0 and <= GuardReach && IsAbsent(context, address) && HasBytes(context, stack.Range))
                below = new BadAddress(BadAddressKind.BelowStack, string.Create(CultureInfo.InvariantCulture, $"{distance} {(distance == 1 ? "byte" : "bytes")} below the stack {stack.Range} of {stack.Name}"));
        }

        return below;
    }

    /// <summary>A thread's stack in the words for threads.</summary>
    private static StackRange Named(DumpTarget target, StackRange stack)
    {
        foreach (var thread in target.Threads)
            if (thread.KernelThread is { Stack: { } own } known && own == stack.Range) return stack with { Name = ThreadText.Of(known) };
        return stack;
    }

    /// <summary>Of the hypervisor those of all CPUs, of a kernel that is modelled those of all its threads.</summary>
    private static IEnumerable<StackRange> OtherStacks(DumpTarget target, CodeContext context)
    {
        if (context.Kind == FrameKind.Hypervisor)
            return target.Cpus.SelectMany(cpu => cpu.Stacks.Select(stack => stack with { Name = string.Create(CultureInfo.InvariantCulture, $"CPU {cpu.Id} ({stack.Name})") }));
        if (target.Kernel is not { } kernel || kernel.Space != context.Space) return [];
        return kernel.Threads.Where(t => t.Stack is not null).Select(t => new StackRange(ThreadText.Of(t), t.Stack!.Value));
    }

    private static BadAddress? OfModule(DumpTarget target, CodeContext context, VirtualAddress address)
    {
        if (context.FindModule(address) is not { } module || module.Symbols.Find(address) is not { } symbol) return null;
        string name = context.NameOf(address)!;
        string there = context.Memory.Explain(address) is { Kind: not FaultKind.None } fault ? $" ({fault.Text})" : "";
        return symbol.Kind == SymbolKind.Object
            ? new BadAddress(BadAddressKind.Data, $"data: {name}{there}")
            : symbol.Kind == SymbolKind.Function ? new BadAddress(BadAddressKind.Text, $"text: {name}{there}") : new BadAddress(BadAddressKind.Data, $"in {module.Name}: {name}{there}");
    }

    private static BadAddress? OfOthers(DumpTarget target, CodeContext context, VirtualAddress address, MemoryAccess? access)
    {
        bool xens = target.Hypervisor?.Range is { } range && range.Contains(address);
        if (context.Kind == FrameKind.Hypervisor)
            return target.Hypervisor?.Range is null || xens ? null : new BadAddress(BadAddressKind.User, $"not one of Xen's own addresses, but a guest's{Held(access)}");
        if (xens) return new BadAddress(BadAddressKind.Hypervisor, $"an address that Xen keeps for itself{Held(access)}");
        return context.KernelStart is { } start && address < start
            ? new BadAddress(BadAddressKind.User, $"a user address (the kernel has none below {start}){Held(access)}")
            : null;
    }

    private static BadAddress OfMemory(CodeContext context, VirtualAddress address, MemoryAccess? access)
    {
        var fault = context.Memory.Explain(address);
        return fault.Kind switch
        {
            FaultKind.None => new BadAddress(BadAddressKind.Readable, $"mapped, and in the dump{Held(access)}"),
            FaultKind.NotMapped or FaultKind.NotAnAddress => new BadAddress(BadAddressKind.NotMapped, $"not mapped ({fault.Text}){Held(access)}"),
            _ => new BadAddress(BadAddressKind.NotSaved, $"not in the dump ({fault.Text}): nothing was mapped there, or it was left out{Held(access)}"),
        };
    }

    private static bool IsAbsent(CodeContext context, VirtualAddress address) => context.Memory.Explain(address).Kind is FaultKind.NotMapped or FaultKind.NotSaved;

    /// <summary>A stack of which the dump has nothing does not prove that it is one.</summary>
    private static bool HasBytes(CodeContext context, AddressRange stack) => stack.Length > 0 && (!IsAbsent(context, stack.Start) || !IsAbsent(context, stack.End - 1));

    /// <summary>Whether Solaris or illumos ran in the context; null where that is not known.</summary>
    private static bool? IsSolaris(DumpTarget target, CodeContext context)
    {
        if (context.Kind == FrameKind.Hypervisor) return false;
        if (target.Kernel is { } kernel && kernel.Space == context.Space) return true;
        return context.Modules.Any(m => m.Name is "vmlinux") ? false : null;
    }

    private static IEnumerable<AddressRegister> Registers(MemoryAccess? access)
    {
        if (access?.Base is { } b) yield return b;
        if (access?.Index is { } index) yield return index;
    }

    /// <summary><c> (%rax is 0)</c>, or nothing where no register is part of it or none is known.</summary>
    private static string Held(MemoryAccess? access)
    {
        string held = string.Join(", ", Registers(access).Where(r => r.Value is not null).Select(r => $"%{r.Name} is {(r.Value == 0 ? "0" : AddressText.Hex(r.Value!.Value))}"));
        return held.Length == 0 ? "" : $" ({held})";
    }

    private static string Signed(long offset) => offset < 0 ? $" - {AddressText.Hex((ulong)-offset)}" : $" + {AddressText.Hex((ulong)offset)}";
}
