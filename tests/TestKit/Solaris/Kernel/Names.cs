namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Names that nobody thought of.</summary>
internal sealed class Names(Random random)
{
    private static readonly string[] Heads = ["b", "d", "f", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "tr", "kl"];
    private static readonly string[] Tails = ["a", "e", "i", "o", "u", "as", "en", "ix", "or", "um"];

    private readonly HashSet<string> _taken = [];

    /// <summary>A word of some syllables that was not said before.</summary>
    public string Next(int syllables = 2)
    {
        while (true)
        {
            string word = string.Concat(Enumerable.Range(0, syllables).Select(_ => Heads[random.Next(Heads.Length)] + Tails[random.Next(Tails.Length)]));
            if (_taken.Add(word)) return word;
        }
    }
}
