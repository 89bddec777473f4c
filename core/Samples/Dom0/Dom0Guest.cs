using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Machine;
using XenDumpAdapter.Core.Samples.Xen;

namespace XenDumpAdapter.Core.Samples.Dom0;

/// <summary>
/// The paravirtual dom0: its frames, which are anywhere in the machine; its kernel, loaded where Xen's domain builder would; its page tables, which hold
/// machine frames and have Xen's part at the top; its P2M and shared_info.
/// </summary>
internal sealed class Dom0Guest
{
    public const int Frames = 320;

    private const ulong KernelFrame = 0x100;

    /// <summary>Neighbours in the guest are this far apart in the machine; it has no divisor in common with the number of frames.</summary>
    private const ulong Scatter = 131;

    private readonly XenHost _host;
    private readonly ulong _firstFrame;
    private ulong _nextPfn;

    public Dom0Guest(XenHost host, bool is64, Action<Dom0Code> code)
    {
        _host = host;
        Is64 = is64;
        _firstFrame = host.Ram.TakeFrames(Frames, 1);
        var linker = new ImageLinker(VirtualBase + (KernelFrame << 12), is64);
        code(new Dom0Code(linker));
        Kernel = linker.Link();
        _nextPfn = KernelFrame + (Kernel.End - Kernel.Start + Ram.Page - 1) / Ram.Page;
        Tables = new Mappings(host.Ram, () => MachineFrame(_nextPfn++));
        LoadKernel();
        Tables.Share(host.Tables, XenHost.FirstXenSlot, XenHost.XenSlots);
        SharedInfo = host.Make(host.Types.SharedInfo);
        WriteP2m();
    }

    public bool Is64 { get; }

    public CodeImage Kernel { get; }

    public Mappings Tables { get; }

    public XenStruct SharedInfo { get; }

    /// <summary>Where pseudo-physical address 0 is in the kernel's view.</summary>
    public ulong VirtualBase => Is64 ? 0xffff_ffff_8000_0000 : 0xc000_0000;

    /// <summary>Selectors of the kernel's code and stack (xen/include/public/arch-x86: FLAT_KERNEL_CS and _SS, and those of ring 1).</summary>
    public ushort Cs => Is64 ? (ushort)0xe033 : (ushort)0xe019;

    public ushort Ss => Is64 ? (ushort)0xe02b : (ushort)0xe021;

    /// <summary>The machine frame of one of the guest's.</summary>
    public ulong MachineFrame(ulong pfn) => pfn < Frames ? _firstFrame + (pfn * Scatter + 17) % Frames : throw new InvalidOperationException("dom0 has no frame left");

    /// <summary>The guest's frame that a machine frame is; null where it is not the guest's.</summary>
    public ulong? GuestFrame(ulong mfn)
    {
        for (ulong pfn = 0; pfn < Frames; pfn++)
            if (MachineFrame(pfn) == mfn) return pfn;
        return null;
    }

    private void LoadKernel()
    {
        ulong guard = Kernel.Symbols.GetValueOrDefault("guard_page");
        for (ulong at = Kernel.Start; at < Kernel.End; at += Ram.Page)
            if (at != guard) Tables.Map(at, MachineFrame(at - VirtualBase >> 12), Mappings.Writable | Mappings.User);
        foreach (var section in Kernel.Sections)
        {
            for (int offset = 0; offset < section.Bytes.Length;)
            {
                ulong at = section.Address + (ulong)offset;
                int room = (int)Math.Min(Ram.Page - (at & Ram.Page - 1), (ulong)(section.Bytes.Length - offset));
                _host.Ram.Write((MachineFrame(at - VirtualBase >> 12) << 12) + (at & Ram.Page - 1), section.Bytes.Span.Slice(offset, room));
                offset += room;
            }
        }
    }

    /// <summary>Three levels of frame numbers, the top one named in shared_info (xen/include/public/arch-x86/xen.h).</summary>
    private void WriteP2m()
    {
        int word = Is64 ? 8 : 4;
        ulong top = MachineFrame(_nextPfn++), middle = MachineFrame(_nextPfn++), leaf = MachineFrame(_nextPfn++);
        _host.Ram.Write(top << 12, middle, word);
        _host.Ram.Write(middle << 12, leaf, word);
        for (ulong pfn = 0; pfn < Frames; pfn++) _host.Ram.Write((leaf << 12) + pfn * (ulong)word, MachineFrame(pfn), word);
        int arch = Is64 ? _host.Types.SharedInfo.OffsetOf("arch") : 0x90c;
        _host.Ram.Write(SharedInfo.Machine + (ulong)arch, Frames, word);
        _host.Ram.Write(SharedInfo.Machine + (ulong)(arch + word), top, word);
    }
}
