using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Memory;

/// <summary>Memory seen through a translator: virtual over machine, physical over machine.</summary>
/// <typeparam name="TFrom">Kind of address that is read.</typeparam>
/// <typeparam name="TTo">Kind of address that it is translated to.</typeparam>
public sealed class TranslatedMemory<TFrom, TTo>(ITranslator<TFrom, TTo> translator, IMemory<TTo> memory) : IMemory<TFrom>
    where TFrom : struct, IAddress<TFrom>
    where TTo : struct, IAddress<TTo>
{
    /// <summary>The map.</summary>
    public ITranslator<TFrom, TTo> Translator { get; } = translator;

    /// <inheritdoc/>
    public int Read(TFrom address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            var at = TFrom.From(unchecked(address.Value + (ulong)done));
            if (!Translator.TryTranslate(at, out var target, out ulong run)) break;
            int want = (int)Math.Min(run, (ulong)(destination.Length - done));
            int got = memory.Read(target, destination.Slice(done, want));
            done += got;
            if (got < want) break;
        }

        return done;
    }

    /// <inheritdoc/>
    public Fault Explain(TFrom address)
    {
        if (!Translator.TryTranslate(address, out var target, out _)) return Translator.Explain(address);
        return memory.Explain(target);
    }
}
