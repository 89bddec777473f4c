using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary>
/// <c>$&lt;</c>: the commands that took the place of adb's macros, else a structure of that name (cmd_src_file, exec_alias and print_type of mdb_cmds.c; the table is
/// that of mdb_macalias.c). Files are never read.
/// </summary>
public sealed class MacroDcmd : Dcmd
{
    /// <summary>Macros and what they stand for.</summary>
    public static IReadOnlyList<(string Name, string Commands)> Macros { get; } =
    [
        ("bufctl", "::bufctl"), ("bufctl_audit", "::bufctl -v"), ("cpu", "::cpuinfo -v"), ("cpun", "::cpuinfo -v"), ("cpus", "::walk cpu |::cpuinfo -v"),
        ("devinfo", "::print struct dev_info"), ("devt", "::devt"), ("findthreads", "::walk thread |::thread"), ("mblk", "::mblk -v"), ("modules", "::modinfo"),
        ("mount", "::fsinfo"), ("msgbuf", "::msgbuf"), ("mutex", "::mutex"), ("panicbuf", "::panicinfo"), ("pid2proc", "::pid2proc |::print proc_t"),
        ("proc2u", "::print proc_t p_user"), ("procargs", "::print proc_t p_user.u_psargs"), ("queue", "::queue -v"), ("sema", "::print sema_impl_t"),
        ("stackregs", "::stackregs"), ("stacktrace", "::stackregs"), ("thread", "::print kthread_t"), ("threadlist", "::threadlist -v"), ("u", "::print user_t"),
        ("utsname", "utsname::print"),
    ];

    /// <inheritdoc/>
    public override string Name => "$<";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Aliases => ["$<<"];

    /// <inheritdoc/>
    public override string Summary => "run what became of a macro of adb, or print a structure";

    /// <inheritdoc/>
    public override string Usage => "name";

    /// <inheritdoc/>
    public override string Details => """
        $M lists the macros. Of another name, the structure of that name is printed: struct NAME, union NAME, NAME_t.

        $<utsname
        c5a0ade0$<thread
        """;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        if (call.FeedsPipe) throw new MdbException("macro files cannot be used as input to a pipeline");
        if (call.Arguments.Operands is not [var name]) throw new MdbException($"usage: {DcmdHelp.Usage(this)}");
        foreach (var (macro, commands) in Macros)
            if (macro == name) return call.Session.RunWithin(commands, call.HasAddress, call.Cancel);
        var types = call.Session.Types;
        string[] candidates = [$"struct {name}", $"union {name}", $"{name}_t", $"struct {name}s", $"union {name}s"];
        string type = candidates.FirstOrDefault(t => types.Find(t) is not null)
            ?? throw new MdbException($"failed to open {name} (see ::help '$<'){Expressions.NearestName.Hint(name, Macros.Select(m => m.Name))}");
        return call.Session.RunWithin($"::print {type}", hasAddress: true, call.Cancel);
    }
}
