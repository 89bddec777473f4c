using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Tests.Opening;

/// <summary>Numbers that break arithmetic which is not careful.</summary>
internal static class NastyNumbers
{
    private static readonly ulong[] All =
    [
        0, 1, 7, 4095, ulong.MaxValue, ulong.MaxValue - 7, ulong.MaxValue - 4095, long.MaxValue, 1UL << 63, uint.MaxValue, int.MaxValue, 0x8000_0000,
        0xffff_8000_0000_0000, 0x7fff_ffff_ffff_f000, 0xffff_ffff_8000_0000, 0xffff_ffff_ffff_f000, 0x0000_8000_0000_0000,
    ];

    /// <summary>One of them.</summary>
    public static ulong Any(Random random) => All[random.Next(All.Length)];
}

/// <summary>A file in memory that a seeded random source damages; the same seed does the same damage.</summary>
internal sealed class Mutation
{
    private readonly Random _random;
    private readonly byte[] _bytes;
    private readonly string _name;

    public Mutation(IByteSource file, Random random)
    {
        (_random, _name) = (random, file.Name);
        _bytes = new byte[file.Length];
        file.Read(0, _bytes);
    }

    /// <summary>The damaged file.</summary>
    public IByteSource File => new BytesByteSource(_bytes, _name);

    /// <summary>Its first bytes cut off from some place on.</summary>
    public IByteSource CutOff => new BytesByteSource(_bytes.AsMemory(0, _random.Next(_bytes.Length)), _name);

    /// <summary>Bits anywhere in a range.</summary>
    public void FlipBits(long start, long length, int count)
    {
        for (int i = 0; i < count; i++) _bytes[start + _random.NextInt64(length)] ^= (byte)(1 << _random.Next(8));
    }

    /// <summary>Eight-byte words of a range become numbers that break arithmetic, or other words of the file.</summary>
    public void ReplaceWords(long start, long length, int count)
    {
        for (int i = 0; i < count && length >= 8; i++)
        {
            long at = start + _random.NextInt64(length / 8) * 8;
            if (_random.Next(3) == 0) _bytes.AsSpan((int)(_random.NextInt64(_bytes.Length / 8) * 8), 8).CopyTo(_bytes.AsSpan((int)at));
            else BitConverter.TryWriteBytes(_bytes.AsSpan((int)at), NastyNumbers.Any(_random));
        }
    }

    /// <summary>Damages one of the file's sections whose name starts with one of these.</summary>
    public void DamageSection(params ReadOnlySpan<string> names)
    {
        var elf = ElfFile.Open(File, new DiagnosticBag());
        string name = names[_random.Next(names.Length)];
        var sections = elf.Sections.Where(s => s.Name.StartsWith(name, StringComparison.Ordinal) && s.Size > 0 && s.Type != 8).ToList();
        if (sections.Count == 0) return;
        var section = sections[_random.Next(sections.Count)];
        long start = (long)section.Offset, length = (long)section.Size;
        if (_random.Next(2) == 0) FlipBits(start, length, 1 + _random.Next(1 + (int)(length / 64)));
        else ReplaceWords(start, length, 1 + _random.Next(1 + (int)(length / 256)));
    }

    /// <summary>Damages headers: the first bytes, or an ELF file's tables.</summary>
    public void DamageHeaders(int bytes) => FlipBits(0, Math.Min(bytes, _bytes.Length), 1 + _random.Next(4));
}
