using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>What names in an expression mean.</summary>
/// <param name="Target">The dump.</param>
/// <param name="Frame">The selected frame: its locals, registers, modules and space come first; null for none.</param>
/// <param name="Space">The space of bare addresses; null for the frame's, else the target's first.</param>
public sealed record ExpressionScope(DumpTarget Target, Frame? Frame = null, AddressSpace? Space = null);

/// <summary>An answer, or what is wrong and where.</summary>
/// <param name="Value">The value; null where there is none.</param>
/// <param name="Error">One sentence; null where there is a value.</param>
/// <param name="ErrorPosition">Characters from the start of the text to the place that the error is about.</param>
public sealed record ExpressionResult(TypedValue? Value, string? Error = null, int ErrorPosition = 0);

/// <summary>
/// C-like expressions over a dump: <c>$rip</c>, <c>hardware_domain->vcpu[0]->arch.user_regs</c>, <c>*(struct vcpu *)0xffff8300031e4000</c>,
/// <c>&amp;idle_vcpu</c>, <c>rq->depth + 1</c>, <c>sizeof(struct domain)</c>, <c>dom0:0xffffffff80104000</c>, <c>(unsigned char [16])addr</c>,
/// <c>domain.c#default_idle</c>, <c>xen`idle_vcpu</c>. Arithmetic is done in 64 bits. An address that is cast to a structure or an array is
/// the object that lies there.
/// </summary>
public static class CExpression
{
    /// <summary>Evaluates. Never throws for what a user may type or a dump may hold.</summary>
    public static ExpressionResult Evaluate(string text, ExpressionScope scope)
    {
        try
        {
            var names = new NameScope(scope);
            return new ExpressionResult(new Evaluator(names).Evaluate(ParserOf(text, names).Expression()));
        }
        catch (ExpressionException e)
        {
            return new ExpressionResult(null, e.Message, e.Position);
        }
    }

    /// <summary>A type as C writes it, looked up in the scope's modules: <c>struct vcpu *</c>, <c>char [16]</c>; null where unknown.</summary>
    public static CType? ParseType(string text, ExpressionScope scope) => ParseType(text, scope, out _);

    /// <summary>The same; <paramref name="error"/> says why there is none.</summary>
    public static CType? ParseType(string text, ExpressionScope scope, out ExpressionResult error)
    {
        error = new ExpressionResult(null);
        try
        {
            var names = new NameScope(scope);
            return TypeResolver.Resolve(ParserOf(text, names).Type(), names, names.Space);
        }
        catch (ExpressionException e)
        {
            error = new ExpressionResult(null, e.Message, e.Position);
            return null;
        }
    }

    private static Parser ParserOf(string text, NameScope names)
    {
        if (text.Length > DumpLimits.ExpressionCharacters)
            throw new ExpressionException(DumpLimits.ExpressionCharacters, $"an expression may have {DumpLimits.ExpressionCharacters} characters");
        return new Parser(new Lexer(text).Tokens(), names);
    }
}
