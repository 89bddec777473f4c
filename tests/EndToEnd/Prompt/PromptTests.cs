using System.Diagnostics;
using System.Text.RegularExpressions;

namespace XenDumpAdapter.EndToEnd.Prompt;

/// <summary>The prompt on a terminal: util-linux's <c>script</c> gives the program one.</summary>
public sealed partial class PromptTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _state = Directory.CreateTempSubdirectory("xendump-prompt").FullName;

    [Fact]
    public async Task Completes_pages_is_interrupted_and_remembers()
    {
        using (var first = Start())
        {
            await first.TypeAsync("::cpui\t\r", "xenstored");
            await first.TypeAsync("::walk thread | ::findstack\r", ">> More");
            await first.TypeAsync("q", "> ");
            await first.TypeAsync("half a line\u0003", "^C");
            await first.TypeAsync("ffbf3fc8/X\r", "c5a0901c");
            await first.EndAsync("$q\r");
            Assert.Contains("Loading modules: [ unix genunix", first.Screen, StringComparison.Ordinal);
        }

        using var second = Start();
        await second.TypeAsync("\u001b[A\u001b[A\r", "c5a0901c");
        await second.EndAsync("\u0004");
    }

    /// <summary>Ctrl-C ends what runs, and the prompt goes on.</summary>
    [Fact]
    public async Task Interrupts_a_command_and_not_the_tool()
    {
        using var prompt = Start();
        await prompt.TypeAsync("0,ffffffffffff=X ! wc\r", "");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await prompt.TypeAsync("\u0003", "[interrupted]");
        await prompt.TypeAsync("::xpvbuf ! head -1\r", "Xen panic[cpu2]");
        await prompt.EndAsync("::quit\r");
    }

    public void Dispose() => Directory.Delete(_state, recursive: true);

    private Terminal Start()
    {
        if (!File.Exists("/usr/bin/script")) Assert.Skip("util-linux's script is not here: no terminal can be made");
        return new Terminal(_state);
    }

    /// <summary>A program on a terminal of its own, 24 rows of 80 columns.</summary>
    private sealed class Terminal : IDisposable
    {
        private readonly Process _process;
        private readonly System.Text.StringBuilder _screen = new();

        public Terminal(string state)
        {
            var start = new ProcessStartInfo("/usr/bin/script") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
            foreach (string word in (string[])["-qefc", $"stty rows 24 cols 80; exec '{Xendump.Path}' mdb sample:goldcloth", "/dev/null"]) start.ArgumentList.Add(word);
            start.Environment["TERM"] = "xterm";
            start.Environment["XDG_STATE_HOME"] = state;
            _process = Process.Start(start)!;
            _ = Task.Run(Collect);
            Expect("> ", 0).GetAwaiter().GetResult();
        }

        public string Screen
        {
            get
            {
                lock (_screen) return Escapes().Replace(_screen.ToString(), "");
            }
        }

        /// <summary>Types, and waits for what comes then.</summary>
        public async Task TypeAsync(string keys, string expected)
        {
            int from = Screen.Length;
            await _process.StandardInput.WriteAsync(keys);
            await _process.StandardInput.FlushAsync();
            await Expect(expected, from);
        }

        /// <summary>Types, and waits for the program's end.</summary>
        public async Task EndAsync(string keys)
        {
            await _process.StandardInput.WriteAsync(keys);
            await _process.StandardInput.FlushAsync();
            using var limit = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(limit.Token);
            Assert.Equal(0, _process.ExitCode);
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            _process.Dispose();
        }

        private async Task Expect(string text, int from)
        {
            var clock = Stopwatch.StartNew();
            while (Screen is var screen && (screen.Length < from || !screen[from..].Contains(text, StringComparison.Ordinal)))
            {
                Assert.True(clock.Elapsed < Patience, $"\"{text}\" did not come; there was:\n{screen[Math.Min(from, screen.Length)..]}");
                await Task.Delay(20);
            }
        }

        private async Task Collect()
        {
            char[] some = new char[4096];
            int got;
            while ((got = await _process.StandardOutput.ReadAsync(some)) > 0)
                lock (_screen) _screen.Append(some, 0, got);
        }
    }

    [GeneratedRegex("\u001b\\[[?0-9;]*[A-Za-z]|\u001b[=>]")]
    private static partial Regex Escapes();
}
