using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// Takes a sound vmcore.N and its unix.N apart into what the writers put together, so that a dump that somebody else wrote can be written again through another
/// carrier. Read from the format's description alone; nothing is checked.
/// </summary>
public sealed class VmcoreReading
{
    private readonly byte[] _core;
    private readonly byte[] _unix;
    private readonly int _word;

    /// <summary>Reads both files.</summary>
    public VmcoreReading(byte[] vmcore, byte[] unix)
    {
        (_core, _unix) = (vmcore, unix);
        _word = (int)Number(_core, 12, 4) / 8;
        Image = new SolarisMemoryImage(_word * 8);
        long pages = (long)Number(_core, 48, 8);
        ulong[] pfns = [.. Enumerable.Range(0, (int)Header(5)).Select(i => Number(_core, (long)Number(_core, 32, 8) + (i * _word), _word))];
        for (int i = 0; i < pfns.Length; i++) Image.WritePage(pfns[i], 0, _core.AsSpan((int)pages + (i * SolarisMemoryImage.PageSize), SolarisMemoryImage.PageSize));
        for (int i = 0; i < (int)Header(4); i++)
        {
            long slot = (long)Number(_core, 40, 8) + (i * VmcoreWriter.SlotBytes(_word * 8));
            Image.Map(Number(_core, slot + 24, _word), Number(_core, slot + 24 + _word, _word), pfns[((long)Number(_core, slot + 16, 8) - pages) / SolarisMemoryImage.PageSize]);
        }

        Symbols();
        Settings = ReadSettings();
    }

    /// <summary>What is in memory.</summary>
    public SolarisMemoryImage Image { get; }

    /// <summary>What the header says.</summary>
    public SolarisDumpSettings Settings { get; }

    private ulong Header(int word) => Number(_core, 1800 + (word * _word), _word);

    /// <summary>Names stand in the order of the walk.</summary>
    private void Symbols()
    {
        bool is64 = _word == 8;
        int programs = is64 ? 64 : 52, program = is64 ? 56 : 32, sections = programs + (2 * program), section = is64 ? 64 : 40, entry = is64 ? 24 : 16;
        Image.Text = Segment(programs, is64);
        Image.Data = Segment(programs + program, is64);
        int symbols = (int)Number(_unix, sections + section + 8 + (2 * _word), _word), size = (int)Number(_unix, sections + section + 8 + (3 * _word), _word);
        int names = (int)Number(_unix, sections + (2 * section) + 8 + (2 * _word), _word);
        foreach (int at in Enumerable.Range(1, (size / entry) - 1).Select(i => symbols + (i * entry)).OrderBy(at => Number(_unix, at, 4)))
        {
            byte info = _unix[at + (is64 ? 4 : 12)];
            Image.Symbol(Text(_unix, names + (int)Number(_unix, at, 4), int.MaxValue), Number(_unix, at + (is64 ? 8 : 4), _word), Number(_unix, at + (is64 ? 16 : 8), _word), (byte)(info & 0xf), (byte)(info >> 4));
        }
    }

    private (ulong Start, ulong Size) Segment(int at, bool is64) => (Number(_unix, at + (is64 ? 16 : 8), _word), Number(_unix, at + (is64 ? 40 : 20), _word));

    private SolarisDumpSettings ReadSettings()
    {
        uint flags = (uint)Number(_core, 8, 4), version = (uint)Number(_core, 4, 4);
        return new SolarisDumpSettings
        {
            Version = version,
            Content = flags & 0xffff0000,
            IsIncomplete = (flags & SolarisDumpSettings.Complete) == 0,
            IsLive = (flags & SolarisDumpSettings.Live) != 0,
            Start = (long)Number(_core, 16, 8),
            SystemName = Text(_core, 56, 257),
            NodeName = Text(_core, 313, 257),
            Release = Text(_core, 570, 257),
            SystemVersion = Text(_core, 827, 257),
            Machine = Text(_core, 1084, 257),
            Platform = Text(_core, 1341, 257),
            PanicString = Text(_core, 1598, 200),
            CrashTime = (long)Header(0),
            FmPanic = version >= 10 ? (uint)Number(_core, 1800 + (8 * _word), 4) : 0,
            Uuid = version >= 10 ? Text(_core, 1804 + (8 * _word), 37) : "",
        };
    }

    private static ulong Number(byte[] bytes, long at, int size)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        bytes.AsSpan((int)at, size).CopyTo(whole);
        return BinaryPrimitives.ReadUInt64LittleEndian(whole);
    }

    private static string Text(byte[] bytes, int at, int most)
    {
        var field = bytes.AsSpan(at, Math.Min(most, bytes.Length - at));
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }
}
