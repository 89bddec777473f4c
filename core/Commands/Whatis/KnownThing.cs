namespace XenDumpAdapter.Core.Commands.Whatis;

/// <summary>A run of memory that the dump's own structures say is something.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Name">What it is: <c>allocated as a thread structure</c>, <c>in thread c5a0ade0's stack</c>.</param>
/// <param name="IsObject">Whether an address in it is told by its distance from the start: a structure, not a stack.</param>
public readonly record struct KnownThing(ulong Start, ulong Length, string Name, bool IsObject);

/// <summary>Known things of one kind, found by address in logarithmic time.</summary>
public sealed class KnownThings
{
    private readonly KnownThing[] _things;

    /// <summary>The highest last byte of the things up to each one, as they may overlap.</summary>
    private readonly ulong[] _reach;

    /// <summary>Things of a kind.</summary>
    /// <param name="kind">What <c>-v</c> calls them: <c>threads</c>.</param>
    /// <param name="things">The things; those without a length are left out.</param>
    public KnownThings(string kind, IEnumerable<KnownThing> things)
    {
        Kind = kind;
        _things = [.. things.Where(t => t.Length > 0).OrderBy(t => t.Start)];
        _reach = new ulong[_things.Length];
        ulong reach = 0;
        for (int i = 0; i < _things.Length; i++) _reach[i] = reach = Math.Max(reach, LastOf(_things[i]));
    }

    /// <summary>What they are.</summary>
    public string Kind { get; }

    /// <summary>The things that an address is in, the one that begins nearest first.</summary>
    public IEnumerable<KnownThing> At(ulong address)
    {
        for (int i = FirstBehind(address) - 1; i >= 0 && _reach[i] >= address; i--)
            if (LastOf(_things[i]) >= address) yield return _things[i];
    }

    /// <summary>The thing that begins next behind an address; null where none does.</summary>
    public KnownThing? Behind(ulong address) => FirstBehind(address) is var next && next < _things.Length ? _things[next] : null;

    private int FirstBehind(ulong address)
    {
        int low = 0, high = _things.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_things[middle].Start <= address) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static ulong LastOf(KnownThing thing) => thing.Length - 1 > ulong.MaxValue - thing.Start ? ulong.MaxValue : thing.Start + (thing.Length - 1);
}
