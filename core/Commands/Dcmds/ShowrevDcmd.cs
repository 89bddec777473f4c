using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::showrev</c>: what the system calls itself (usr/src/cmd/mdb/common/mdb/mdb_kvm.c, kt_showrev).</summary>
public sealed class ShowrevDcmd : Dcmd
{
    /// <inheritdoc/>
    public override string Name => "::showrev";

    /// <inheritdoc/>
    public override string Summary => "print the host, the kernel and the hypervisor and their versions";

    /// <inheritdoc/>
    public override string Usage => "[-v]";

    /// <inheritdoc/>
    public override string Details => """
        -v: the compilers that the dump names, and the version of the types of each module that says one.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<DcmdOption> Options { get; } = [new('v', null, "more about the builds")];

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var target = call.Target;
        if (target.Kernel is null && target.Hypervisor is null) throw MdbException.OfDump("the dump shows no kernel and no hypervisor");
        return OfKernel(target).Concat(OfHypervisor(target, call.Arguments.Has('v'))).Select(line => CommandOutput.Line(DumpText.Line(line)));
    }

    private static IEnumerable<string> OfKernel(DumpTarget target)
    {
        if (target.Kernel is not { } kernel) yield break;
        var names = kernel.Utsname;
        string machine = names?.Machine ?? "?";
        yield return $"Hostname: {names?.Nodename ?? "?"}";
        yield return $"Release: {names?.Release ?? "?"}";
        yield return $"Kernel architecture: {machine}";
        yield return $"Application architecture: {(kernel.Space.AddressBits == 64 ? "amd64" : "i386")}";
        yield return $"Kernel version: {names?.Sysname ?? "?"} {names?.Release ?? "?"} {machine} {names?.Version ?? "?"}";
        yield return $"Platform: {kernel.Platform ?? "?"}";
    }

    private static IEnumerable<string> OfHypervisor(DumpTarget target, bool verbose)
    {
        if (target.Hypervisor is not { } xen) yield break;
        yield return $"Hypervisor: Xen {xen.Version ?? "?"}{(xen.Debug == true ? ", debug build" : "")}";
        if (!verbose) yield break;
        if (xen.Compiler is { } compiler) yield return $"Hypervisor compiler: {compiler}";
        if (xen.CompileDate is { } date) yield return $"Hypervisor compiled: {date}";
        if (xen.Changeset is { } changeset) yield return $"Hypervisor changeset: {changeset}";
        if (xen.BuildId is { } id) yield return $"Hypervisor build id: {id}";
        if (xen.CommandLine is { } commandLine) yield return $"Hypervisor command line: {commandLine}";
    }
}
