using XenDumpAdapter.Adapter.Tests.Dap.Support;

namespace XenDumpAdapter.Adapter.Tests.Dap;

public sealed class ScopesTests
{
    [Fact]
    public async Task A_frame_has_arguments_locals_and_registers()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var scopes = await OfAsync(client, "blk_open_device");
        Assert.Equal(["Arguments", "Locals", "Registers", "Segments", "Control registers of CPU 0"], scopes.Texts("name"));
        Assert.Equal(["arguments", "locals", "registers", "registers", "registers"], scopes.Texts("presentationHint"));
        Assert.All(scopes.EnumerateArray(), s => Assert.False(s.GetProperty("expensive").GetBoolean()));
    }

    [Fact]
    public async Task Each_scope_has_as_many_variables_as_it_says()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames").EnumerateArray().ToList();
        foreach (var frame in frames)
        {
            foreach (var scope in (await client.AskAsync("scopes", $$"""{"frameId":{{frame.Number("id")}}}""")).GetProperty("scopes").EnumerateArray())
            {
                var variables = (await client.AskAsync("variables", $$"""{"variablesReference":{{scope.Number("variablesReference")}}}""")).GetProperty("variables");
                Assert.Equal(scope.Number("namedVariables"), variables.GetArrayLength());
            }
        }
    }

    [Fact]
    public async Task The_label_of_an_exception_has_the_records_fields()
    {
        await using var client = await DapClient.StoppedAsync();
        var scopes = await OfAsync(client, "— #PF");
        Assert.Equal("Exception", scopes[0].Text("name"));
        var fields = (await client.AskAsync("variables", $$"""{"variablesReference":{{scopes[0].Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal(["vector", "error code", "address", "address is", "cs:pc", "ss:sp", "record at"], fields.Texts("name"));
        Assert.Equal("14 (#PF)", fields.Named("vector").Text("value"));
        Assert.Equal("0x2: write to a page that is not present, in kernel mode", fields.Named("error code").Text("value"));
        Assert.Equal("0xffffffff80103f98", fields.Named("address").Text("memoryReference"));
        Assert.Equal("e033:0xffffffff8010212b", fields.Named("cs:pc").Text("value"));
        Assert.Equal("guest cr2 of d0v0", fields.Named("address is").Text("value"));
    }

    [Fact]
    public async Task A_label_of_a_boundary_has_none()
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(0, (await OfAsync(client, "— Xen hypervisor")).GetArrayLength());
    }

    [Fact]
    public async Task Asking_again_gives_the_same_numbers()
    {
        await using var client = await DapClient.StoppedAsync("sample:overflow");
        var first = await OfAsync(client, "vfs_open");
        var again = await OfAsync(client, "vfs_open");
        Assert.Equal(first.GetRawText(), again.GetRawText());
    }

    [Fact]
    public async Task Registers_that_are_not_known_say_so_and_flags_open_into_their_bits()
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var scopes = await OfAsync(client, "machine_halt");
        var registers = (await client.AskAsync("variables", $$"""{"variablesReference":{{scopes.Named("Registers").Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("<not known in this frame>", registers.Named("rbx").Text("value"));
        Assert.Equal("0x1122334455667788", registers.Named("rax").Text("value"));
        var flags = registers.Named("rflags");
        Assert.Equal("0x46 [ PF ZF ]", flags.Text("value"));
        var bits = (await client.AskAsync("variables", $$"""{"variablesReference":{{flags.Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("1", bits.Named("ZF").Text("value"));
        Assert.Equal("0", bits.Named("CF").Text("value"));
        var controls = scopes.Named("Control registers of CPU 0");
        var values = (await client.AskAsync("variables", $$"""{"variablesReference":{{controls.Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.StartsWith("0x8005003b [ PE ", values.Named("cr0").Text("value"), StringComparison.Ordinal);
        var segments = (await client.AskAsync("variables", $$"""{"variablesReference":{{scopes.Named("Segments").Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("0xe008", segments.Named("cs").Text("value"));
    }

    [Fact]
    public async Task A_32_bit_guest_has_its_own_registers()
    {
        await using var client = await DapClient.StoppedAsync("synthetic");
        var scopes = await OfAsync(client, "recurse");
        var registers = (await client.AskAsync("variables", $$"""{"variablesReference":{{scopes.Named("Registers").Number("variablesReference")}}}""")).GetProperty("variables");
        Assert.Equal("0xc0100006", registers.Named("eip").Text("value"));
        Assert.DoesNotContain("rip", registers.Texts("name"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(9999)]
    [InlineData(10007)]
    [InlineData(40000)]
    [InlineData(-2147483648)]
    [InlineData(2147483647)]
    public async Task An_unknown_frame_is_an_error(int frame)
    {
        await using var client = await DapClient.StoppedAsync();
        Assert.Equal(2001, (await client.FailAsync("scopes", $$"""{"frameId":{{frame}}}""")).Id);
    }

    private static async Task<System.Text.Json.JsonElement> OfAsync(DapClient client, string frame)
    {
        var frames = (await client.AskAsync("stackTrace", """{"threadId":1}""")).GetProperty("stackFrames");
        long id = frames.EnumerateArray().First(f => f.Text("name").StartsWith(frame, StringComparison.Ordinal)).Number("id");
        return (await client.AskAsync("scopes", $$"""{"frameId":{{id}}}""")).GetProperty("scopes");
    }
}
