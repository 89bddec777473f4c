using XenDumpAdapter.Adapter.Verbs;
using XenDumpAdapter.Core.Opening;

using var interruption = new Interruption();

// Not disposed: a stream whose reader is gone must not turn the end of the process into an error.
var terminal = Terminal.OfProcess(interruption.Ignore);
return await new CommandLine(new VerbHost(terminal, DumpOpener.Open)).RunAsync(args, interruption.Token).ConfigureAwait(false);
