using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>Typed values in the protocol's shapes.</summary>
internal static class ValueShape
{
    /// <summary>From this many parts on a client is told to ask page by page.</summary>
    private const ulong PagedFrom = 100;

    /// <summary>A value as a variable.</summary>
    /// <param name="session">The session.</param>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="expression">How the value is written in an expression; null where it cannot be.</param>
    /// <param name="format">How values are written.</param>
    /// <param name="owner">What its members are members of in an expression, where that is not the value itself: of an anonymous member, what has it.</param>
    public static VariableBody Variable(DapSession session, string name, TypedValue value, string? expression, ValueFormat format, string? owner = null)
    {
        var parts = Parts(session, value, expression ?? owner);
        return new VariableBody
        {
            Name = name,
            Value = ValueFormatter.Format(value, format),
            Type = session.ShowsTypes ? value.Type.DisplayName : null,
            PresentationHint = new VariableHintBody { Kind = "data", Attributes = ["readOnly"] },
            EvaluateName = expression,
            VariablesReference = parts.Reference,
            NamedVariables = parts.Named,
            IndexedVariables = parts.Indexed,
            MemoryReference = MemoryOf(session, value),
        };
    }

    /// <summary>A value as the answer of an evaluation.</summary>
    public static EvaluateBody Evaluation(DapSession session, TypedValue value, string expression, ValueFormat format)
    {
        var parts = Parts(session, value, expression);
        return new EvaluateBody
        {
            Result = ValueFormatter.Format(value, format),
            Type = session.ShowsTypes ? value.Type.DisplayName : null,
            PresentationHint = new VariableHintBody { Kind = "data", Attributes = ["readOnly"] },
            VariablesReference = parts.Reference,
            NamedVariables = parts.Named,
            IndexedVariables = parts.Indexed,
            MemoryReference = MemoryOf(session, value),
        };
    }

    private static (int Reference, int? Named, int? Indexed) Parts(DapSession session, TypedValue value, string? expression)
    {
        // A null pointer and one that is not in the dump lead nowhere.
        if (value.Status != ValueStatus.Available || value.ChildCount() == 0) return (0, null, null);
        if (value.Type.Strip() is PointerType && (!value.TryGetUnsigned(out ulong pointer) || pointer == 0)) return (0, null, null);
        var container = new ValueContainer(value, expression);
        int reference = session.Variables.Add(container, KeyOf(value, expression));
        int shown = (int)Math.Min(container.Count, int.MaxValue);
        return container.IsIndexed && container.Count >= PagedFrom ? (reference, null, shown) : (reference, null, null);
    }

    /// <summary>The same place seen as the same type is the same thing; a value in no memory is one of its own.</summary>
    private static object? KeyOf(TypedValue value, string? expression) => value.Address is { } address ? (value.Type, value.Space, address, expression) : null;

    /// <summary>Where a memory view should open: what a pointer points at, else the value's own place.</summary>
    private static string? MemoryOf(DapSession session, TypedValue value)
    {
        if (!session.ShowsMemory) return null;
        if (value.Type.Strip() is PointerType && value.TryGetUnsigned(out ulong target)) return target == 0 ? null : session.Memory.Of(value.Space, target);
        return value.Address is { } address ? session.Memory.Of(value.Space, address) : null;
    }
}
