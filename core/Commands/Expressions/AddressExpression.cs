using System.Buffers;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>
/// Places as users name them: <c>0xffff82d040000000</c>, <c>machine:0x1000</c>, <c>idle_vcpu</c>, <c>$rsp + 8</c>,
/// <c>hardware_domain->shared_info</c>. The name of an object means the object's place; a pointer that is computed means where it points.
/// </summary>
public static class AddressExpression
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Letters);
    private static readonly SearchValues<char> QualifiedNameCharacters = SearchValues.Create(Letters + "#`'/.-+");

    /// <summary>
    /// The place, or null and the reason. A bare number that lies in an image of another space than the default is taken to be there, unless
    /// the scope names a space.
    /// </summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="scope">What names mean.</param>
    /// <param name="error">Why there is no place.</param>
    /// <param name="followNames">Whether the name of a pointer means where it points too, not the variable's own place.</param>
    public static Location? Resolve(string text, ExpressionScope scope, out ExpressionResult error, bool followNames = false)
    {
        error = CExpression.Evaluate(text, scope);
        if (error.Value is not { } value) return null;
        bool plainName = IsPlainName(text) && !(followNames && value.Type.Strip() is PointerType);
        if (value.Address is { } place && (plainName || value.Type.Strip() is AggregateType or ArrayType)) return new Location(value.Space, place);
        if (!value.TryGetUnsigned(out ulong number))
        {
            error = new ExpressionResult(null, $"{text} is no address: {value.WhyUnreadable() ?? $"it is {value.Type.DisplayName}"}");
            return null;
        }

        bool bare = scope.Space is null && value.Type.Strip() is BaseType && !text.Contains(':', StringComparison.Ordinal);
        return new Location(bare ? HomeOf(number, value.Space, scope.Target) : value.Space, number);
    }

    private static bool IsPlainName(string text)
    {
        var name = text.AsSpan().Trim();
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        return name.IndexOfAnyExcept(name.ContainsAny('#', '`', '\'') ? QualifiedNameCharacters : NameCharacters) < 0;
    }

    private static AddressSpace HomeOf(ulong address, AddressSpace otherwise, DumpTarget target)
    {
        var a = new VirtualAddress(address);
        if (target.Hypervisor is { Module: { } xen } hypervisor && xen.Covers(a)) return hypervisor.Space;
        foreach (var domain in target.Domains)
            if (domain is { Kernel: { } kernel, Space: { } space } && kernel.Covers(a)) return space;
        return otherwise;
    }
}
