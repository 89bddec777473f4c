using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Finds the function at a pc and what it has inlined there, with the variables of every block that is open.</summary>
internal sealed class FunctionFinder(TypeReader types)
{
    /// <summary>The innermost inlined call first, the function last; empty where the unit has no function there. The pc is the file's.</summary>
    public IReadOnlyList<DwarfFunction> Find(DwarfUnit unit, ulong pc)
    {
        var dies = new DieReader(unit);
        if (!TryFindSubprogram(ref dies, pc, out var function)) return [];
        var walk = new ScopeWalk(types, pc);
        walk.Enter(ref dies, function);
        var frameBase = dies.TryGet(function, DwAt.FrameBase, out var value) ? LocationList.Find(unit, value, pc) : null;
        var found = new List<DwarfFunction>();
        for (int i = walk.Scopes.Count - 1; i >= 0; i--)
        {
            var scope = walk.Scopes[i];
            found.Add(new DwarfFunction
            {
                Name = scope.Name,
                Inline = i > 0,
                Start = new VirtualAddress(unit.ToProgram(scope.Start)),
                CallSite = scope.CallSite,
                Variables = [.. scope.Parameters, .. scope.Locals.OrderBy(v => v.Depth).Select(v => v.Variable)],
                FrameBase = frameBase ?? default,
            });
        }

        return found;
    }

    /// <summary>The call that returns to an address; null where it is not described. The address is the file's.</summary>
    public DwarfCallSite? FindCallSite(DwarfUnit unit, ulong returnAddress)
    {
        var dies = new DieReader(unit);
        return TryFindSubprogram(ref dies, unchecked(returnAddress - 1), out var function) ? CallSiteFinder.Find(unit, function, returnAddress, types) : null;
    }

    /// <summary>What was inlined into the function at an address; nothing where the unit has no function there. The address is the file's.</summary>
    public static IEnumerable<DwarfInlinedCall> FindInlinedCalls(DwarfUnit unit, ulong pc) =>
        unit.Functions.Find(pc) is { } function ? InlinedCallFinder.Find(unit, function) : [];

    private static bool TryFindSubprogram(ref DieReader dies, ulong pc, out Die function)
    {
        function = default;
        return dies.Unit.Functions.Find(pc) is { } offset && dies.TryRead(offset, out function);
    }
}
