using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The segments of an address space, in a balanced tree: <c>a_segtree</c> of <c>struct as</c>, whose nodes are the members <c>s_tree</c> of <c>struct seg</c>
/// (usr/src/uts/common/vm/as.h, seg.h; sys/avl_impl.h: the two children are the first words of a node).
/// </summary>
internal sealed class KernelSegments(SolarisImage image, KernelLayouts layouts, DiagnosticBag diagnostics)
{
    /// <summary>A balanced tree is not deeper than this however many nodes fit in memory.</summary>
    private const int Depth = 96;

    /// <summary>The segments in order; those that can be reached, where the tree is damaged.</summary>
    public IEnumerable<KernelSegment> Of(VirtualAddress addressSpace)
    {
        if (layouts.AddressSpace?.OffsetOf("a_segtree") is not { } tree || layouts.Segment is not { } segment || segment.OffsetOf("s_tree") is not { } node) yield break;
        var waiting = new Stack<VirtualAddress>();
        var seen = new HashSet<ulong>();
        var at = image.PointerAt(addressSpace + tree);
        while (at is { Value: not 0 } || waiting.Count > 0)
        {
            if (at is { Value: not 0 } inner)
            {
                if (waiting.Count >= Depth || seen.Count >= DumpLimits.KernelSegments || !seen.Add(inner.Value))
                {
                    diagnostics.Warn("solaris/segments-cycle", $"the segments of the address space at {addressSpace} do not end (node {inner} again, or too deep); stopped: cycle.");
                    yield break;
                }

                waiting.Push(inner);
                at = image.PointerAt(inner);
                continue;
            }

            var top = waiting.Pop();
            var found = new StructAt(segment, image.Memory, new VirtualAddress(unchecked(top.Value - node)));
            if (found.Pointer("s_base") is { } start && found.Number("s_size") is { } size && size > 0)
                yield return new KernelSegment(found.Address, new AddressRange(start, size), found.Pointer("s_ops") is { Value: not 0 } operations ? operations : null);
            at = image.PointerAt(top + (ulong)image.Word);
        }
    }
}
