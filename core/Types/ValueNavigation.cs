namespace XenDumpAdapter.Core.Types;

/// <summary>A part of a value.</summary>
/// <param name="Name">Member name, <c>[3]</c>, <c>*</c> for what a pointer points at; null for an anonymous member.</param>
/// <param name="Value">The part.</param>
public readonly record struct ValueChild(string? Name, TypedValue Value);

/// <summary>From a value to its parts. Nothing is read from memory but pointers that are followed.</summary>
public static class ValueNavigation
{
    /// <summary>How many parts: members, elements, 1 for a pointer to data; 0 for scalars, void and function pointers.</summary>
    public static ulong ChildCount(this TypedValue value) => throw new NotImplementedException();

    /// <summary>Parts from <paramref name="start"/> on, at most <paramref name="count"/>.</summary>
    public static IEnumerable<ValueChild> Children(this TypedValue value, ulong start, int count) => throw new NotImplementedException();

    /// <summary>The member of that name (also in anonymous members); null where there is none.</summary>
    public static TypedValue? Member(this TypedValue value, string name) => throw new NotImplementedException();

    /// <summary>Element of an array, or of what a pointer points at.</summary>
    public static TypedValue Element(this TypedValue value, long index) => throw new NotImplementedException();

    /// <summary>What a pointer points at; an unavailable value that says why where it cannot be followed.</summary>
    public static TypedValue Dereference(this TypedValue value) => throw new NotImplementedException();

    /// <summary>The same place or bits as another type: integers are converted, memory is reinterpreted.</summary>
    public static TypedValue Cast(this TypedValue value, CType type) => throw new NotImplementedException();

    /// <summary>The value of an integer, enumeration, boolean, character or pointer, zero-extended; false where its bytes are not there or it is none of these.</summary>
    public static bool TryGetUnsigned(this TypedValue value, out ulong number) => throw new NotImplementedException();

    /// <summary>The same, sign-extended where the type is signed.</summary>
    public static bool TryGetSigned(this TypedValue value, out long number) => throw new NotImplementedException();
}
