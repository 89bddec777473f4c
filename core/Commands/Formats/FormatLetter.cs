namespace XenDumpAdapter.Core.Commands.Formats;

/// <summary>What a format does.</summary>
public enum FormatKind
{
    /// <summary>Prints a number of a fixed size.</summary>
    Number,

    /// <summary>Prints something that ends by itself: a string, an instruction.</summary>
    Text,

    /// <summary>Moves dot, or the place on the line.</summary>
    Move,

    /// <summary>Searches for a value.</summary>
    Search,

    /// <summary>Writes, which this debugger never does.</summary>
    Write,
}

/// <summary>A letter of a list of formats (usr/src/cmd/mdb/common/mdb/mdb_fmt.c).</summary>
/// <param name="Letter">The letter.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Size">Bytes that it takes; 0 for a size of its own, or a pointer's.</param>
/// <param name="Help">In words.</param>
public sealed record FormatLetter(char Letter, FormatKind Kind, int Size, string Help)
{
    private const string WritesWhenFirst = "vwWZ";

    private static readonly FormatLetter[] Known =
    [
        new('+', FormatKind.Move, 0, "increment dot by the count"),
        new('-', FormatKind.Move, 0, "decrement dot by the count"),
        new('B', FormatKind.Number, 1, "hexadecimal int"),
        new('C', FormatKind.Number, 1, "character using C character notation"),
        new('D', FormatKind.Number, 4, "decimal signed int"),
        new('E', FormatKind.Number, 8, "decimal unsigned long long"),
        new('F', FormatKind.Number, 8, "double"),
        new('G', FormatKind.Number, 8, "octal unsigned long long"),
        new('H', FormatKind.Number, 4, "swap bytes and shorts"),
        new('I', FormatKind.Text, 0, "address and disassembled instruction"),
        new('J', FormatKind.Number, 8, "hexadecimal long long"),
        new('K', FormatKind.Number, 0, "hexadecimal uintptr_t"),
        new('L', FormatKind.Search, 4, "int"),
        new('M', FormatKind.Search, 8, "long long"),
        new('N', FormatKind.Move, -1, "newline"),
        new('O', FormatKind.Number, 4, "octal unsigned int"),
        new('P', FormatKind.Number, 0, "symbol"),
        new('Q', FormatKind.Number, 4, "octal signed int"),
        new('R', FormatKind.Number, 8, "binary unsigned long long"),
        new('S', FormatKind.Text, 0, "string using C string notation"),
        new('T', FormatKind.Move, -1, "horizontal tab"),
        new('U', FormatKind.Number, 4, "decimal unsigned int"),
        new('V', FormatKind.Number, 1, "decimal unsigned int"),
        new('W', FormatKind.Write, 4, "default radix unsigned int"),
        new('X', FormatKind.Number, 4, "hexadecimal int"),
        new('Y', FormatKind.Number, 4, "decoded time32_t"),
        new('Z', FormatKind.Write, 8, "hexadecimal long long"),
        new('^', FormatKind.Move, 0, "decrement dot by increment * count"),
        new('a', FormatKind.Move, -1, "dot as symbol+offset"),
        new('b', FormatKind.Number, 1, "octal unsigned int"),
        new('c', FormatKind.Number, 1, "character"),
        new('d', FormatKind.Number, 2, "decimal signed short"),
        new('e', FormatKind.Number, 8, "decimal signed long long"),
        new('f', FormatKind.Number, 4, "float"),
        new('g', FormatKind.Number, 8, "octal signed long long"),
        new('h', FormatKind.Number, 2, "swap bytes"),
        new('i', FormatKind.Text, 0, "disassembled instruction"),
        new('l', FormatKind.Search, 2, "short"),
        new('n', FormatKind.Move, -1, "newline"),
        new('o', FormatKind.Number, 2, "octal unsigned short"),
        new('p', FormatKind.Number, 0, "symbol"),
        new('q', FormatKind.Number, 2, "octal signed short"),
        new('r', FormatKind.Move, -1, "whitespace"),
        new('s', FormatKind.Text, 0, "raw string"),
        new('t', FormatKind.Move, -1, "horizontal tab"),
        new('u', FormatKind.Number, 2, "decimal unsigned short"),
        new('v', FormatKind.Write, 1, "decimal signed int"),
        new('w', FormatKind.Write, 2, "default radix unsigned short"),
        new('x', FormatKind.Number, 2, "hexadecimal short"),
        new('y', FormatKind.Number, 8, "decoded time64_t"),
    ];

    /// <summary>All, by letter.</summary>
    public static IReadOnlyList<FormatLetter> All => Known;

    /// <summary>The one of that letter; null where there is none.</summary>
    public static FormatLetter? Find(char letter) => Array.Find(Known, f => f.Letter == letter);

    /// <summary>Whether the letter writes where it begins a list behind <c>/ \ ? @</c>; elsewhere it prints.</summary>
    public static bool Writes(char letter) => WritesWhenFirst.Contains(letter, StringComparison.Ordinal);

    /// <summary>Bytes of one such thing.</summary>
    public int BytesOf(int pointerSize) => Size == 0 && Kind == FormatKind.Number ? pointerSize : Math.Max(0, Size);
}
