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

/// <summary>The parts of a value.</summary>
/// <param name="value">The value.</param>
/// <param name="expression">How the value is written in an expression; null where it cannot be.</param>
internal sealed class ValueContainer(TypedValue value, string? expression) : VariableContainer
{
    /// <inheritdoc/>
    public override bool IsIndexed => value.Type.Strip() is ArrayType;

    /// <inheritdoc/>
    public override ulong Count => value.ChildCount();

    /// <inheritdoc/>
    public override IEnumerable<VariableBody> Variables(DapSession session, int start, int count, ValueFormat format, CancellationToken cancel)
    {
        foreach (var child in value.Children((ulong)start, count))
        {
            cancel.ThrowIfCancellationRequested();
            yield return ValueShape.Variable(session, child.Name ?? "<anonymous>", child.Value, ExpressionOf(child.Name), format, child.Name is null ? expression : null);
        }
    }

    private string? ExpressionOf(string? part) => (expression, part) switch
    {
        (null, _) => null,
        (_, null) => null,
        (_, "*") => $"*({expression})",
        (_, ['[', ..]) => $"({expression}){part}",
        _ => $"({expression}).{part}",
    };
}
