using System.Text;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Types.Dwarf;

/// <summary>
/// The header of a line program (DWARF 5, section 6.2.4; versions 2 to 4: section 6.2.4 there): what the opcodes mean, directories and files. Version 5
/// counts both from 0 and describes their fields; before, files count from 1 and directory 0 is the compiler's own.
/// </summary>
internal sealed class LineHeader
{
    private const ulong ContentPath = 1;
    private const ulong ContentDirectory = 2;

    private readonly DwarfUnit _unit;
    private readonly List<AttributeValue> _directories = [];
    private readonly List<(AttributeValue Name, ulong Directory)> _files = [];
    private string?[]? _paths;

    private LineHeader(DwarfUnit unit) => _unit = unit;

    public int Version { get; private set; }

    public int MinimumInstructionLength { get; private set; }

    public int MaximumOperations { get; private set; }

    public bool DefaultIsStatement { get; private set; }

    public int LineBase { get; private set; }

    public int LineRange { get; private set; }

    public int OpcodeBase { get; private set; }

    /// <summary>Operands of the standard opcodes, from opcode 1 on.</summary>
    public byte[] OperandCounts { get; private set; } = [];

    public int AddressSize { get; private set; }

    /// <summary>Offset of the first opcode in .debug_line.</summary>
    public int Program { get; private set; }

    /// <summary>Offset after the last opcode in .debug_line.</summary>
    public int End { get; private set; }

    /// <summary>Files that the header lists; numbers as the program uses them.</summary>
    public IEnumerable<int> FileNumbers => Enumerable.Range(Version >= 5 ? 0 : 1, _files.Count);

    /// <summary>Reads the header at an offset of .debug_line; null with a diagnostic where it cannot be read.</summary>
    public static LineHeader? Read(DwarfUnit unit, ulong offset)
    {
        var header = new LineHeader(unit);
        var reader = new SpanReader(unit.Data.Sections.Line.Span, unit.Data.BigEndian);
        if (offset <= int.MaxValue && reader.TrySeek((long)offset) && header.TryRead(ref reader)) return header;
        unit.Data.Warn("line", $"the line program at 0x{offset:x} of .debug_line has a broken header; its code has no lines.");
        return null;
    }

    /// <summary>
    /// The path of a file by the program's number for it, absolute where a directory is and without <c>./</c> in it; null for a number that the header does
    /// not list.
    /// </summary>
    public string? PathOf(ulong number)
    {
        ulong index = Version >= 5 ? number : unchecked(number - 1);
        if (index >= (ulong)_files.Count) return null;

        // Kept: every row and every inlined call asks, and two threads that ask at once make the same.
        var paths = _paths ??= new string?[_files.Count];
        return paths[index] ??= FullPathOf((int)index) is { } path ? Straight(path) : null;
    }

    /// <summary>The program's numbers for a file that <see cref="PathOf"/> spells so; a header may list one twice.</summary>
    public IReadOnlySet<uint> NumbersOf(string path)
    {
        var found = new HashSet<uint>();

        // Most files of a header are told apart by their bytes, without making their paths. (A name that is no UTF-8 has not the bytes of its text.)
        byte[] name = path.Contains('\ufffd', StringComparison.Ordinal) ? [] : Encoding.UTF8.GetBytes(path[(path.LastIndexOf('/') + 1)..]);
        for (int i = 0; i < _files.Count; i++)
        {
            uint number = (uint)(Version >= 5 ? i : i + 1);
            if (BytesOf(_files[i].Name).EndsWith(name) && PathOf(number) == path) found.Add(number);
        }

        return found;
    }

    private string? FullPathOf(int index)
    {
        var (nameValue, directory) = _files[index];
        if (TextOf(nameValue) is not { } name) return null;
        if (IsAbsolute(name)) return name;
        string? folder = DirectoryAt(directory);
        string path = string.IsNullOrEmpty(folder) ? name : $"{folder}/{name}";
        string? compiledIn = _unit.Root.CompDir;
        return IsAbsolute(path) || string.IsNullOrEmpty(compiledIn) ? path : $"{compiledIn}/{path}";
    }

    /// <summary>Compilers are called with <c>./file.c</c> and <c>-I./include</c>. What <c>..</c> means depends on links, so it stays.</summary>
    private static string Straight(string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        while (path.Contains("/./", StringComparison.Ordinal)) path = path.Replace("/./", "/", StringComparison.Ordinal);
        return path;
    }

    private static bool IsAbsolute(string path) => path.StartsWith('/') || (path.Length > 2 && path[1] == ':');

    private string? DirectoryAt(ulong number)
    {
        if (Version >= 5) return number < (ulong)_directories.Count ? TextOf(_directories[(int)number]) : null;
        return number > 0 && number <= (ulong)_directories.Count ? TextOf(_directories[(int)number - 1]) : null;
    }

    private string? TextOf(AttributeValue value) => value.Form == DwForm.String ? DwarfData.Text(BytesOf(value)) : _unit.StringOf(value);

    // Inline strings lie in .debug_line here, not in .debug_info.
    private ReadOnlySpan<byte> BytesOf(AttributeValue value) =>
        value.Form == DwForm.String ? _unit.Data.Sections.Line.Span.Slice(value.Start, value.Length) : _unit.StringBytes(value);

    private bool TryRead(ref SpanReader reader)
    {
        if (!UnitHeaders.TryReadLength(ref reader, out ulong length, out int offsetSize)) return false;
        int room = reader.Remaining;
        End = reader.Position + (length > (ulong)room ? room : (int)length);
        if (!reader.TryReadU16(out ushort version) || version is < 2 or > 5) return false;
        Version = version;
        AddressSize = _unit.Encoding.AddressSize;
        if (version >= 5)
        {
            if (!reader.TryReadU8(out byte addressSize) || !reader.TryReadU8(out _) || addressSize is not (4 or 8)) return false;
            AddressSize = addressSize;
        }

        if (!reader.TryReadUnsigned(offsetSize, out ulong headerLength) || headerLength > (ulong)reader.Remaining) return false;
        Program = reader.Position + (int)headerLength;
        if (Program > End || !TryReadMachine(ref reader)) return false;
        var encoding = new UnitEncoding(version, AddressSize, offsetSize);
        return version >= 5
            ? TryReadEntries(ref reader, encoding, isFile: false) && TryReadEntries(ref reader, encoding, isFile: true)
            : TryReadOldTables(ref reader);
    }

    private bool TryReadMachine(ref SpanReader reader)
    {
        byte operations = 1;
        if (!reader.TryReadU8(out byte minimum) || (Version >= 4 && !reader.TryReadU8(out operations))) return false;
        if (!reader.TryReadU8(out byte isStatement) || !reader.TryReadU8(out byte lineBase) || !reader.TryReadU8(out byte lineRange)) return false;
        if (!reader.TryReadU8(out byte opcodeBase) || lineRange == 0 || opcodeBase == 0) return false;
        MinimumInstructionLength = minimum;
        MaximumOperations = Math.Max((byte)1, operations);
        DefaultIsStatement = isStatement != 0;
        LineBase = unchecked((sbyte)lineBase);
        LineRange = lineRange;
        OpcodeBase = opcodeBase;
        bool ok = reader.TryReadBytes(opcodeBase - 1, out var counts);
        OperandCounts = counts.ToArray();
        return ok;
    }

    private bool TryReadOldTables(ref SpanReader reader)
    {
        while (TryReadString(ref reader, out var directory))
        {
            if (directory.Length > 0) _directories.Add(directory);
            if (directory.Length > 0 && _directories.Count < DumpLimits.DwarfLineFiles) continue;
            while (TryReadString(ref reader, out var name) && name.Length > 0 && _files.Count < DumpLimits.DwarfLineFiles)
            {
                if (!reader.TryReadUleb128(out ulong number) || !reader.TryReadUleb128(out _) || !reader.TryReadUleb128(out _)) return false;
                _files.Add((name, number));
            }

            return true;
        }

        return false;
    }

    private static bool TryReadString(ref SpanReader reader, out AttributeValue value) => DwForm.TryRead(ref reader, DwForm.String, 0, default, out value);

    private bool TryReadEntries(ref SpanReader reader, UnitEncoding encoding, bool isFile)
    {
        if (!reader.TryReadU8(out byte fields)) return false;
        Span<(ulong Content, int Form)> format = stackalloc (ulong, int)[fields];
        for (int i = 0; i < fields; i++)
        {
            if (!reader.TryReadUleb128(out ulong content) || !reader.TryReadUleb128(out ulong form) || form > ushort.MaxValue) return false;
            format[i] = (content, (int)form);
        }

        if (!reader.TryReadUleb128(out ulong count) || count > DumpLimits.DwarfLineFiles) return false;
        for (ulong i = 0; i < count && fields > 0; i++)
        {
            var path = default(AttributeValue);
            ulong directory = 0;
            foreach (var (content, form) in format)
            {
                if (!DwForm.TryRead(ref reader, form, 0, encoding, out var value)) return false;
                if (content == ContentPath) path = value;
                if (content == ContentDirectory) directory = value.Number;
            }

            if (isFile) _files.Add((path, directory));
            else _directories.Add(path);
        }

        return true;
    }
}
