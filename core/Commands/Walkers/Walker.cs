using XenDumpAdapter.Core.Commands.Language;

namespace XenDumpAdapter.Core.Commands.Walkers;

/// <summary>A walker (mdb): the addresses of all things of a kind, or of those that belong to the thing at an address.</summary>
public abstract class Walker
{
    /// <summary>Its name: <c>thread</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the list of walkers, without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>The type of the things, <c>kthread_t</c>; null where they have none. Pipes into <c>::print</c> without a type use it.</summary>
    public virtual string? TypeName => null;

    /// <summary>The addresses. They come when they are asked for.</summary>
    /// <exception cref="MdbException">There is no such list in this dump, or it cannot be walked from there.</exception>
    public abstract IEnumerable<ulong> Walk(WalkCall call);
}

/// <summary>What a walk starts from.</summary>
/// <param name="Session">The session.</param>
/// <param name="Address">The thing whose things are wanted; null for all.</param>
/// <param name="Cancel">Stops it.</param>
public sealed record WalkCall(MdbSession Session, ulong? Address, CancellationToken Cancel)
{
    /// <summary>The address, for walkers that cannot do without.</summary>
    /// <exception cref="MdbException">There is none.</exception>
    public ulong Require(string walker) => Address ?? throw new MdbException($"walk {walker} wants an address: address::walk {walker}");
}
