using System.Text;
using System.Text.RegularExpressions;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.GdbStub.Tests.Support;

/// <summary>Plays a transcript of protocol-fixtures/gdb against a synthetic target. The form is described in that folder's README.md.</summary>
internal sealed partial class RspScript(string path)
{
    private readonly List<(int Line, string Kind, string Text)> _steps = [];
    private SyntheticTarget _target = new();
    private GdbServerOptions _options = new();

    public static string Folder { get; } = FindFolder();

    public async Task PlayAsync()
    {
        Parse(await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken));
        Assert.NotEmpty(_steps);
        await using var client = new RspClient(_target.Build(), _options);
        foreach (var (line, kind, text) in _steps)
        {
            string where = $"{Path.GetFileName(path)}:{line}";
            switch (kind)
            {
                case ">":
                    await client.SendAsync(Unescape(text));
                    break;
                case "<":
                    string reply = await client.ReceiveAsync();
                    Assert.True(Matches(text, reply), $"{where}: expected {text}\n  but received {Escape(reply)}");
                    break;
                case "noack":
                    client.NoAck = true;
                    break;
                case ">>":
                    await client.SendRawAsync(Encoding.Latin1.GetBytes(Unescape(text)));
                    break;
                case "<<":
                    foreach (char c in Unescape(text)) Assert.True(await client.ReadByteAsync() == c, $"{where}: expected the bytes {text}");
                    break;
                case "closed":
                    Assert.True(await client.ReadByteAsync() == -1, $"{where}: the server should have ended the session");
                    break;
            }
        }
    }

    private void Parse(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd();
            if (line.Length == 0 || line[0] == '#') continue;
            int space = line.IndexOf(' ');
            string kind = space < 0 ? line : line[..space], text = space < 0 ? "" : line[(space + 1)..];
            if (kind == "target") Configure(text);
            else if (kind is ">" or "<" or ">>" or "<<" or "noack" or "closed") _steps.Add((i + 1, kind, text));
            else throw new FormatException($"{path}:{i + 1}: {kind}?");
        }
    }

    private void Configure(string text)
    {
        foreach (string word in text.Split(' '))
        {
            switch (word)
            {
                case "machine": break;
                case "guest": _options = _options with { View = GdbView.Guest }; break;
                case "monitor": _options = _options with { Monitor = () => (command, _) => command == "fail" ? throw new InvalidOperationException("broken") : ["one", $"<{command}>"] }; break;
                case "files": _options = _options with { ServeFiles = true }; _target = Symbols(); break;
                case "symbols": _target = Symbols(); break;
                case "no-dom0": _target = new SyntheticTarget { Dom0 = false, Panic = Core.Target.PanicKind.Hypervisor }; break;
                case "no-guest-frame": _target = new SyntheticTarget { GuestFrame = false }; break;
                default: throw new FormatException($"{path}: target {word}?");
            }
        }
    }

    /// <summary>A target whose "symbol file" for Xen is this transcript's neighbour README.md: any file that exists will do.</summary>
    private static SyntheticTarget Symbols() => new() { XenSyms = Path.Combine(Folder, "symbols.bin") };

    private static bool Matches(string expected, string reply)
    {
        if (expected == "(empty)") return reply.Length == 0;
        var pattern = new StringBuilder("^");
        int at = 0;
        foreach (Match wildcard in Wildcard().Matches(expected))
        {
            pattern.Append(Regex.Escape(Unescape(expected[at..wildcard.Index])));
            pattern.Append(wildcard.Groups[1].Value switch
            {
                "hex" => "[0-9a-f]+",
                "unavailable" => "x+",
                "text" => "[^\0]*?",
                var name when name.StartsWith("x*", StringComparison.Ordinal) => $"x{{{int.Parse(name[2..], System.Globalization.CultureInfo.InvariantCulture) * 2}}}",
                "symbols" => Regex.Escape(Path.Combine(Folder, "symbols.bin")),
                var name => throw new FormatException($"wildcard {name}?"),
            });
            at = wildcard.Index + wildcard.Length;
        }

        pattern.Append(Regex.Escape(Unescape(expected[at..]))).Append('$');
        return Regex.IsMatch(reply, pattern.ToString(), RegexOptions.Singleline);
    }

    private static string Unescape(string text)
    {
        string path = string.Concat(Encoding.UTF8.GetBytes(Path.Combine(Folder, "symbols.bin")).Select(b => $"{b:x2}"));
        text = text.Replace("{hex of symbols}", path, StringComparison.Ordinal);
        return EscapedByte().Replace(text, m => m.Value == "\\n" ? "\n" : ((char)Convert.ToByte(m.Groups[1].Value, 16)).ToString());
    }

    private static string Escape(string text) =>
        string.Concat(text.Select(c => c == '\n' ? "\\n" : c is >= ' ' and < (char)127 ? c.ToString() : $"\\x{(int)c:x2}"));

    private static string FindFolder()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "XenDumpAdapter.sln"))) at = at.Parent;
        return Path.Combine(at?.FullName ?? throw new DirectoryNotFoundException("the repository"), "protocol-fixtures", "gdb");
    }

    [GeneratedRegex(@"(?<!\\)\{([a-z]+|x\*\d+)\}")]
    private static partial Regex Wildcard();

    [GeneratedRegex(@"\\(?:x([0-9a-fA-F]{2})|n)")]
    private static partial Regex EscapedByte();
}
