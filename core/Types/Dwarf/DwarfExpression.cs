using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>The stack machine of DWARF expressions (DWARF 5, sections 2.5 and 2.6; numbers of operations: section 7.7).</summary>
public static class DwarfExpression
{
    /// <summary>
    /// Evaluates an expression. What the frame does not know makes the answer unavailable or optimized out; broken bytes make it unavailable.
    /// Never throws for what a file may hold.
    /// </summary>
    /// <param name="expression">Its bytes.</param>
    /// <param name="unit">The unit that it belongs to; null for call frame information.</param>
    /// <param name="context">The frame.</param>
    public static DwarfLocation Evaluate(ReadOnlyMemory<byte> expression, DwarfUnitInfo? unit, ExpressionContext context)
    {
        if (expression.IsEmpty) return DwarfLocation.OptimizedOut;
        var machine = new ExpressionMachine(expression, unit, context);
        return machine.Run();
    }

    /// <summary>
    /// The number that an expression stands for: a CFA, a frame base, a register's value by call frame information. An expression that names a
    /// register (<c>DW_OP_reg6</c>) stands for what is in it.
    /// </summary>
    public static bool TryEvaluateNumber(ReadOnlyMemory<byte> expression, DwarfUnitInfo? unit, ExpressionContext context, out ulong value, out string? why)
    {
        var location = Evaluate(expression, unit, context);
        ulong? number = location.Kind switch
        {
            DwarfLocationKind.Address => location.Address,
            DwarfLocationKind.Register => context.Register(location.Register),
            DwarfLocationKind.Value => NumberOf(location.Bytes.Span),
            _ => null,
        };
        value = number ?? 0;
        why = number is not null ? null : location.Kind switch
        {
            DwarfLocationKind.Register => RegisterText(location.Register),
            DwarfLocationKind.OptimizedOut => "optimized out",
            DwarfLocationKind.Unavailable => location.Text,
            _ => "the expression gives no number",
        };
        return number is not null;
    }

    /// <summary>Turns an answer into a value of a type: memory stays where it is, registers and pieces become bytes.</summary>
    public static TypedValue ToValue(this DwarfLocation location, CType type, Memory.AddressSpace space, ExpressionContext context) => location.Kind switch
    {
        DwarfLocationKind.Address => TypedValue.At(type, space, location.Address),
        DwarfLocationKind.OptimizedOut => TypedValue.OptimizedOut(type, space),
        DwarfLocationKind.Unavailable => TypedValue.Unavailable(type, space, location.Text ?? "unknown"),
        DwarfLocationKind.Register when context.Register(location.Register) is null => TypedValue.Unavailable(type, space, RegisterText(location.Register)),
        DwarfLocationKind.Pieces => PieceAssembly.ToValue(location.Pieces, type, space, context),
        _ => TypedValue.OfBytes(type, space, PieceAssembly.BytesOf(location, context)),
    };

    internal static string RegisterText(int register) => $"register {register} (DWARF number) is not known in this frame";

    private static ulong? NumberOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > 8) return null;
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }
}
