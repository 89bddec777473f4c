using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>Finds the function at a pc and what it has inlined there, with the variables of every block that is open.</summary>
internal sealed class FunctionFinder(DwarfData data, TypeReader types)
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

    private bool TryFindSubprogram(ref DieReader dies, ulong pc, out Die function) =>
        TryFindSubprogram(ref dies, pc, everywhere: false, out function) || TryFindSubprogram(ref dies, pc, everywhere: true, out function);

    /// <summary>The function that covers the pc: at the top of the unit as in C, or anywhere (C++ and Ada nest them).</summary>
    private bool TryFindSubprogram(ref DieReader dies, ulong pc, bool everywhere, out Die function)
    {
        function = default;
        if (!dies.TryRead(dies.Unit.FirstDie, out var root) || !dies.TryFindEnd(root, out int next)) return false;
        while (next < dies.Unit.End)
        {
            if (!dies.TryRead(next, out var die)) return Broken(dies.Unit, next);
            if (die.IsNull && !everywhere) return false;
            if (die.Tag == DwTag.Subprogram && RangeList.Covers(ref dies, die, pc))
            {
                function = die;
                return true;
            }

            if (!(everywhere ? dies.TryFindEnd(die, out next) : dies.TryFindNext(die, out next))) return Broken(dies.Unit, die.Offset);
        }

        return false;
    }

    private bool Broken(DwarfUnit unit, int at)
    {
        data.Warn("die", $"the entries of the unit at 0x{unit.Offset:x} of .debug_info break off at 0x{at:x}; functions after it are not found.");
        return false;
    }
}
