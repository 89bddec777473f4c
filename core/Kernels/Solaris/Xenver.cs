using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// What the hypervisor told the kernel of itself: the variable <c>xenver</c> (usr/src/uts/i86xpv/os/xen_machdep.c). In 2007 it was seven pointers to texts; since 2008 it is two
/// structures of numbers and texts, of the hypervisor at boot and of the current one. Members that cannot be read are null.
/// </summary>
public sealed record Xenver
{
    /// <summary>Bytes of the texts of a structure: version, change set, compiler, compiled by, domain, date, capabilities (xen/include/public/version.h).</summary>
    private static readonly int[] TextBytes = [16, 64, 64, 16, 32, 32, 1024];

    /// <summary><c>3.0.4-1-sun</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Change set.</summary>
    public string? Changeset { get; init; }

    /// <summary>Compiler.</summary>
    public string? Compiler { get; init; }

    /// <summary>When it was compiled.</summary>
    public string? CompileDate { get; init; }

    /// <summary>Who compiled it.</summary>
    public string? CompiledBy { get; init; }

    /// <summary>Where that was.</summary>
    public string? CompileDomain { get; init; }

    /// <summary>Capabilities: <c>xen-3.0-x86_32p</c>.</summary>
    public string? Capabilities { get; init; }

    /// <summary>Reads it; null where the kernel has none (it does not run under Xen) or nothing of it is text.</summary>
    public static Xenver? Read(SolarisImage image)
    {
        if (image.AddressOf("xenver") is not { } at || image.PointerAt(at) is not { } first) return null;

        // A major version is a small number; a pointer is not.
        const ulong LargestMajor = 0x1000;
        if (first.Value > LargestMajor) return OfPointers(image, at);
        ulong size = (ulong)((image.Word * 4) + TextBytes.Sum());
        return OfNumbers(image, at + size) ?? OfNumbers(image, at);
    }

    private static Xenver? OfPointers(SolarisImage image, VirtualAddress at)
    {
        string? Text(int index) => Clean(image.Text(image.PointerAt(at + (ulong)(index * image.Word)), TextBytes[^1]));
        var read = new Xenver
        {
            Version = Text(0),
            Changeset = Text(1),
            Compiler = Text(2),
            CompileDate = Text(3),
            CompiledBy = Text(4),
            CompileDomain = Text(5),
            Capabilities = Text(6),
        };
        return read == new Xenver() ? null : read;
    }

    private static Xenver? OfNumbers(SolarisImage image, VirtualAddress at)
    {
        ulong word = (ulong)image.Word;
        if (image.PointerAt(at) is not { Value: > 0 and < 100 } major || image.PointerAt(at + word) is not { Value: < 1000 } minor) return null;

        // xv_is_xvm stands between the version's text and the change set's.
        var texts = new string?[TextBytes.Length];
        var next = at + (3 * word);
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Clean(image.Text(next, TextBytes[i]));
            next += (ulong)TextBytes[i] + (i == 0 ? word : 0);
        }

        return new Xenver
        {
            Version = $"{major.Value}.{minor.Value}{texts[0]}",
            Changeset = texts[1],
            Compiler = texts[2],
            CompiledBy = texts[3],
            CompileDomain = texts[4],
            CompileDate = texts[5],
            Capabilities = texts[6],
        };
    }

    private static string? Clean(string? text) => text?.Trim() is { Length: > 0 } clean && clean.All(c => !char.IsControl(c)) ? clean : null;
}
