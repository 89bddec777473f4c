using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>Which functions begin by making a frame: <c>push %ebp; mov %esp,%ebp</c>, in either encoding.</summary>
internal sealed class Prologues(Architecture architecture, AddressSpace space)
{
    private readonly byte[] _code = new byte[4];
    private readonly bool _is32 = architecture.InstructionSet == InstructionSet.Ia32;

    /// <summary>Whether one is there, or may be: a dump often lacks the code, or has a filler in its place.</summary>
    public bool MayStartAt(ulong function)
    {
        if (space.Read(function, _code) < _code.Length || _code.AsSpan().IndexOfAnyExcept(_code[0]) < 0) return true;
        ReadOnlySpan<byte> code = _code;
        ReadOnlySpan<byte> amd64 = [0x55, 0x48, 0x89, 0xe5], amd64Other = [0x55, 0x48, 0x8b, 0xec], ia32 = [0x55, 0x89, 0xe5], ia32Other = [0x55, 0x8b, 0xec];
        return _is32 ? code.StartsWith(ia32) || code.StartsWith(ia32Other) : code.StartsWith(amd64) || code.StartsWith(amd64Other);
    }
}
