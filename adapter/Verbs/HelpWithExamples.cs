using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary>The usual help, then the verb's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<Verb> verbs) : SynchronousCommandLineAction
{
    private static readonly string[] General = ["xendump info vmcore", "xendump stack vmcore --xen-syms xen-syms --kernel vmlinux", "gdb -ex 'target remote | xendump gdb vmcore --stdio'"];

    /// <inheritdoc/>
    public override bool Terminating => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var verb = verbs.FirstOrDefault(v => v.Command == parseResult.CommandResult.Command);
        output.WriteLine("Examples:");
        foreach (string example in verb?.Examples ?? General) output.WriteLine($"  {example}");
        return code;
    }
}
