using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Opening;

/// <summary>Picks the symbol file of a role that fits the dump. One that does not fit is said loudly and not used.</summary>
internal sealed class SymbolChoice(SymbolFinder symbols, OpenStages stages, DiagnosticBag diagnostics)
{
    /// <summary>The fitting module, or null.</summary>
    /// <param name="role">What for.</param>
    /// <param name="stage">The stage to report to.</param>
    /// <param name="name">The module's name; null for the file's name.</param>
    /// <param name="memory">The address space that the program runs in.</param>
    /// <param name="bits">Width of the program that ran; null where unknown.</param>
    /// <param name="whatElse">A clause that helps to find the right file, for the message of a mismatch.</param>
    public Module? Choose(SymbolRole role, string stage, string? name, IMemory<VirtualAddress> memory, int? bits, Func<string>? whatElse = null)
    {
        var candidates = symbols.Find(role);
        if (candidates.Count == 0)
        {
            stages.Skipped(stage, NoneFound(role, whatElse));
            return null;
        }

        string? misfit = null;
        foreach (var candidate in candidates)
        {
            var fit = SymbolFit.Check(candidate.Elf, memory, bits);
            if (fit.Verdict == FitVerdict.Differs)
            {
                misfit ??= $"{candidate.Path} is NOT the {What(role)} of this dump: {fit.Reason}.";
                continue;
            }

            return Use(candidate, stage, name, fit);
        }

        string more = whatElse is null ? "" : $" {Capital(whatElse())}.";
        diagnostics.Error(DiagnosticIds.SymbolMismatch, $"{misfit} It is not used; name the right file with {Option(role)}.{more}");
        stages.Failed(stage, misfit!);
        return null;
    }

    private Module Use(SymbolCandidate candidate, string stage, string? name, FitResult fit)
    {
        var module = ModuleLoader.Load(candidate, name ?? Path.GetFileNameWithoutExtension(candidate.Path), diagnostics);
        string found = $"{candidate.Path}: {module.Symbols.Count} symbols, {(module.Dwarf is null ? "no DWARF" : "DWARF")}";
        if (fit.Verdict == FitVerdict.Fits)
        {
            stages.Ok(stage, $"{found}; it fits: {fit.Reason}");
        }
        else
        {
            diagnostics.Warn("symbols/unchecked", $"{candidate.Path} could not be checked against the dump: {fit.Reason}.");
            stages.Partial(stage, $"{found}; not checked: {fit.Reason}");
        }

        return module;
    }

    private static string NoneFound(SymbolRole role, Func<string>? whatElse) =>
        $"no {What(role)} beside the dump; name it with {Option(role)} FILE{(whatElse is null ? "" : $" ({whatElse()})")}";

    private static string What(SymbolRole role) => role == SymbolRole.Hypervisor ? "xen-syms" : "dom0 kernel";

    private static string Option(SymbolRole role) => role == SymbolRole.Hypervisor ? "--xen-syms" : "--kernel";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
