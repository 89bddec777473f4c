using System.Collections;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types;

/// <summary>Images that are found by address in logarithmic time: a Solaris kernel has some 150 modules, each in two or three runs.</summary>
public sealed class ModuleMap : IReadOnlyList<Module>
{
    private readonly IReadOnlyList<Module> _modules;
    private readonly (ulong Start, ulong Length, int Module)[] _runs;

    /// <summary>The highest last byte of the runs up to each one: where damage lets runs overlap, those before may reach further.</summary>
    private readonly ulong[] _reach;

    /// <summary>The images of a list, which is not changed any more.</summary>
    public ModuleMap(IReadOnlyList<Module> modules)
    {
        _modules = modules;
        var runs = new List<(ulong Start, ulong Length, int Module)>();
        for (int i = 0; i < modules.Count; i++)
            foreach (var run in modules[i].DataRanges.Prepend(modules[i].Range))
                Add(runs, run, i);
        _runs = [.. runs.OrderBy(r => r.Start)];
        _reach = new ulong[_runs.Length];
        ulong reach = 0;
        for (int i = 0; i < _runs.Length; i++)
        {
            _reach[i] = reach = Math.Max(reach, _runs[i].Start + (_runs[i].Length - 1));
        }
    }

    private static void Add(List<(ulong Start, ulong Length, int Module)> runs, AddressRange run, int module)
    {
        if (run.Length == 0) return;
        ulong beforeTheEnd = ulong.MaxValue - run.Start.Value;
        bool wraps = run.Length - 1 > beforeTheEnd;
        runs.Add((run.Start.Value, wraps ? beforeTheEnd + 1 : run.Length, module));
        if (wraps) runs.Add((0, run.Length - 1 - beforeTheEnd, module));
    }

    /// <inheritdoc/>
    public int Count => _modules.Count;

    /// <inheritdoc/>
    public Module this[int index] => _modules[index];

    /// <summary>The first image of the list that covers <paramref name="address"/>, or null.</summary>
    public Module? Find(VirtualAddress address)
    {
        int low = 0, high = _runs.Length;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (_runs[middle].Start <= address.Value) low = middle + 1;
            else high = middle;
        }

        int first = int.MaxValue;
        for (int i = low - 1; i >= 0 && _reach[i] >= address.Value; i--)
            if (address.Value - _runs[i].Start < _runs[i].Length) first = Math.Min(first, _runs[i].Module);
        return first == int.MaxValue ? null : _modules[first];
    }

    /// <inheritdoc/>
    public IEnumerator<Module> GetEnumerator() => _modules.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
