namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>
/// What is wrong with an expression, and where. Never leaves this folder: <see cref="CExpression"/> turns it into a result, as text that a user
/// types is no reason for an exception.
/// </summary>
internal sealed class ExpressionException(int position, string message) : Exception(message)
{
    /// <summary>Characters from the start of the text.</summary>
    public int Position { get; } = position;
}
