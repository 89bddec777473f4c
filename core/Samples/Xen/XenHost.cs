using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dwarf;
using XenDumpAdapter.Core.Samples.Machine;

namespace XenDumpAdapter.Core.Samples.Xen;

/// <summary>A structure of the hypervisor's in memory, to be filled in.</summary>
internal sealed record XenStruct(Ram Ram, StructSampleType Type, ulong Address, ulong Machine)
{
    public XenStruct Set(string path, ulong value)
    {
        var (offset, type) = Type.Place(path);
        Ram.Write(Machine + (ulong)offset, value, type.Size);
        return this;
    }

    public ulong AddressOf(string path) => Address + (ulong)Type.OffsetOf(path);
}

/// <summary>A host with the hypervisor loaded: its image, its page tables, its heap.</summary>
internal sealed class XenHost
{
    /// <summary>Where the hypervisor is linked to (xen/arch/x86/include/asm/config.h, XEN_VIRT_START), and its code's distance from there.</summary>
    public const ulong ImageBase = 0xffff_82d0_4000_0000;

    public const ulong TextOffset = 0x20_0000;

    /// <summary>DIRECTMAP_VIRT_START of the same file.</summary>
    public const ulong DirectMap = 0xffff_8300_0000_0000;

    /// <summary>The machine address that <see cref="ImageBase"/> stands for.</summary>
    public const ulong PhysStart = 0x20_0000;

    public const int FirstXenSlot = 256;
    public const int XenSlots = 16;

    private const int RamBytes = 6 << 20;

    public XenHost()
    {
        var linker = new ImageLinker(ImageBase + TextOffset, is64: true);
        new XenCode(linker, Types).Add();
        XenVariables.Add(linker, Types);
        Image = linker.Link();
        foreach (var section in Image.Sections) Ram.Write(MachineOf(section.Address), section.Bytes.Span);
        bool root = true;
        Tables = new Mappings(Ram, () =>
        {
            if (!root) return Ram.TakeFrame();
            root = false;
            return MachineOf(Image["idle_pg_table"]) >> 12;
        });
        for (ulong at = Image.Start; at < Image.End; at += Ram.Page) Tables.Map(at, MachineOf(at) >> 12, Mappings.Writable);
        for (ulong at = 0; at < RamBytes; at += 2 << 20) Tables.MapLarge(DirectMap + at, at, Mappings.Writable);
        SetVariables();
    }

    public Ram Ram { get; } = new(RamBytes);

    public XenTypes Types { get; } = new();

    public CodeImage Image { get; }

    /// <summary>The idle vcpus' page tables.</summary>
    public Mappings Tables { get; }

    /// <summary>Memory of the heap for a structure.</summary>
    public XenStruct Make(StructSampleType type)
    {
        ulong machine = TakePages((type.Size + Ram.Page - 1) / Ram.Page, 1);
        return new XenStruct(Ram, type, DirectMap + machine, machine);
    }

    /// <summary>Pages of the heap; their machine address.</summary>
    public ulong TakePages(int count, int alignment) => Ram.TakeFrames(count, alignment) << 12;

    /// <summary>Sets a variable, or an element of an array of words.</summary>
    public void Set(string symbol, ulong value, int size = 8, int index = 0) => Ram.Write(MachineOf(Image[symbol]) + (ulong)(index * size), value, size);

    public void SetText(string symbol, string text) => Ram.Write(MachineOf(Image[symbol]), System.Text.Encoding.Latin1.GetBytes(text + '\0'));

    /// <summary>The machine address of something in the hypervisor's image.</summary>
    public static ulong MachineOf(ulong address) => address - ImageBase + PhysStart;

    private void SetVariables()
    {
        Set("xen_phys_start", PhysStart);
        Set("conring", Image["_conring"]);
        Set("conring_size", XenVariables.ConsoleBytes, 4);
        SetText("saved_cmdline", "console=com1 com1=115200,8n1 noreboot loglvl=all guest_loglvl=all");
        Set("opt_noreboot", 1, 1);
    }

    /// <summary>Puts text into the console's ring.</summary>
    public void Print(string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text);
        ulong ring = MachineOf(Image["_conring"]);
        for (int i = 0; i < bytes.Length; i++) Ram.Write(ring + (ulong)(i % XenVariables.ConsoleBytes), bytes[i], 1);
        Set("conringp", (ulong)bytes.Length, 4);
        Set("conringc", (ulong)bytes.Length, 4);
    }
}
