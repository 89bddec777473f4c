using System.Buffers.Binary;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>A function or inlined call while it is collected.</summary>
internal sealed class Scope
{
    public required string Name { get; init; }

    /// <summary>Of the file.</summary>
    public ulong Start { get; init; }

    public SourceLine? CallSite { get; init; }

    /// <summary>How deep its own block is.</summary>
    public int Depth { get; init; }

    public List<DwarfVariable> Parameters { get; set; } = [];

    public List<(int Depth, DwarfVariable Variable)> Locals { get; } = [];

    /// <summary>By the entry that describes it for all calls: where each parameter and local of this call is.</summary>
    public Dictionary<int, DwarfVariable> ByRoot { get; } = [];
}

/// <summary>One pass over a function's entries that goes into every block and inlined call that covers the pc, and over the others.</summary>
internal sealed class ScopeWalk(TypeReader types, ulong pc)
{
    /// <summary>The function first, then what is inlined in it, ever deeper.</summary>
    public List<Scope> Scopes { get; } = [];

    /// <summary>Collects a function and what is in it.</summary>
    public void Enter(ref DieReader dies, in Die function) => TryEnter(ref dies, function, 0, out _);

    private bool TryEnter(ref DieReader dies, in Die call, int depth, out int next)
    {
        var unit = dies.Unit;
        var scope = new Scope
        {
            Name = DieChain.NameOf(unit, call.Offset) ?? "<unnamed>",
            Start = StartOf(ref dies, call),
            Depth = depth,
            CallSite = call.Tag == DwTag.InlinedSubroutine ? InlinedCallFinder.CallSiteOf(ref dies, call) : null,
        };
        Scopes.Add(scope);
        bool ok = TryWalk(ref dies, call, scope, depth, isOpen: true, out next);
        if (DieChain.OriginOf(ref dies, call) is { } origin) AddFromOrigin(scope, unit.Data.FindUnit((ulong)origin), origin);
        return ok;
    }

    /// <summary>
    /// A block. One that does not cover the pc is gone into, too: where a call in it does, it is open after all. (gcc writes (0, 0) for an empty range at the
    /// unit's start, which before DWARF 5 ends the block's list of ranges before it begins.)
    /// </summary>
    private bool TryWalkBlock(ref DieReader dies, in Die block, Scope scope, int depth, bool isOpen, out int next)
    {
        bool covers = isOpen && IsOpen(ref dies, block);
        int calls = Scopes.Count;
        bool ok = TryWalk(ref dies, block, scope, depth, covers, out next);
        if (covers || Scopes.Count == calls || !dies.TryFindEnd(block, out int at)) return ok;
        while (dies.TryRead(at, out var die) && !die.IsNull)
        {
            if (die.Tag == DwTag.Variable) Add(ref dies, die, scope, depth);
            if (!dies.TryFindNext(die, out at)) break;
        }

        return ok;
    }

    /// <summary>Goes over the children of an entry; <paramref name="next"/> is what follows them.</summary>
    private bool TryWalk(ref DieReader dies, in Die parent, Scope scope, int depth, bool isOpen, out int next)
    {
        if (!dies.TryFindEnd(parent, out next)) return false;
        if (!parent.Shape.HasChildren) return true;
        while (dies.TryRead(next, out var die))
        {
            if (die.IsNull)
            {
                next = die.Attributes;
                return true;
            }

            if (isOpen && die.Tag is (DwTag.FormalParameter or DwTag.Variable)) Add(ref dies, die, scope, depth);
            bool ok = depth >= DumpLimits.Nesting ? dies.TryFindNext(die, out next)
                : die.Tag == DwTag.LexicalBlock ? TryWalkBlock(ref dies, die, scope, depth + 1, isOpen, out next)
                : die.Tag == DwTag.InlinedSubroutine && RangeList.Covers(ref dies, die, pc) ? TryEnter(ref dies, die, depth + 1, out next)
                : dies.TryFindNext(die, out next);
            if (!ok) return false;
        }

        return false;
    }

    /// <summary>A block without code of its own only groups its contents.</summary>
    private bool IsOpen(ref DieReader dies, in Die block) =>
        RangeList.Covers(ref dies, block, pc) || !(dies.Has(block, DwAt.LowPc) || dies.Has(block, DwAt.Ranges));

    private void Add(ref DieReader dies, in Die die, Scope scope, int depth)
    {
        // extern declarations inside a function say nothing of the frame.
        if (dies.Flag(die, DwAt.Declaration)) return;
        var variable = Describe(dies.Unit, die.Offset, die.Tag == DwTag.FormalParameter);
        scope.ByRoot.TryAdd(DieChain.RootOf(dies.Unit, die.Offset), variable);
        if (variable.IsParameter) scope.Parameters.Add(variable);
        else scope.Locals.Add((depth, variable));
    }

    private DwarfVariable Describe(DwarfUnit unit, int offset, bool isParameter)
    {
        ReadOnlyMemory<byte>? location = null;
        if (DieChain.TryGet(unit, offset, DwAt.Location, out var value, out var owner)) location = LocationList.Find(owner, value, pc);
        return new DwarfVariable
        {
            Name = DieChain.NameOf(unit, offset),
            IsParameter = isParameter,
            Type = types.TypeOf(unit, offset),
            Location = location,
            Constant = DieChain.TryGet(unit, offset, DwAt.ConstValue, out var constant, out owner) ? BytesOf(owner, constant) : null,
            Unit = unit.InfoFor(types),
        };
    }

    /// <summary>
    /// Parameters and locals that the compiler describes once for the function, and not again for this call because they are nowhere in it. Parameters
    /// are put in the order of the declaration.
    /// </summary>
    private void AddFromOrigin(Scope scope, DwarfUnit? unit, int origin)
    {
        if (unit is null) return;
        var dies = new DieReader(unit);
        if (!dies.TryRead(origin, out var function) || !function.Shape.HasChildren || !dies.TryFindEnd(function, out int next)) return;
        var parameters = new List<DwarfVariable>();
        while (dies.TryRead(next, out var die) && !die.IsNull)
        {
            bool isParameter = die.Tag == DwTag.FormalParameter;
            if ((isParameter || die.Tag == DwTag.Variable) && !dies.Flag(die, DwAt.Declaration))
            {
                bool isHere = scope.ByRoot.TryGetValue(DieChain.RootOf(unit, die.Offset), out var variable);
                variable ??= Describe(unit, die.Offset, isParameter);
                if (isParameter) parameters.Add(variable);
                else if (!isHere) scope.Locals.Add((scope.Depth, variable));
            }

            if (!dies.TryFindNext(die, out next)) break;
        }

        scope.Parameters = [.. parameters, .. scope.Parameters.Except(parameters)];
    }

    private ulong StartOf(ref DieReader dies, in Die call)
    {
        if (dies.TryGet(call, DwAt.EntryPc, out var entry) && dies.Unit.AddressOf(entry) is { } address) return address;
        var ranges = RangeList.Of(ref dies, call);
        return ranges.TryRead(out ulong low, out _) ? low : pc;
    }

    /// <summary>DW_AT_const_value: a block or string as it is; a number in sixteen bytes, so that it serves any integer type.</summary>
    private static byte[]? BytesOf(DwarfUnit unit, AttributeValue value)
    {
        if (value.IsBlock) return unit.BlockOf(value).ToArray();
        var text = unit.StringBytes(value);
        if (!text.IsEmpty) return [.. text, 0];
        if (!value.IsConstant && !value.IsAddress) return null;
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value.Number);
        bool isNegative = value.Form is DwForm.Sdata or DwForm.ImplicitConst && value.Signed < 0;
        if (isNegative) bytes.AsSpan(8).Fill(0xff);
        return bytes;
    }
}
