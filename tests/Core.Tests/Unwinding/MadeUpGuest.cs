using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>A guest's kernel: its code and memory.</summary>
internal sealed class MadeUpGuest(int bits)
{
    public const ulong Stack32 = 0xc010_4000;

    public SparseMemory<VirtualAddress> Memory { get; } = new();

    public MadeUpCode Code { get; } = new(bits, bits == 32 ? 0xc010_0000 : 0xffff_ffff_8010_0000);

    /// <summary>Where its code runs, after assembling it.</summary>
    public CodeContext Build()
    {
        var module = Code.Build(Memory, "kernel");
        return new CodeContext
        {
            Kind = FrameKind.Kernel,
            Architecture = bits == 32 ? Core.Arch.Architecture.Ia32 : Core.Arch.Architecture.Amd64,
            Space = AddressSpace.Of("dom0", bits, Memory),
            Memory = Memory,
            Modules = [module],
            Vcpu = "d0v0",
            KernelStart = bits == 32 ? null : new VirtualAddress(0xffff_8000_0000_0000),
        };
    }

    /// <summary>Walks the guest alone, as for a vcpu that waits.</summary>
    public static StackTrace Walk(CodeContext context, params ReadOnlySpan<(string Name, ulong Value)> values)
    {
        var registers = new RegisterSet(context.Architecture);
        foreach (var (name, value) in values) registers = registers.With(name, value);
        var environment = new UnwindEnvironment { GuestContext = _ => null, FaultAddress = _ => (null, null) };
        var start = FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false)!;
        return StackUnwinder.Walk(start, environment, TestContext.Current.CancellationToken);
    }
}
