using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>Registers that the kernel saved in memory: <c>struct regs</c> of a trap (usr/src/uts/intel/sys/privregs.h) and <c>label_t</c> of a switch (usr/src/uts/intel/sys/machtypes.h).</summary>
internal static class SolarisRegs
{
    /// <summary>Words of <c>struct regs</c> in order; an empty name is a word that is no register (the saved frame pointer and pc in front, trapno and err are named apart).</summary>
    private static readonly string[] TrapIa32 =
        ["", "", "gs", "fs", "es", "ds", "edi", "esi", "ebp", "esp", "ebx", "edx", "ecx", "eax", "trapno", "err", "eip", "cs", "eflags", "uesp", "ss"];

    private static readonly string[] TrapAmd64 =
    [
        "", "", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax", "rbx", "rbp", "r10", "r11", "r12", "r13", "r14", "r15", "fsbase", "gsbase",
        "ds", "es", "fs", "gs", "trapno", "err", "rip", "cs", "rflags", "rsp", "ss",
    ];

    private static readonly string[] LabelIa32 = ["eip", "esp", "ebp", "ebx", "esi", "edi"];
    private static readonly string[] LabelAmd64 = ["rip", "rsp", "rbp", "rbx", "r12", "r13", "r14", "r15"];

    /// <summary>The register that a name of the kernel's means; null for one that is none (<c>trapno</c>, <c>gdt</c>).</summary>
    public static Register? Find(Architecture architecture, string name) => architecture.Find(name switch
    {
        "fsbase" => "fs_base",
        "gsbase" => "gs_base",
        "efl" => "eflags",
        "rfl" => "rflags",
        _ => name,
    });

    /// <summary>The words of the <c>struct regs</c> at an address by the kernel's names; null where it is not all in the dump.</summary>
    public static IReadOnlyList<KeyValuePair<string, ulong>>? ReadTrap(SolarisImage image, VirtualAddress at)
    {
        string[] names = image.Word == 4 ? TrapIa32 : TrapAmd64;
        byte[] bytes = new byte[names.Length * image.Word];
        if (!image.Memory.TryRead(at, bytes)) return null;
        var values = new List<KeyValuePair<string, ulong>>();
        var reader = new SpanReader(bytes);
        foreach (string name in names)
            if (reader.TryReadUnsigned(image.Word, out ulong value) && name.Length > 0) values.Add(new(name, value));
        return values;
    }

    /// <summary>The registers among named values; null where the pc is not among them.</summary>
    public static RegisterSet? Of(Architecture architecture, IEnumerable<KeyValuePair<string, ulong>> values)
    {
        var set = new RegisterSet(architecture);
        foreach (var (name, value) in values)
            if (Find(architecture, name) is { } register) set = set.With(register, value);
        return set.Pc is null ? null : set;
    }

    /// <summary>Bytes of a <c>label_t</c>.</summary>
    public static int LabelBytes(Architecture architecture) => LabelNames(architecture).Length * architecture.PointerSize;

    /// <summary>The registers of a <c>label_t</c>; null where it was never set.</summary>
    public static RegisterSet? OfLabel(Architecture architecture, ReadOnlySpan<byte> label)
    {
        string[] names = LabelNames(architecture);
        Span<ulong> values = stackalloc ulong[8];
        var reader = new SpanReader(label);
        for (int i = 0; i < names.Length; i++)
            if (!reader.TryReadUnsigned(architecture.PointerSize, out values[i])) return null;
        return values[0] == 0 && values[1] == 0 ? null : new RegisterSet(architecture).With(names, values[..names.Length]);
    }

    private static string[] LabelNames(Architecture architecture) => architecture.InstructionSet == InstructionSet.Ia32 ? LabelIa32 : LabelAmd64;
}
