using System.Text;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Xen;

/// <summary>
/// What the notes of a machine dump say, whichever container they came in (ELF or compressed kdump). Xen writes for each CPU a <c>CORE</c> note and then
/// its own with the control registers; the pid in the CORE note is 0 on every CPU, so a Xen note belongs to the CORE note before it. QEMU writes
/// all CORE notes first and then as many <c>QEMU</c> notes, in the same order.
/// </summary>
internal sealed class MachineNotes
{
    private const uint PrStatus = 1;
    private const uint PrPsInfo = 3;
    private const uint AuxiliaryVector = 6;
    private const uint XenCoreRegisters = 0x1000002;
    private const uint XenCrashInfoNote = 0x1000001;

    private readonly List<Dictionary<string, ulong>> _core = [];
    private readonly List<Dictionary<string, ulong>> _qemu = [];
    private readonly HashSet<int> _withXenRegisters = [];
    private readonly string _where;
    private readonly bool _bigEndian;
    private readonly DiagnosticBag _diagnostics;

    public MachineNotes(IEnumerable<ElfNote> notes, string where, bool bigEndian, DiagnosticBag diagnostics)
    {
        _where = where;
        _bigEndian = bigEndian;
        _diagnostics = diagnostics;
        foreach (var note in notes) Take(note);
        Cpus = MakeContexts();
    }

    /// <summary>Registers, one entry a CPU.</summary>
    public IReadOnlyList<CpuContext> Cpus { get; }

    /// <summary>Xen's crash note.</summary>
    public XenCrashInfo? XenCrash { get; private set; }

    /// <summary>VMCOREINFO_XEN.</summary>
    public string? XenVmcoreInfo { get; private set; }

    /// <summary>VMCOREINFO.</summary>
    public string? KernelVmcoreInfo { get; private set; }

    /// <summary>Whether QEMU wrote it.</summary>
    public bool IsQemu => _qemu.Count > 0;

    /// <summary>Whether Xen's kexec path wrote it.</summary>
    public bool IsXen => _withXenRegisters.Count > 0 || XenCrash is not null || XenVmcoreInfo is not null;

    /// <summary>Whether the notes are those of a process, which is no machine.</summary>
    public bool IsProcess { get; private set; }

    private void Take(ElfNote note)
    {
        switch (note.Name, note.Type)
        {
            case ("CORE", PrStatus):
                TakePrStatus(note);
                break;
            case ("CORE", PrPsInfo or AuxiliaryVector):
                IsProcess = true;
                break;
            case ("QEMU", 0):
                if (_qemu.Count < DumpLimits.Cpus && QemuCpuState.TryRead(note.Description.Span, out var state)) _qemu.Add(state);
                else Damaged(note);
                break;
            case ("Xen", XenCoreRegisters):
                TakeXenRegisters(note);
                break;
            case ("Xen", XenCrashInfoNote):
                if (XenCrash is null) XenCrash = XenCrashNote.Read(note.Description.Span, _bigEndian, Math.Max(0, _core.Count - 1));
                if (XenCrash is null) Damaged(note);
                break;
            case ("VMCOREINFO_XEN", _):
                XenVmcoreInfo ??= Text(note);
                break;
            case ("VMCOREINFO", _):
                KernelVmcoreInfo ??= Text(note);
                break;
        }
    }

    private void TakePrStatus(ElfNote note)
    {
        // A CPU whose registers are damaged keeps its place, or the notes behind it would go to the wrong CPU.
        if (!PrStatusRegisters.TryRead(note.Description.Span, _bigEndian, out var values)) Damaged(note);
        if (_core.Count < DumpLimits.Cpus) _core.Add(values);
        else _diagnostics.Warn("dump/too-many-cpus", $"{_where} has notes of more than {DumpLimits.Cpus} CPUs; the rest is not used.");
    }

    private void TakeXenRegisters(ElfNote note)
    {
        int cpu = _core.Count - 1;
        if (cpu < 0 || !_withXenRegisters.Add(cpu))
        {
            _diagnostics.Warn("dump/stray-xen-note", $"{_where} has Xen's control registers of a CPU whose CORE note is missing; they are not used.");
            return;
        }

        // crash_xen_core_t (xen/include/xen/elfcore.h): cr0, cr2, cr3, cr4, each an unsigned long.
        var reader = new SpanReader(note.Description.Span, _bigEndian);
        int word = note.Description.Length == 16 ? 4 : 8;
        var values = _core[cpu];
        foreach (string name in new[] { "cr0", "cr2", "cr3", "cr4" })
        {
            if (reader.TryReadUnsigned(word, out ulong value)) values[name] = value;
            else Damaged(note);
        }

        // Xen's elf_core_save_regs leaves the two bases unset; the zeros that stand there are no registers.
        values.Remove("fs_base");
        values.Remove("gs_base");
    }

    private List<CpuContext> MakeContexts()
    {
        var contexts = new List<CpuContext>();
        for (int i = 0; i < Math.Max(_core.Count, _qemu.Count); i++)
        {
            var values = i < _core.Count ? _core[i] : [];
            string source = _withXenRegisters.Contains(i) ? "NT_PRSTATUS + Xen core registers" : "NT_PRSTATUS";
            if (i < _qemu.Count)
            {
                values = _qemu[i];
                source = "QEMU CPU state";
            }

            contexts.Add(new CpuContext { Index = i, Source = source, Values = values });
        }

        return contexts;
    }

    private void Damaged(ElfNote note) =>
        _diagnostics.Warn("dump/note-damaged", $"{_where} has a {note.Name} note of type {AddressText.Hex(note.Type)} with {note.Description.Length} bytes, which is not its size; what it does not hold is missing.");

    private static string Text(ElfNote note)
    {
        var bytes = note.Description.Span;
        int end = bytes.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
