using XenDumpAdapter.Core.Symbols;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>A run of addresses that becomes a section.</summary>
/// <param name="Name">Its name: <c>unix.text</c>.</param>
/// <param name="First">Its first address.</param>
/// <param name="Length">Bytes; never 0, and the last of them has an address.</param>
/// <param name="IsCode">Whether code is in it.</param>
/// <param name="IsHypervisor">Whether it is the hypervisor's.</param>
/// <param name="HasOwnRules">Whether the module has call frame information of its own, so that none is made for it.</param>
internal sealed record ImageRun(string Name, ulong First, ulong Length, bool IsCode, bool IsHypervisor = false, bool HasOwnRules = false)
{
    /// <summary>Its last address.</summary>
    public ulong Last => First + (Length - 1);

    /// <summary>Whether an address is in it.</summary>
    public bool Contains(ulong address) => unchecked(address - First) < Length;
}

/// <summary>A symbol of the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
/// <param name="Size">Bytes; 0 where unknown.</param>
/// <param name="Kind">What it names.</param>
/// <param name="IsGlobal">Whether it is global.</param>
/// <param name="Run">Index of the run that it is in, or -1.</param>
internal readonly record struct ImageSymbol(string Name, ulong Address, ulong Size, SymbolKind Kind, bool IsGlobal, int Run);
