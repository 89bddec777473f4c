using System.Diagnostics;

namespace XenDumpAdapter.EndToEnd.Gdb;

/// <summary>A debugger of this machine, run in batch mode. Tests are skipped, with the reason, where it is not installed.</summary>
internal sealed class DebuggerProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private readonly string _path;

    private DebuggerProgram(string path) => _path = path;

    /// <summary>gdb, without the user's own settings.</summary>
    public static DebuggerProgram Gdb() => Find("gdb", "gdb");

    /// <summary>lldb.</summary>
    public static DebuggerProgram Lldb() => Find("lldb", "lldb", "lldb-19", "lldb-17", "lldb-16", "lldb-15", "lldb-14");

    /// <summary>Runs gdb commands; both of its outputs, in the order in which they came.</summary>
    public Task<string> CommandsAsync(params string[] commands) =>
        RunAsync(Arguments(commands));

    /// <summary>Runs gdb commands; what the target said through <c>monitor</c>, which gdb writes to its standard error and nothing of its own between (gdb_stdtarg).</summary>
    public Task<string> MonitorAsync(params string[] commands) => RunAsync(Arguments(commands), errorsOnly: true);

    private static IEnumerable<string> Arguments(string[] commands) =>
        ["-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex", "set width 0", .. commands.SelectMany(c => new[] { "-ex", c })];

    /// <summary>Runs it with arguments.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, bool errorsOnly = false)
    {
        var start = new ProcessStartInfo(_path) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {_path}");
        var text = new System.Text.StringBuilder();
        void Take(object sender, DataReceivedEventArgs e)
        {
            // The end of a stream comes as null, and at any time.
            if (e.Data is not { } line) return;
            lock (text) text.AppendLine(line);
        }

        if (!errorsOnly) process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            lock (text) Assert.Fail($"{_path} hung; it said:\n{text}");
        }

        lock (text) return text.ToString().ReplaceLineEndings("\n");
    }

    private static DebuggerProgram Find(string what, params string[] names)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? path = names.SelectMany(n => folders.Select(f => Path.Combine(f, n))).FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip($"{what} is not installed");
        return new DebuggerProgram(path!);
    }
}
