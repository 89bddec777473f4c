using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Formats.Solaris;

/// <summary>What a dump's header says about how much of the machine is in it.</summary>
internal static class DumpHeaderChecks
{
    /// <summary>Says what a reader of the dump should know.</summary>
    public static void Report(DumpHeader header, IByteSource file, DiagnosticBag diagnostics)
    {
        if ((header.Flags & DumpFlags.Complete) == 0)
        {
            // dumpsys() compares the pages that it wrote with dump_npages after the hypervisor's pages were added to it.
            string always = header.Platform == "i86xpv" ? " (dumps of i86xpv kernels since October 2009 never say that they are complete)" : "";
            diagnostics.Warn(DiagnosticIds.SolarisIncomplete, $"{file.Name} does not say that it is complete{always}: pages that its kernel could not write are absent.");
        }

        if ((header.Flags & DumpFlags.Live) != 0)
            diagnostics.Add(DiagnosticSeverity.Note, "solaris/live", $"{file.Name} is a live dump: nothing panicked, and its structures may have changed while it was taken.");
    }
}
