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

    /// <summary>The mapped runs that touch <paramref name="first"/> to <paramref name="last"/>, ascending by where they begin; null where they cannot be listed. For searches and listings.</summary>
    /// <param name="first">First address.</param>
    /// <param name="last">Last address, itself among them.</param>
    /// <param name="cancel">Stops it.</param>
    IEnumerable<MappedRun>? Runs(TFrom first, TFrom last, CancellationToken cancel) => null;

    /// <summary>Why <paramref name="from"/> does not translate; <see cref="FaultKind.None"/> if it does.</summary>
    Fault Explain(TFrom from);
}

/// <summary>Addresses that lie together in two spaces.</summary>
/// <param name="From">First address that goes in.</param>
/// <param name="To">First address that comes out.</param>
/// <param name="Length">Bytes; 0 only where a listing was stopped.</param>
public readonly record struct MappedRun(ulong From, ulong To, ulong Length);
