using System.Globalization;

namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>A member of a structure as it was measured: bytes from the structure's start, bytes, and C's type.</summary>
public sealed record FactMember(string Name, int Offset, int Bytes, string Type);

/// <summary>A structure as it was measured.</summary>
public sealed record FactStruct(string Name, int Bytes, IReadOnlyList<FactMember> Members)
{
    /// <summary>The member of a name; null where this kernel's structure has none.</summary>
    public FactMember? Find(string name) => Members.FirstOrDefault(m => m.Name == name);

    /// <summary>The member of a name.</summary>
    public FactMember this[string name] => Find(name) ?? throw new ArgumentException($"{Name} has no {name}", nameof(name));
}

/// <summary>The structures of one kernel, or of one hypervisor.</summary>
public sealed class KernelFacts
{
    private readonly Dictionary<string, FactStruct> _structures = [];

    private KernelFacts(params string[] texts)
    {
        foreach (string text in texts) Parse(text);
    }

    /// <summary>A Solaris kernel's: what the older one does not have of its own is the newer one's.</summary>
    public static KernelFacts Solaris(int wordSize, bool is2007) => (wordSize, is2007) switch
    {
        (32, false) => new KernelFacts(Ia32Facts.Illumos2015, WaitChannel(4)),
        (32, true) => new KernelFacts(Ia32Facts.Illumos2015, Ia32Facts.Onnv2007, WaitChannel(4)),
        (_, false) => new KernelFacts(Amd64Facts.Illumos2015, WaitChannel(8)),
        _ => new KernelFacts(Amd64Facts.Illumos2015, Amd64Facts.Onnv2007, WaitChannel(8)),
    };

    /// <summary>A hypervisor's: 3.0.4 or 3.4 of 32 bits, 3.1 or 3.4 of 64.</summary>
    public static KernelFacts Xen(int wordSize, int minor) => new((wordSize, minor) switch
    {
        (32, 0) => XenFacts.Xen304Ia32,
        (32, 4) => XenFacts.Xen34Ia32,
        (64, 1) => XenFacts.Xen31Amd64,
        (64, 4) => XenFacts.Xen34Amd64,
        _ => throw new ArgumentException($"Xen 3.{minor} of {wordSize} bits was not measured", nameof(minor)),
    });

    /// <summary>Every structure, in the order of the text.</summary>
    public IEnumerable<FactStruct> All => _structures.Values;

    /// <summary>The structure of a name, without <c>struct</c>.</summary>
    public FactStruct this[string name] => _structures[name];

    /// <summary>The structure of a name; null where there is none.</summary>
    public FactStruct? Find(string name) => _structures.GetValueOrDefault(name);

    /// <summary><c>lwpchan_t</c> (usr/src/uts/common/sys/thread.h): two addresses.</summary>
    private static string WaitChannel(int word) => $"struct lwpchan {2 * word}: lc_wchan0 0 {word} caddr_t; lc_wchan {word} {word} caddr_t;";

    private void Parse(string text)
    {
        string name = "";
        int bytes = 0;
        List<FactMember> members = [];
        foreach (string line in text.Split('\n'))
        {
            string rest = line.Trim();
            if (rest.StartsWith("struct ", StringComparison.Ordinal) && rest.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
            {
                Add(name, bytes, members);
                string[] head = rest[7..colon].Split(' ');
                (name, bytes, members) = (head[0], int.Parse(head[1], CultureInfo.InvariantCulture), []);
                rest = rest[(colon + 2)..];
            }

            foreach (string part in rest.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                string[] words = part.Split(' ', 4);
                members.Add(new FactMember(words[0], int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture), words[3]));
            }
        }

        Add(name, bytes, members);
    }

    private void Add(string name, int bytes, List<FactMember> members)
    {
        if (name.Length > 0) _structures[name] = new FactStruct(name, bytes, members);
    }
}
