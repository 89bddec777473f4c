using XenDumpAdapter.Core.Commands.Language;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary><c>::walk list</c>: the objects of a <c>list_t</c> (illumos: usr/src/uts/common/sys/list_impl.h).</summary>
public sealed class ListWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "list";

    /// <inheritdoc/>
    public override string Summary => "walk the objects of the list_t at the address";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var list = ObjectReader.Require(call.Session, "list_t", "struct list");
        ulong head = call.Require(Name);
        if (!list.Read(head) || list.Number("list_offset") is not { } offset || list.AddressOf("list_head") is not { } anchor)
            throw MdbException.OfItem($"failed to read list_t at {MdbNumbers.Prefixed(head)}");
        return Links(call, anchor, offset);
    }

    private static IEnumerable<ulong> Links(WalkCall call, ulong anchor, ulong offset)
    {
        // A list_node_t begins with the pointer to the next one.
        int word = call.Session.PointerSize;
        var steps = new WalkSteps();
        for (ulong node = call.Session.Fetch(anchor, word); node != anchor; node = call.Session.Fetch(node, word))
        {
            call.Cancel.ThrowIfCancellationRequested();
            if (node == 0) throw MdbException.OfItem("the list ends without coming back to its head");
            steps.Take(node);
            yield return unchecked(node - offset);
        }
    }
}

/// <summary><c>::walk avl</c>: the objects of an <c>avl_tree_t</c> in their order (illumos: usr/src/uts/common/sys/avl_impl.h).</summary>
public sealed class AvlWalker : Walker
{
    /// <inheritdoc/>
    public override string Name => "avl";

    /// <inheritdoc/>
    public override string Summary => "walk the objects of the avl_tree_t at the address, in order";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var tree = ObjectReader.Require(call.Session, "avl_tree_t", "struct avl_tree");
        var node = ObjectReader.Require(call.Session, "struct avl_node", "avl_node_t");
        ulong at = call.Require(Name);
        if (!tree.Read(at) || tree.Number("avl_root") is not { } root || tree.Number("avl_offset") is not { } offset)
            throw MdbException.OfItem($"failed to read avl_tree_t at {MdbNumbers.Prefixed(at)}");
        return InOrder(call, node, root, offset);
    }

    /// <summary>Left, self, right, with a stack of its own: a damaged tree may be as deep as memory.</summary>
    private static IEnumerable<ulong> InOrder(WalkCall call, ObjectReader node, ulong root, ulong offset)
    {
        var waiting = new Stack<(ulong Node, ulong Right)>();
        var steps = new WalkSteps();
        for (ulong at = root; at != 0 || waiting.Count > 0;)
        {
            call.Cancel.ThrowIfCancellationRequested();
            while (at != 0)
            {
                steps.Take(at);
                if (!node.Read(at) || node.Number("avl_child[0]") is not { } left || node.Number("avl_child[1]") is not { } right) throw MdbException.OfItem($"failed to read avl_node_t at {MdbNumbers.Prefixed(at)}");
                waiting.Push((at, right));
                at = left;
            }

            var (found, next) = waiting.Pop();
            yield return unchecked(found - offset);
            at = next;
        }
    }
}

/// <summary><c>::walk b_next</c>, <c>::walk b_cont</c>: STREAMS messages along a link (illumos: <c>struct msgb</c>, usr/src/uts/common/sys/stream.h).</summary>
/// <param name="link">The member that points to the next.</param>
public sealed class MessageWalker(string link) : Walker
{
    /// <inheritdoc/>
    public override string Name => link;

    /// <inheritdoc/>
    public override string Summary => $"walk the messages (mblk_t) that {link} links, from the address on";

    /// <inheritdoc/>
    public override string? TypeName => "mblk_t";

    /// <inheritdoc/>
    public override IEnumerable<ulong> Walk(WalkCall call)
    {
        var message = ObjectReader.Require(call.Session, "mblk_t", "struct msgb");
        return Links(call, message, call.Require(Name));
    }

    private IEnumerable<ulong> Links(WalkCall call, ObjectReader message, ulong first)
    {
        var steps = new WalkSteps();
        for (ulong at = first; at != 0;)
        {
            call.Cancel.ThrowIfCancellationRequested();
            steps.Take(at);
            yield return at;
            at = message.Read(at) && message.Number(link) is { } next ? next : throw MdbException.OfItem($"failed to read mblk_t at {MdbNumbers.Prefixed(at)}");
        }
    }
}

/// <summary>The steps of a walk: none is taken twice, and there is an end to them.</summary>
internal sealed class WalkSteps
{
    private readonly HashSet<ulong> _seen = [];

    /// <summary>Takes a step.</summary>
    /// <exception cref="MdbException">It was taken before, or there were too many.</exception>
    public void Take(ulong address)
    {
        if (!_seen.Add(address)) throw MdbException.OfItem($"it runs into itself at {MdbNumbers.Plain(address)}: stopped: cycle");
        if (_seen.Count > DumpLimits.ListItems) throw MdbException.OfItem($"stopped after {DumpLimits.ListItems} items");
    }
}
