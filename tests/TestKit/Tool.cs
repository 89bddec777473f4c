using System.Diagnostics;

namespace XenDumpAdapter.TestKit;

/// <summary>Other people's programs, as oracles: gdb, readelf, addr2line, gcc. A machine without one skips the tests that ask it.</summary>
public static class Tool
{
    /// <summary>Standard output of a program; null where there is no such program.</summary>
    /// <exception cref="InvalidOperationException">It failed: the message has its standard error.</exception>
    public static string? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["LC_ALL"] = "C";
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        if (process is null) return null;
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}");
        }
    }
}
