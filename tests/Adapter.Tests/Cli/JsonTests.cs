using System.Text.Json;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Adapter.Tests.Cli;

public sealed class JsonTests
{
    [Theory]
    [InlineData("stack", "stack made-up --all --registers --locals")]
    [InlineData("stack", "stack made-up")]
    [InlineData("stack", "stack mismatched")]
    [InlineData("threads", "threads made-up")]
    [InlineData("info", "info made-up")]
    [InlineData("read", "read made-up machine:0xff8 32")]
    [InlineData("dis", "dis made-up machine_halt")]
    [InlineData("print", "print made-up *hardware_domain->vcpu[0]")]
    [InlineData("print", "print made-up *(vcpu_t*)0x10")]
    [InlineData("demo", "demo")]
    [InlineData("info", "info sample:goldcloth")]
    [InlineData("stack", "stack sample:goldcloth --all --registers")]
    [InlineData("threads", "threads sample:goldcloth --all")]
    [InlineData("print", "print sample:goldcloth kthread_t 0xc5a0ade0")]
    [InlineData("read", "read sample:goldcloth 0xffbf3fc8 16")]
    [InlineData("dis", "dis sample:goldcloth page_ctr_sub_internal")]
    public async Task Holds_against_its_schema(string schema, string line)
    {
        var run = new CliRun();

        Assert.Equal(0, await run.RunAsync([.. line.Split(' '), "--json"]));
        Assert.Empty(Schemas.Of(schema).Check(run.Json()));
    }

    /// <summary>xendump mdb --json prints an object a line, as the lines come.</summary>
    [Theory]
    [InlineData("::cpuinfo")]
    [InlineData("::domain; ::ps -f; ::thread -pbs")]
    [InlineData("$C; ::walk vcpu; ::nothing; 0/X")]
    public async Task Each_line_of_the_mdb_language_holds_against_its_schema(string commands)
    {
        var run = new CliRun();
        await run.RunAsync("mdb", "sample:goldcloth", "--json", "-e", commands);
        string[] lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            using var json = JsonDocument.Parse(line);
            Assert.Empty(Schemas.Of("mdb").Check(json.RootElement));
        }
    }

    [Fact]
    public async Task A_row_has_its_columns_by_name()
    {
        var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("mdb", "sample:goldcloth", "--json", "-e", "1::cpuinfo; c5a08fdc::print int"));
        string[] lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("""{"id":1,"addr":"0xc5423080","flg":"0x1b","nrun":1,"bspl":0,"pri":59,"rnrn":"yes","krnrn":"no","switch":"t-0","thread":"0xc6178ee0","proc":"python2.4"}""", lines[0]);
        Assert.StartsWith("""{"error":"mdb: failed to read data from target: no mapping for address 0xc5a08fdc""", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_schema_check_can_fail()
    {
        using var wrong = JsonDocument.Parse("""{"stacks":[{"thread":-1,"name":5,"frames":[{"pc":"0X1","kind":"other"}],"more":1}]}""");
        var errors = Schemas.Of("stack").Check(wrong.RootElement);
        Assert.Contains(errors, e => e.Contains("below", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("does not match", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("none of", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("missing", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("more is not in the schema", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stack_has_the_shape_that_programs_expect()
    {
        var run = new CliRun();
        await run.RunAsync("stack", "made-up", "--json");
        var stack = run.Json().GetProperty("stacks")[0];
        Assert.Equal(1, stack.GetProperty("thread").GetInt32());
        Assert.Equal(0, stack.GetProperty("cpu").GetInt32());
        Assert.Equal("d0v0", stack.GetProperty("vcpu").GetString());
        Assert.Equal("end of stack", stack.GetProperty("ended").GetString());
        JsonElement[] frames = [.. stack.GetProperty("frames").EnumerateArray()];
        Assert.Equal(["hypervisor", "hypervisor", "exception", "kernel", "kernel"], frames.Select(f => f.GetProperty("kind").GetString()));
        Assert.Equal(["context", "scan", "exception-record", "guest-frame", "code-analysis"], frames.Select(f => f.GetProperty("foundBy").GetString()));
        Assert.Equal([0, 1, 2, 3, 4], frames.Select(f => f.GetProperty("level").GetInt32()));
        var exception = frames[2].GetProperty("exception");
        Assert.Equal(14, exception.GetProperty("vector").GetInt32());
        Assert.Equal("#PF", exception.GetProperty("name").GetString());
        Assert.Equal(2, exception.GetProperty("errorCode").GetInt32());
        Assert.Equal($"0x{CrashedHost.FaultAddress:x}", exception.GetProperty("address").GetString());
        Assert.Equal(51, frames[3].GetProperty("source").GetProperty("line").GetInt32());
        Assert.Equal(0x2bUL, frames[3].GetProperty("offset").GetUInt64());
        Assert.Equal(JsonValueKind.Null, frames[3].GetProperty("fp").ValueKind);
        Assert.False(frames[3].TryGetProperty("exception", out _));
        Assert.False(frames[3].TryGetProperty("inline", out _));
    }

    [Fact]
    public async Task Info_has_domains_and_vcpus_as_the_hypervisor_has_them()
    {
        var run = new CliRun();
        await run.RunAsync("info", "made-up", "--json");
        var info = run.Json();
        var dom0 = info.GetProperty("domains")[0];
        Assert.Equal($"0x{CrashedHost.DomainAddress:x}", dom0.GetProperty("address").GetString());
        Assert.Equal(11287, dom0.GetProperty("totalPages").GetInt32());
        Assert.Equal(4294967295, dom0.GetProperty("maxPages").GetInt64());
        Assert.Equal("0x290b", dom0.GetProperty("p2mMfn").GetString());
        Assert.Equal(["running", "offline"], dom0.GetProperty("vcpus").EnumerateArray().Select(v => v.GetProperty("state").GetString()));
        Assert.Equal([true, false], dom0.GetProperty("vcpus").EnumerateArray().Select(v => v.GetProperty("current").GetBoolean()));
        Assert.Equal("d0v0", info.GetProperty("cpus")[0].GetProperty("current").GetString());
        Assert.Equal(["(XEN) first", "(XEN) last"], info.GetProperty("hypervisor").GetProperty("console").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal("domain", info.GetProperty("panic").GetProperty("kind").GetString());
        Assert.Equal(["ok", "partial"], info.GetProperty("openReport").EnumerateArray().Select(s => s.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Absent_memory_is_a_reason_not_bytes()
    {
        var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("read", "made-up", "machine:0xff8", "32", "--json"));
        var read = run.Json();
        Assert.Equal(16, read.GetProperty("read").GetInt32());
        Assert.Equal(["nothing is mapped at 0xff8", null, "nothing is mapped at 0x1010"],
            read.GetProperty("segments").EnumerateArray().Select(s => s.TryGetProperty("absent", out var why) ? why.GetString() : null));
        Assert.Equal("30313233343536373839616263646566", read.GetProperty("segments")[1].GetProperty("hex").GetString());
        var nothing = new CliRun();
        Assert.Equal(2, await nothing.RunAsync("read", "made-up", "machine:0", "8", "--json"));
        Assert.Equal(0, nothing.Json().GetProperty("read").GetInt32());
    }

    [Fact]
    public async Task A_printed_structure_is_a_tree()
    {
        var run = new CliRun();
        Assert.Equal(0, await run.RunAsync("print", "made-up", "vcpu", $"0x{CrashedHost.VcpuAddress:x}", "--json"));
        var value = run.Json().GetProperty("value");
        Assert.Equal("struct vcpu", value.GetProperty("type").GetString());
        JsonElement[] members = [.. value.GetProperty("members").EnumerateArray()];
        Assert.Equal(["vcpu_id", "processor", "domain", "runstate", "is_running", "pause_count", null, "name"], members.Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(["0x7", "0xfffffffe", $"0x{CrashedHost.DomainAddress:x}", "0x1", "0x1", "0x5", null, null], members.Select(m => m.GetProperty("value").GetString()));
        Assert.Equal("cookie", members[6].GetProperty("members")[0].GetProperty("name").GetString());
        Assert.False(members[2].TryGetProperty("members", out _));
    }
}
