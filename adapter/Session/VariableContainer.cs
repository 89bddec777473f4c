using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>Something that opens into variables.</summary>
internal abstract class VariableContainer
{
    /// <summary>Whether they are elements, with numbers for names.</summary>
    public abstract bool IsIndexed { get; }

    /// <summary>How many there are.</summary>
    public abstract ulong Count { get; }

    /// <summary>Its variables from <paramref name="start"/> on, at most <paramref name="count"/>.</summary>
    public abstract IEnumerable<VariableBody> Variables(DapSession session, int start, int count, ValueFormat format, CancellationToken cancel);
}

/// <summary>Variables that are made when asked for and never many: registers, fields of a record.</summary>
internal sealed class ListContainer(int count, Func<DapSession, ValueFormat, IEnumerable<VariableBody>> make) : VariableContainer
{
    /// <inheritdoc/>
    public override bool IsIndexed => false;

    /// <inheritdoc/>
    public override ulong Count => (ulong)count;

    /// <inheritdoc/>
    public override IEnumerable<VariableBody> Variables(DapSession session, int start, int count, ValueFormat format, CancellationToken cancel) =>
        make(session, format).Skip(start).Take(count);
}

/// <summary>The parts of a value: of a pointer to a structure, the structure's.</summary>
/// <param name="value">The value.</param>
/// <param name="expression">How the value is written in an expression; null where it cannot be.</param>
internal sealed class ValueContainer(TypedValue value, string? expression) : VariableContainer
{
    private readonly bool _follows = PointsAtMembers(value.Type);
    private readonly TypedValue _whole = PointsAtMembers(value.Type) ? value.Dereference() : value;

    /// <inheritdoc/>
    public override bool IsIndexed => _whole.Type.Strip() is ArrayType;

    /// <inheritdoc/>
    public override ulong Count => _whole.ChildCount();

    /// <inheritdoc/>
    public override IEnumerable<VariableBody> Variables(DapSession session, int start, int count, ValueFormat format, CancellationToken cancel)
    {
        foreach (var child in _whole.Children((ulong)start, count))
        {
            cancel.ThrowIfCancellationRequested();

            // Members of an anonymous member are written as its owner's.
            string? owner = child.Name is null && !_follows ? expression : child.Name is null ? ExpressionText.Dereferenced(expression) : null;
            yield return ValueShape.Variable(session, child.Name ?? "<anonymous>", child.Value, ExpressionText.Part(expression, child.Name, _follows), format, owner);
        }
    }

    private static bool PointsAtMembers(CType type) => type.Strip() is PointerType pointer && pointer.Target.Strip() is AggregateType { IsDeclaration: false };
}
