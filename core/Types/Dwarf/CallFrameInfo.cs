using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The call frame information of one image: .debug_frame (DWARF 5, section 6.4) and .eh_frame (LSB Core 5.0, chapter 10.6). Its index is built when
/// first asked; rules are worked out row by row, for one pc. Safe from any thread.
/// </summary>
public sealed class CallFrameInfo
{
    private readonly CfiSection[] _sections;
    private readonly ulong _bias;
    private readonly int _addressSize;

    private CallFrameInfo(CfiSection[] sections, ulong bias, int addressSize)
    {
        _sections = sections;
        _bias = bias;
        _addressSize = addressSize;
    }

    /// <summary>The call frame information of an ELF file; null where it has none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bias">What is added to an address of the file to get one of the running program.</param>
    /// <param name="diagnostics">Where broken parts are reported.</param>
    public static CallFrameInfo? FromElf(ElfFile file, ulong bias = 0, DiagnosticBag? diagnostics = null)
    {
        var debugFrame = file.FindSection(".debug_frame");
        var ehFrame = file.FindSection(".eh_frame");
        return Open(
            debugFrame is null ? default : file.ReadSection(debugFrame), ehFrame is null ? default : file.ReadSection(ehFrame), ehFrame?.Address ?? 0,
            file.Is64 ? 8 : 4, file.BigEndian, bias, diagnostics);
    }

    /// <summary>The call frame information of an image; null where both sections are empty.</summary>
    /// <param name="debugFrame">.debug_frame; empty where there is none.</param>
    /// <param name="ehFrame">.eh_frame; empty where there is none.</param>
    /// <param name="ehFrameAddress">Where .eh_frame is linked to: pointers in it count from there.</param>
    /// <param name="addressSize">Bytes of an address: 4 or 8.</param>
    /// <param name="bigEndian">Whether numbers have their most significant byte first.</param>
    /// <param name="bias">What is added to an address of the file to get one of the running program.</param>
    /// <param name="diagnostics">Where broken parts are reported.</param>
    public static CallFrameInfo? Open(
        ReadOnlyMemory<byte> debugFrame, ReadOnlyMemory<byte> ehFrame, ulong ehFrameAddress, int addressSize, bool bigEndian = false, ulong bias = 0,
        DiagnosticBag? diagnostics = null)
    {
        diagnostics ??= new DiagnosticBag();
        var sections = new List<CfiSection>();
        if (!debugFrame.IsEmpty) sections.Add(new CfiSection(debugFrame, isEh: false, 0, addressSize, bigEndian, diagnostics));
        if (!ehFrame.IsEmpty) sections.Add(new CfiSection(ehFrame, isEh: true, ehFrameAddress, addressSize, bigEndian, diagnostics));
        return sections.Count == 0 ? null : new CallFrameInfo([.. sections], bias, addressSize);
    }

    /// <summary>The rules that hold at <paramref name="pc"/>; null where no entry covers it, or a broken one does (then with a diagnostic).</summary>
    /// <param name="pc">An address inside the function: a return address minus one for a frame that called.</param>
    public UnwindRow? FindRow(VirtualAddress pc)
    {
        ulong address = Cut(unchecked(pc.Value - _bias));
        foreach (var section in _sections)
        {
            if (section.Find(address) is not { } entry) continue;
            var start = new VirtualAddress(Cut(unchecked(entry.Start + _bias)));
            return CfiProgram.RowAt(section, entry, unchecked(address - entry.Start), start);
        }

        return null;
    }

    private ulong Cut(ulong address) => _addressSize == 4 ? address & uint.MaxValue : address;
}

/// <summary>How to find the caller's registers at one pc.</summary>
public sealed class UnwindRow
{
    /// <summary>Where the function that the rules are for starts.</summary>
    public required VirtualAddress FunctionStart { get; init; }

    /// <summary>Canonical frame address: a register plus an offset, or an expression.</summary>
    public required CfaRule Cfa { get; init; }

    /// <summary>Rules by DWARF register number; a register without an entry is unchanged if the ABI says callee-saved, else unknown.</summary>
    public required IReadOnlyDictionary<int, RegisterRule> Registers { get; init; }

    /// <summary>DWARF number of the return-address column.</summary>
    public required int ReturnAddressRegister { get; init; }

    /// <summary>Whether the function is a signal or trap frame (augmentation 'S'): the caller's pc is not a return address.</summary>
    public bool IsSignalFrame { get; init; }
}

/// <summary>How the CFA is computed.</summary>
/// <param name="Register">DWARF register number; -1 where <paramref name="Expression"/> is used.</param>
/// <param name="Offset">Bytes to add.</param>
/// <param name="Expression">A DWARF expression whose value is the CFA; empty otherwise.</param>
public readonly record struct CfaRule(int Register, long Offset, ReadOnlyMemory<byte> Expression = default);

/// <summary>What happened to a register.</summary>
public enum RegisterRuleKind
{
    /// <summary>Not recoverable. For the return address: the outermost frame.</summary>
    Undefined,

    /// <summary>Unchanged.</summary>
    SameValue,

    /// <summary>Saved at CFA + offset.</summary>
    AtCfaOffset,

    /// <summary>Its value is CFA + offset.</summary>
    ValueCfaOffset,

    /// <summary>In another register.</summary>
    InRegister,

    /// <summary>Saved at the address that the expression gives (CFA is pushed first).</summary>
    AtExpression,

    /// <summary>Its value is what the expression gives (CFA is pushed first).</summary>
    ValueExpression,
}

/// <summary>The rule for one register.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Value">Offset in bytes, or the DWARF number of the other register.</param>
/// <param name="Expression">For the expression kinds.</param>
public readonly record struct RegisterRule(RegisterRuleKind Kind, long Value = 0, ReadOnlyMemory<byte> Expression = default);
