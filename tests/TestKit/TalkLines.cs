namespace XenDumpAdapter.TestKit;

/// <summary>What the talk 'Xen Crash Dumps on Solaris' types into mdb. Every front end must answer it alike.</summary>
public static class TalkLines
{
    /// <summary>The lines, in the talk's order; the last three are not the talk's.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "$<utsname", "xenver::print", "::xpvbuf", "$C", "ffbf3fc8,4/X", "f4c76e9d::dis", "f4c76e9d/ai1", "::xpvbuf !egrep \"(cr2|vcpu)\"",
        "0xffbe1100::print struct vcpu vcpu_id", "::cpuinfo", "c5a0ade0::print kthread_t t_stkbase", "::domain", "dom0_nrpages/X", "ff1e0440::whatis",
        "ffbe4100::walk vcpu | ::print struct vcpu runstate.state", "ffbe1100::print struct vcpu arch.guest_context.user_regs",
        "::exception", "::frames -s", "::threadlist -v",
    ];
}
