using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Xen;

/// <summary>Reads <c>struct cpu_user_regs</c> (xen/include/public/arch-x86/xen-x86_64.h) where Xen keeps one outside a stack: a vcpu's saved registers.</summary>
internal static class UserRegs
{
    private static readonly string[] Names =
    [
        "r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi", "rip", "cs", "rflags", "rsp", "ss", "es", "ds", "fs", "gs",
    ];

    /// <summary>
    /// The registers at <paramref name="path"/> of a structure, as a guest of <paramref name="bits"/> bits sees them; null where the layout has no such
    /// member or nothing of it can be read.
    /// </summary>
    public static RegisterSet? Read(StructAt at, string path, int bits)
    {
        var architecture = bits == 32 ? Architecture.Ia32 : Architecture.Amd64;
        var registers = new RegisterSet(architecture);
        bool any = false;
        foreach (string name in Names)
        {
            string own = bits == 32 && name[0] == 'r' && name.Length == 3 && !char.IsDigit(name[1]) ? "e" + name[1..] : name == "rflags" && bits == 32 ? "eflags" : name;
            if (architecture.Find(own) is not { } register || (at.Number($"{path}.{name}") ?? at.Number($"{path}.{own}")) is not { } value) continue;
            registers = registers.With(register, value);
            any = true;
        }

        return any ? registers : null;
    }
}
