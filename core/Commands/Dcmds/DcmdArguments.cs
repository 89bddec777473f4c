using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>The words behind a command, taken apart as <c>mdb_getopts</c> does: options first, alone or together (<c>-av</c>), values behind or attached.</summary>
public sealed class DcmdArguments
{
    private readonly List<(char Letter, string? Value)> _options = [];
    private readonly List<string> _operands = [];
    private readonly int _radix;

    private DcmdArguments(int radix) => _radix = radix;

    /// <summary>What is not an option.</summary>
    public IReadOnlyList<string> Operands => _operands;

    /// <summary>Whether an option was given.</summary>
    public bool Has(char letter) => _options.Any(o => o.Letter == letter);

    /// <summary>The value of an option; null where it was not given.</summary>
    public string? Text(char letter) => _options.LastOrDefault(o => o.Letter == letter).Value;

    /// <summary>All values of an option that may be given more than once.</summary>
    public IEnumerable<string> Texts(char letter) => _options.Where(o => o.Letter == letter).Select(o => o.Value!);

    /// <summary>The value of an option as a number of the current radix; null where it was not given.</summary>
    /// <exception cref="MdbException">It is no number.</exception>
    public ulong? Number(char letter) => Text(letter) is not { } text ? null
        : MdbNumbers.TryRead(text, _radix, out ulong value) ? value : throw new MdbException($"-{letter} wants a number, not {text}");

    /// <summary>Takes words apart.</summary>
    /// <param name="dcmd">Whose they are.</param>
    /// <param name="words">The words.</param>
    /// <param name="radix">The radix of numbers without prefix.</param>
    /// <exception cref="MdbException">An option that the command does not have, or one without its value.</exception>
    public static DcmdArguments Parse(Dcmd dcmd, IReadOnlyList<string> words, int radix)
    {
        var arguments = new DcmdArguments(radix);
        int at = 0;
        while (!dcmd.TakesRawWords && at < words.Count && words[at].Length > 1 && words[at][0] == '-')
        {
            string word = words[at++];
            if (word == "--") break;
            at = arguments.Options(dcmd, word, words, at);
        }

        for (; at < words.Count; at++) arguments._operands.Add(words[at]);
        return arguments;
    }

    private int Options(Dcmd dcmd, string word, IReadOnlyList<string> words, int at)
    {
        for (int i = 1; i < word.Length; i++)
        {
            var option = dcmd.Options.FirstOrDefault(o => o.Letter == word[i]) ?? throw new MdbException($"{dcmd.Name} has no option -{word[i]}: {DcmdHelp.Usage(dcmd)}");
            if (option.Value is null)
            {
                _options.Add((word[i], null));
                continue;
            }

            string? value = i + 1 < word.Length ? word[(i + 1)..] : at < words.Count ? words[at++] : null;
            _options.Add((word[i], value ?? throw new MdbException($"-{word[i]} wants {option.Value}: {DcmdHelp.Usage(dcmd)}")));
            break;
        }

        return at;
    }
}
