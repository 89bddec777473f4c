using System.CommandLine;
using XenDumpAdapter.Core.Opening;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>The options that name symbol files; every verb has them.</summary>
internal sealed class SymbolOptions
{
    private readonly Option<string?> _xenSyms = new("--xen-syms") { Description = "Xen's symbols (xen-syms); else looked for beside the dump", HelpName = "FILE" };
    private readonly Option<string?> _kernel = new("--kernel") { Description = "dom0's kernel with symbols (ELF), or unix.N of a Solaris dump; else looked for beside the dump", HelpName = "FILE" };

    /// <summary>Adds them to a command.</summary>
    public SymbolOptions(Command command)
    {
        command.Options.Add(_xenSyms);
        command.Options.Add(_kernel);
    }

    /// <summary>What to open.</summary>
    public OpenOptions For(string dump, ParseResult arguments) =>
        new() { Dump = dump, XenSyms = arguments.GetValue(_xenSyms), Kernel = arguments.GetValue(_kernel) };
}
