using System.Text.Json;
using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

/// <summary>The check that every message of the other tests goes through.</summary>
public sealed class SchemaTests
{
    private const string Small = """
        {"definitions":{
          "ProtocolMessage":{"type":"object","required":["seq","type"],"properties":{"seq":{"type":"integer"},"type":{"type":"string","_enum":["request","response","event"]}}},
          "Event":{"allOf":[{"$ref":"#/definitions/ProtocolMessage"},{"type":"object","required":["event"],"properties":{"type":{"type":"string","enum":["event"]},"event":{"type":"string"},"body":{"type":["array","boolean","integer","null","number","object","string"]}}}]},
          "ThingEvent":{"allOf":[{"$ref":"#/definitions/Event"},{"type":"object","required":["body"],"properties":{"body":{"type":"object","required":["kind"],"properties":{
            "kind":{"type":"string","_enum":["good","bad"]},"count":{"type":"integer","minimum":0,"maximum":9},"either":{"oneOf":[{"type":"integer"},{"type":"string"}]},
            "any":{"anyOf":[{"type":"boolean"},{"$ref":"#/definitions/Name"}]},"list":{"type":"array","items":{"$ref":"#/definitions/Name"}},"map":{"type":"object","additionalProperties":{"type":"string"}},"open":{"type":"object","additionalProperties":true}}}}}]},
          "Name":{"type":"string","enum":["a","b"]}
        }}
        """;

    [Theory]
    [InlineData("""{"kind":"good"}""")]
    [InlineData("""{"kind":"bad","count":0,"either":1,"any":true,"list":["a","b"],"map":{"x":"y"},"open":{"x":[1]}}""")]
    [InlineData("""{"kind":"bad","count":9.0,"either":"1","any":"b","list":[]}""")]
    public void Takes_what_holds(string body) => Assert.Empty(CheckOf(body));

    [Theory]
    [InlineData("{}", "kind is missing")]
    [InlineData("7", "is not")]
    [InlineData("""{"kind":"good","count":"1"}""", "is not")]
    [InlineData("""{"kind":"ugly"}""", "none that clients know")]
    [InlineData("""{"kind":"good","count":-1}""", "below")]
    [InlineData("""{"kind":"good","count":10}""", "above")]
    [InlineData("""{"kind":"good","count":1.5}""", "is not")]
    [InlineData("""{"kind":"good","either":true}""", "fits none or several")]
    [InlineData("""{"kind":"good","any":"c"}""", "fits none")]
    [InlineData("""{"kind":"good","list":["a","c"]}""", "[1]")]
    [InlineData("""{"kind":"good","map":{"x":1}}""", "map.x")]
    [InlineData("""{"kind":"good","knid":"good"}""", "no member knid")]
    public void Names_what_does_not(string body, string error) => Assert.Contains(error, Assert.Single(CheckOf(body)), StringComparison.Ordinal);

    [Fact]
    public void A_message_that_the_protocol_does_not_have_is_none()
    {
        using var message = JsonDocument.Parse("""{"seq":1,"type":"event","event":"other"}""");
        Assert.Contains("no OtherEvent", Assert.Single(Schema().CheckMessage(message.RootElement)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyword_that_is_not_checked_is_named()
    {
        using var schema = JsonDocument.Parse("""{"definitions":{"X":{"type":"string","pattern":"a"}}}""");
        using var value = JsonDocument.Parse("\"a\"");
        Assert.Contains("pattern", Assert.Single(new ProtocolSchema(schema.RootElement).Check("X", value.RootElement)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_schema_is_here_and_messages_of_this_server_are_held_against_it()
    {
        if (ProtocolSchema.Published is not { } schema)
        {
            Assert.Skip($"the protocol's schema is not here: name debugAdapterProtocol.json with {ProtocolSchema.Variable}");
            return;
        }

        Assert.Contains("StoppedEvent", schema.Definitions);
        await using var client = await DapClient.StoppedAsync();
        int seq = await client.SendAsync("threads");
        string answer = (await client.ResponseAsync(seq)).GetRawText();
        using var whole = JsonDocument.Parse(answer);
        using var broken = JsonDocument.Parse(answer.Replace("\"id\":", "\"number\":", StringComparison.Ordinal));
        Assert.Empty(schema.CheckMessage(whole.RootElement));
        Assert.NotEmpty(schema.CheckMessage(broken.RootElement));
    }

    private static IReadOnlyList<string> CheckOf(string body)
    {
        using var message = JsonDocument.Parse($$"""{"seq":1,"type":"event","event":"thing","body":{{body}}}""");
        return Schema().CheckMessage(message.RootElement);
    }

    private static ProtocolSchema Schema() => new(JsonDocument.Parse(Small).RootElement);
}
