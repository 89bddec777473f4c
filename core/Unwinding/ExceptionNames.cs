using System.Globalization;

namespace XenDumpAdapter.Core.Unwinding;

/// <summary>Vectors and error codes in words (Intel SDM volume 3, chapter 6; Xen's own vectors from xen/arch/x86/include/asm/x86-defns.h and processor.h).</summary>
public static class ExceptionNames
{
    internal const uint PageFault = 14;

    private static readonly string[] Vectors =
    [
        "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "vector 9", "#TS", "#NP", "#SS", "#GP", "#PF", "vector 15", "#MF", "#AC", "#MC", "#XM", "#VE", "#CP",
    ];

    /// <summary>The vector's name: <c>#PF</c>, <c>NMI</c>, <c>IRQ 0xf0</c>, <c>syscall</c>.</summary>
    public static string Name(uint vector) => vector switch
    {
        < 22 => Vectors[vector],
        < 32 => string.Create(CultureInfo.InvariantCulture, $"vector {vector}"),
        < 256 => string.Create(CultureInfo.InvariantCulture, $"IRQ 0x{vector:x}"),
        256 => "syscall",
        257 => "sysenter",
        _ => string.Create(CultureInfo.InvariantCulture, $"entry 0x{vector:x}"),
    };

    /// <summary>The error code in words; empty where the vector has none or it says nothing.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="error">The error code.</param>
    /// <param name="guestKernel">Whether the code that faulted was a PV guest's kernel: it runs without privilege, so the user bit says nothing of it.</param>
    public static string Error(uint vector, uint error, bool guestKernel) => vector switch
    {
        PageFault => PageFaultText(error, guestKernel),
        10 or 11 or 12 or 13 when error != 0 => SelectorText(error),
        _ => "",
    };

    /// <summary>Whether the processor pushes an error code for the vector.</summary>
    public static bool HasErrorCode(uint vector) => vector is 8 or 10 or 11 or 12 or 13 or PageFault or 17 or 21;

    private static string PageFaultText(uint error, bool guestKernel)
    {
        string access = (error & 16) != 0 ? "instruction fetch from" : (error & 2) != 0 ? "write to" : "read from";
        string page = (error & 8) != 0 ? "a page whose table entry has reserved bits set" : (error & 1) != 0 ? "a page that does not allow it" : "a page that is not present";
        string mode = guestKernel ? "in a guest's kernel" : (error & 4) != 0 ? "in user mode" : "in kernel mode";
        string more = (error & 0x20) != 0 ? ", protection key" : (error & 0x40) != 0 ? ", shadow stack" : "";
        return $"{access} {page}, {mode}{more}";
    }

    private static string SelectorText(uint error)
    {
        string table = (error & 2) != 0 ? "IDT" : (error & 4) != 0 ? "LDT" : "GDT";
        string from = (error & 1) != 0 ? ", while delivering an event" : "";
        string index = (error & 2) != 0 ? $"vector 0x{error >> 3:x}" : $"selector 0x{error & 0xfff8:x}";
        return string.Create(CultureInfo.InvariantCulture, $"{table} {index}{from}");
    }
}
