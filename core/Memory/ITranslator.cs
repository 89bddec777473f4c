using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>A map between two address spaces: page tables, a P2M, a dump's own translation list.</summary>
/// <typeparam name="TFrom">Kind of address that goes in.</typeparam>
/// <typeparam name="TTo">Kind of address that comes out.</typeparam>
public interface ITranslator<TFrom, TTo>
    where TFrom : struct, IAddress<TFrom>
    where TTo : struct, IAddress<TTo>
{
    /// <summary>Translates; false where nothing is mapped. On success <paramref name="runLength"/> bytes (at least 1) from there on are contiguous in both spaces.</summary>
    bool TryTranslate(TFrom from, out TTo to, out ulong runLength);

    /// <summary>Why <paramref name="from"/> does not translate; <see cref="FaultKind.None"/> if it does.</summary>
    Fault Explain(TFrom from);
}
