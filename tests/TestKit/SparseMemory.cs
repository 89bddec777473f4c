using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.TestKit;

/// <summary>Memory that holds what a test puts into it and nothing else. A read stops at the first byte that no run holds.</summary>
public sealed class SparseMemory<TAddress> : IMemory<TAddress> where TAddress : struct, IAddress<TAddress>
{
    private readonly List<(ulong Start, byte[] Bytes)> _runs = [];

    public SparseMemory<TAddress> Add(ulong start, params byte[] bytes)
    {
        _runs.Add((start, bytes));
        return this;
    }

    public int Read(TAddress address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            var run = _runs.Find(r => unchecked(at - r.Start) < (ulong)r.Bytes.Length);
            if (run.Bytes is null) break;
            int offset = (int)unchecked(at - run.Start);
            int count = Math.Min(run.Bytes.Length - offset, destination.Length - done);
            run.Bytes.AsSpan(offset, count).CopyTo(destination[done..]);
            done += count;
        }

        return done;
    }

    public Fault Explain(TAddress address)
    {
        Span<byte> one = stackalloc byte[1];
        return Read(address, one) == 1 ? Fault.None : new Fault(FaultKind.NotMapped, "nothing is mapped there");
    }
}
