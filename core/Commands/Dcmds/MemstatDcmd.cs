using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Commands.Searching;
using XenDumpAdapter.Core.Formats.Solaris;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands.Dcmds;

/// <summary><c>::memstat</c>: pages by what they are (the table of usr/src/cmd/mdb/common/modules/genunix/memory.c), as far as a dump tells without its page structures.</summary>
public sealed class MemstatDcmd : Dcmd
{
    private const int NameWidth = 16;
    private const int NumberWidth = 16;

    /// <inheritdoc/>
    public override string Name => "::memstat";

    /// <inheritdoc/>
    public override string Summary => "count the pages by what they are";

    /// <inheritdoc/>
    public override string Details => """
        Of a Solaris dump: the pages that it holds, by who maps them: the kernel, the hypervisor, processes alone, nobody. The kernel's page structures (page_t) are not
        walked, so it is not told which pages are files, free, or ZFS's; those that were left out of the dump are not counted.
        Of a machine dump: the pages that Xen gave to each domain, and those that are in the dump.
        """;

    /// <inheritdoc/>
    public override AddressUse Address => AddressUse.None;

    /// <inheritdoc/>
    public override IEnumerable<CommandOutput> Run(DcmdCall call)
    {
        var target = call.Target;
        var table = new Table(new("Page Summary", NameWidth, Left: true), new("Pages", NumberWidth), new("MB", NumberWidth), new("%Tot", 5));
        var rows = target.Image.Solaris is { } dump ? OfSolaris(call, dump) : OfMachine(target);
        yield return table.Head();
        yield return CommandOutput.Header($"{new string('-', 12),-NameWidth} {new string('-', NumberWidth)} {new string('-', NumberWidth)}  ----");
        ulong total = InDump(target), size = (ulong)target.Image.Pages.PageSize;
        foreach (var (name, pages, share) in rows.Append(("Total", total, true)))
        {
            // Rounded to the nearest percent, as memory.c does.
            var percent = share && total > 0 ? Cell.Of($"{(UInt128)pages * 100 / total + ((UInt128)pages * 1000 / total % 10 >= 5 ? 1u : 0u)}%") : default;
            yield return table.Row(null, Cell.Of(name), Cell.Of(MdbNumbers.Plain(pages, 10)), Cell.Of(MdbNumbers.Plain((ulong)((UInt128)pages * size >> 20), 10)), percent);
        }

        if (target.Kernel is { } kernel && kernel.Namelist?.Find("physmem")?.Address is { } at && MdbMemory.TryNumber(kernel.Space, at.Value, call.Session.PointerSize) is { } physical)
            yield return table.Row(null, Cell.Of("Physical"), Cell.Of(MdbNumbers.Plain(physical, 10)), Cell.Of(MdbNumbers.Plain((ulong)((UInt128)physical * size >> 20), 10)), default);
        yield return CommandOutput.Line(target.Image.Solaris is null ? "(pages of domains as Xen counts them; Total is what the dump holds)"
            : "(pages in the dump by who maps them; the kernel's page structures are not walked)", style: LineStyle.Detail);
    }

    private static ulong InDump(DumpTarget target) => target.Image.Pages.Ranges.Aggregate(0UL, (sum, run) => unchecked(sum + run.Length)) / (ulong)target.Image.Pages.PageSize;

    private static IEnumerable<(string Name, ulong Pages, bool Share)> OfMachine(DumpTarget target)
    {
        foreach (var domain in target.Domains)
            if (domain.TotalPages is { } pages && domain.Kind is DomainKind.Pv or DomainKind.Hvm) yield return ($"Domain {domain.Id}", domain.TotalPages ?? 0, false);
    }

    private static IEnumerable<(string Name, ulong Pages, bool Share)> OfSolaris(DcmdCall call, SolarisDump dump)
    {
        var kernel = new PageSet();
        var users = new PageSet();
        var foreign = Foreign(call, dump);
        int shift = dump.Header.PageShift;
        var xen = call.Target.Hypervisor?.Range;
        var home = call.Target.Kernel?.Namelist?.Find("kas")?.Address;
        foreach (var space in dump.AddressSpaces())
        {
            bool isKernel = home is { } kas ? space == kas : kernel.Count == 0;
            foreach (var run in dump.Map(space).Runs(default, new(ulong.MaxValue), call.Cancel) ?? [])
            {
                for (ulong done = 0; done < run.Length; done += 1UL << shift)
                {
                    ulong page = unchecked(run.To + done) >> shift;
                    bool isXen = isKernel && xen?.Contains(new(unchecked(run.From + done))) == true;
                    (isXen || foreign.Has(page) ? foreign : isKernel ? kernel : users).Add(page);
                }
            }
        }

        ulong shared = users.CountIn(kernel), total = InDump(call.Target);
        yield return ("Kernel", kernel.Count, true);
        if (foreign.Count > 0) yield return ("Hypervisor", foreign.Count, true);
        if (users.Count > shared) yield return ("Processes", users.Count - shared, true);
        ulong mapped = kernel.Count + foreign.Count + (users.Count - shared);
        yield return ("Not mapped", total > mapped ? total - mapped : 0, true);
    }

    /// <summary>The pages whose numbers are invented, as they belong to the hypervisor (PFN_IS_FOREIGN_MFN, usr/src/uts/i86xpv/sys/hypervisor.h): bit 31, or 51 of 64.</summary>
    private static PageSet Foreign(DcmdCall call, SolarisDump dump)
    {
        var pages = new PageSet();
        if (call.Target.Kernel?.Platform != "i86xpv") return pages;
        ulong bit = dump.Header.WordBytes == 8 ? 1UL << 51 : 1UL << 31;

        // They come last, so the table is read from its end.
        for (ulong page = InDump(call.Target); page > 0 && dump.FrameNumber(page - 1) is { } frame && (frame & bit) != 0; page--)
        {
            call.Cancel.ThrowIfCancellationRequested();
            pages.Add(page - 1);
        }

        return pages;
    }
}
