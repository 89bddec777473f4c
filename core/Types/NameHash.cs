using System.Buffers.Binary;

namespace XenDumpAdapter.Core.Types;

/// <summary>What name indexes keep instead of strings. Whoever uses an entry compares its name.</summary>
internal static class NameHash
{
    /// <summary>A hash of kind and name, eight bytes at a time.</summary>
    public static ulong Of(int kind, ReadOnlySpan<byte> name)
    {
        const ulong Multiplier = 0x9e3779b97f4a7c15;
        ulong hash = unchecked(((ulong)name.Length << 3 | (uint)kind) * Multiplier);
        for (; name.Length >= 8; name = name[8..]) hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(name));
        ulong rest = 0;
        foreach (byte b in name) rest = rest << 8 | b;
        return Mix(hash, rest);

        static ulong Mix(ulong hash, ulong bits)
        {
            ulong mixed = unchecked((hash ^ bits) * Multiplier);
            return mixed ^ mixed >> 29;
        }
    }
}
