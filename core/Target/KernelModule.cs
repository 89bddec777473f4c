using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Target;

/// <summary>An entry of the kernel's list of modules (illumos: <c>struct modctl</c>, usr/src/uts/common/sys/modctl.h). Members that cannot be read are null.</summary>
public sealed record KernelModule
{
    /// <summary>Where its <c>struct modctl</c> is.</summary>
    public required VirtualAddress Address { get; init; }

    /// <summary>Its name (<c>mod_modname</c>).</summary>
    public string? Name { get; init; }

    /// <summary>Its number (<c>mod_id</c>).</summary>
    public int? Id { get; init; }

    /// <summary>Whether its code is in memory: there is a <c>struct module</c> of it.</summary>
    public bool IsLoaded { get; init; }

    /// <summary>Code.</summary>
    public AddressRange Text { get; init; }

    /// <summary>Data.</summary>
    public AddressRange Data { get; init; }

    /// <summary>Data that begins as zeros.</summary>
    public AddressRange Bss { get; init; }

    /// <summary>Its file (<c>mod_filename</c>).</summary>
    public string? FileName { get; init; }

    /// <summary>The version of the interface that it is written for (<c>ml_rev</c> of its <c>struct modlinkage</c>).</summary>
    public int? Revision { get; init; }

    /// <summary>What it says of itself (<c>linkinfo</c> of its first linkage): <c>SCSI disk driver</c>.</summary>
    public string? Description { get; init; }
}
