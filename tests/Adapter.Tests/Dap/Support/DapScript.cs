using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Adapter.Tests.Dap.Support;

/// <summary>Plays a transcript of protocol-fixtures/dap against a server of its own. The form is described in protocol-fixtures/README.md.</summary>
internal sealed partial class DapScript(string path)
{
    private static readonly HashSet<string> Marks = ["->", "<-", "<!", "<*", "..."];

    private readonly Dictionary<string, JsonElement> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<int>> _asked = new(StringComparer.Ordinal);

    /// <summary>Where the transcripts are.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "protocol-fixtures", "dap");

    /// <summary>Plays it to its end.</summary>
    public async Task PlayAsync()
    {
        var steps = Parse(await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken));
        Assert.NotEmpty(steps);
        await using var client = new DapClient();
        JsonElement? waiting = null;
        foreach (var step in steps)
        {
            if (step.Mark == "->")
            {
                Assert.True(waiting is null, $"{step.Where}: before this request came {waiting}");
                await SendAsync(client, step);
                continue;
            }

            var message = waiting ?? await client.TryReceiveAsync() ?? throw new EndOfStreamException($"{step.Where}: the server has ended the session");
            waiting = null;
            if (step.Mark != "...") Compare(step, message);
            else
                for (; ; message = await client.ReceiveAsync())
                {
                    waiting = message;
                    if (!IsEvent(message, step.Name)) break;
                }
        }

        Assert.True(waiting is null, $"after the end of the transcript: {waiting}");
        await client.HangUpAsync();
        Assert.Null(await client.TryReceiveAsync());
    }

    private List<Step> Parse(string[] lines)
    {
        var steps = new List<Step>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#') continue;
            string where = $"{Path.GetFileName(path)}:{i + 1}";
            var text = new StringBuilder(lines[i]);
            while (i + 1 < lines.Length && lines[i + 1].StartsWith(' ')) text.Append('\n').Append(lines[++i]);
            string[] words = text.ToString().Split(' ', 3);
            if (words.Length < 2 || !Marks.Contains(words[0])) throw new FormatException($"{where}: {words[0]}?");
            steps.Add(new Step(where, words[0], words[1].TrimEnd(), words.Length > 2 ? words[2] : ""));
        }

        return steps;
    }

    private async Task SendAsync(DapClient client, Step step)
    {
        // What was kept stands in place of its name, a number without the quotation marks.
        string arguments = Kept().Replace(step.Json, m => _kept.TryGetValue(m.Groups[1].Value, out var kept) ? kept.GetRawText() : throw new FormatException($"{step.Where}: nothing was kept as {m.Value}"));
        if (!_asked.TryGetValue(step.Name, out var numbers)) _asked[step.Name] = numbers = new Queue<int>();
        numbers.Enqueue(await client.SendAsync(step.Name, arguments.Length == 0 ? null : arguments));
    }

    private void Compare(Step step, JsonElement message)
    {
        string failure = $"{step.Where}: expected {step.Mark} {step.Name} {step.Json}\n  but received {message}";
        if (step.Mark == "<*") Assert.True(IsEvent(message, step.Name), failure);
        else
        {
            Assert.True(message.Text("type") == "response" && message.Text("command") == step.Name && message.GetProperty("success").GetBoolean() == (step.Mark == "<-"), failure);
            Assert.True(message.Number("request_seq") == _asked[step.Name].Dequeue(), failure);
        }

        var body = message.TryGetProperty("body", out var b) ? b : default;
        if (step.Mark == "<!") body = body.GetProperty("error");
        if (step.Json.Length == 0)
        {
            Assert.True(body.ValueKind == JsonValueKind.Undefined, failure);
            return;
        }

        using var expected = JsonDocument.Parse(step.Json);
        if (Difference(expected.RootElement, body, "") is { } difference) Assert.Fail($"{failure}\n  {difference}");
    }

    /// <summary>The first thing that differs, and where; null where nothing does.</summary>
    private string? Difference(JsonElement expected, JsonElement actual, string at)
    {
        if (expected.ValueKind == JsonValueKind.String && expected.GetString()!.Contains('{', StringComparison.Ordinal)) return Fits(expected.GetString()!, actual) ? null : $"{at}: {actual} does not fit {expected}";
        if (expected.ValueKind != actual.ValueKind) return $"{at}: {actual.ValueKind} instead of {expected.ValueKind}";
        return expected.ValueKind switch
        {
            JsonValueKind.Object => DifferenceOfMembers(expected, actual, at),
            JsonValueKind.Array => DifferenceOfElements(expected, actual, at),
            _ => JsonElement.DeepEquals(expected, actual) ? null : $"{at}: {actual} instead of {expected}",
        };
    }

    private string? DifferenceOfMembers(JsonElement expected, JsonElement actual, string at)
    {
        foreach (var member in expected.EnumerateObject().Where(m => m.Name != "..."))
        {
            if (!actual.TryGetProperty(member.Name, out var value)) return $"{at}.{member.Name} is missing";
            if (Difference(member.Value, value, $"{at}.{member.Name}") is { } difference) return difference;
        }

        if (expected.Has("...")) return null;
        return actual.EnumerateObject().Where(m => !expected.Has(m.Name)).Select(m => $"{at}.{m.Name} was not expected").FirstOrDefault();
    }

    private string? DifferenceOfElements(JsonElement expected, JsonElement actual, string at)
    {
        var elements = expected.EnumerateArray().ToList();
        bool more = elements.Count > 0 && elements[^1].ValueKind == JsonValueKind.String && elements[^1].ValueEquals("...");
        if (more) elements.RemoveAt(elements.Count - 1);
        int count = actual.GetArrayLength();
        if (count < elements.Count || (!more && count > elements.Count)) return $"{at}: {count} elements instead of {elements.Count}";
        return elements.Select((e, i) => Difference(e, actual[i], $"{at}[{i}]")).FirstOrDefault(d => d is not null);
    }

    /// <summary>Whether a value fits a text with wildcards: <c>{kind}</c> or <c>{name:kind}</c>, the latter keeping what was found.</summary>
    private bool Fits(string expected, JsonElement actual)
    {
        if (Wildcard().Match(expected) is { Success: true } alone && alone.Length == expected.Length && alone.Groups["kind"].Value == "number")
        {
            if (actual.ValueKind != JsonValueKind.Number) return false;
            Keep(alone, actual);
            return true;
        }

        if (actual.ValueKind != JsonValueKind.String) return false;
        var pattern = new StringBuilder("^");
        int at = 0;
        foreach (Match wildcard in Wildcard().Matches(expected))
        {
            pattern.Append(Regex.Escape(expected[at..wildcard.Index])).Append(CultureInfo.InvariantCulture, $"(?:{PatternOf(wildcard.Groups["kind"].Value)})");
            at = wildcard.Index + wildcard.Length;
            if (wildcard.Length == expected.Length) Keep(wildcard, actual);
        }

        pattern.Append(Regex.Escape(expected[at..])).Append('$');
        return Regex.IsMatch(actual.GetString()!, pattern.ToString(), RegexOptions.Singleline);
    }

    private static string PatternOf(string kind) => kind switch
    {
        "hex" => "0x[0-9a-f]+",
        "number" => "-?[0-9]+",
        "base64" => "[A-Za-z0-9+/]*=*",
        "text" => ".*?",
        _ => throw new FormatException($"wildcard {kind}?"),
    };

    private void Keep(Match wildcard, JsonElement value)
    {
        if (wildcard.Groups["name"] is { Success: true } name) _kept[name.Value] = value.Clone();
    }

    private static bool IsEvent(JsonElement message, string name) => message.Text("type") == "event" && message.Text("event") == name;

    private sealed record Step(string Where, string Mark, string Name, string Json);

    [GeneratedRegex(@"\{(?:(?<name>\w+):)?(?<kind>hex|number|base64|text)\}")]
    private static partial Regex Wildcard();

    [GeneratedRegex("\"\\{(\\w+)\\}\"")]
    private static partial Regex Kept();
}
