using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>
/// The symbols of a kernel and its hypervisor that are in the dump itself, as a file that clients can fetch. It exists in memory only, and is made when first read.
/// </summary>
internal sealed class SymbolImage
{
    /// <summary>Symbols beyond these are left out: a kernel has about a hundred thousand.</summary>
    private const int MostSymbols = 1 << 20;

    /// <summary>Characters of names beyond these are left out.</summary>
    private const int MostNameCharacters = 16 << 20;

    private readonly DumpTarget _target;
    private readonly bool _allThreads;
    private readonly Lazy<byte[]> _bytes;

    private SymbolImage(DumpTarget target, bool allThreads)
    {
        _target = target;
        _allThreads = allThreads;
        Path = PathOf(target.Name);
        _bytes = new Lazy<byte[]>(Make);
    }

    /// <summary>Where clients find it. No file of this machine is meant.</summary>
    public string Path { get; }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.Value;

    /// <summary>Width and registers of the program that it is.</summary>
    public Architecture Architecture => _target.Architecture;

    /// <summary>The file of a target; null where the kernel is none whose symbols the dump carries.</summary>
    /// <param name="target">The target.</param>
    /// <param name="allThreads">Whether clients see the threads that no CPU runs.</param>
    public static SymbolImage? Of(DumpTarget target, bool allThreads) => target.Kernel is not null && target.Modules.Count > 0 ? new SymbolImage(target, allThreads) : null;

    /// <summary>The path for a dump's name (<c>sample:goldcloth</c>, <c>/var/crash/vmcore.0</c>): its last part, in characters that mean nothing to a debugger.</summary>
    public static string PathOf(string name)
    {
        string last = name[(name.LastIndexOfAny(['/', '\\', ':']) + 1)..];
        string plain = string.Concat(last.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_')).Trim('.');
        return "/xendump/" + (plain.Length > 0 ? plain : "dump");
    }

    private byte[] Make()
    {
        var runs = ImageRuns.Of(_target.Modules, _target.Architecture.PointerSize * 8, _target.Hypervisor?.Module).ToList();
        var exceptionFrame = Unused(runs);
        var symbols = Symbols(runs);
        var frames = Frames(runs, symbols, exceptionFrame);
        symbols.Insert(0, new ImageSymbol("exception_frame", exceptionFrame.First, exceptionFrame.Length, SymbolKind.Function, false, runs.Count));
        runs.Add(exceptionFrame);
        return ElfImage.Make(_target.Architecture, exceptionFrame.First, runs, symbols, frames);
    }

    /// <summary>Addresses that no module has, in a page that kernels leave unmapped: at the end of the first, of the second and so on.</summary>
    private static ImageRun Unused(List<ImageRun> runs)
    {
        const ulong page = 0x1000, length = 0x10;
        ulong at = page - length;
        while (ImageRuns.Find(runs, at) >= 0 || ImageRuns.Find(runs, at + length - 1) >= 0)
        {
            var covering = runs[Math.Max(ImageRuns.Find(runs, at), ImageRuns.Find(runs, at + length - 1))];
            if (covering.Last >= uint.MaxValue - 2 * page) break;
            at = covering.Last / page * page + 2 * page - length;
        }

        return new ImageRun(".exception_frame", at, length, true);
    }

    // Each address and name once, local ones first: that order is ELF's.
    private List<ImageSymbol> Symbols(List<ImageRun> runs)
    {
        var found = new List<ImageSymbol>();
        var seen = new HashSet<(ulong, string)>();
        long characters = 0;
        foreach (var symbol in _target.Modules.SelectMany(m => m.Symbols.All))
        {
            if (symbol.Name.Length == 0 || symbol.Name.Contains('\0') || !Fits(symbol.Address.Value) || !seen.Add((symbol.Address.Value, symbol.Name))) continue;
            characters += symbol.Name.Length;
            if (found.Count == MostSymbols || characters > MostNameCharacters) break;
            ulong size = Fits(symbol.Size) ? symbol.Size : 0;
            found.Add(new ImageSymbol(symbol.Name, symbol.Address.Value, size, symbol.Kind, symbol.Global, ImageRuns.Find(runs, symbol.Address.Value)));
        }

        return [.. found.Where(s => !s.IsGlobal), .. found.Where(s => s.IsGlobal)];
    }

    private bool Fits(ulong value) => _target.Architecture.PointerSize == 8 || value <= uint.MaxValue;

    private ReadOnlySpan<byte> Frames(List<ImageRun> runs, List<ImageSymbol> symbols, ImageRun exceptionFrame)
    {
        var hypervisor = runs.Where(r => r is { IsCode: true, IsHypervisor: true }).ToList();
        (ulong, ulong)? code = hypervisor.Count == 0 ? null : (hypervisor[0].First, unchecked(hypervisor[^1].Last - hypervisor[0].First + 1));
        var rules = new FrameRules(_target.Architecture, code, exceptionFrame.First + exceptionFrame.Length / 2);
        var frames = new CallFrames(_target.Architecture.PointerSize, rules, exceptionFrame);
        ulong[] functions = [.. symbols.Where(s => s.Kind == SymbolKind.Function).Select(s => s.Address).Distinct().Order()];
        var stacks = new StackEvidence(_allThreads ? _target.Threads.Concat(_target.MoreThreads) : _target.Threads);
        var prologues = new Prologues(_target.Architecture, _target.Kernel!.Space);
        FunctionStart StartOf(ulong at) =>
            stacks.IsOutermost(at) ? FunctionStart.Outermost : stacks.IsTrapEntry(at) ? FunctionStart.TrapEntry : prologues.MayStartAt(at) && !stacks.HasFrameAtStart(at) ? FunctionStart.Prologue : FunctionStart.Plain;
        foreach (var run in runs.Where(r => r is { IsCode: true, HasOwnRules: false })) Add(frames, run, functions, StartOf);
        if ((stacks.KernelStart ?? LowestModule(runs)) is { } kernel)
            foreach (var run in Users(kernel, [.. runs.Append(exceptionFrame).OrderBy(r => r.First)])) frames.Add(run.First, run.Length, false, FunctionStart.Outermost);
        return frames.Bytes;
    }

    // In a 32-bit machine all users are below all modules; in a 64-bit one Xen is between.
    private ulong? LowestModule(List<ImageRun> runs) => _target.Architecture.PointerSize == 4 && runs.Count > 0 ? runs[0].First : null;

    // Of users' programs nothing is known: where one entered the kernel is where the stack ends. Xen keeps a part of the upper half for itself (xen/include/public/arch-x86/xen-x86_64.h).
    private List<ImageRun> Users(ulong kernel, IReadOnlyList<ImageRun> runs)
    {
        const ulong lowerEnd = 1UL << 47, afterXen = 0xffff_8800_0000_0000;
        bool is64 = _target.Architecture.PointerSize == 8;
        ulong end = is64 ? Math.Min(kernel, lowerEnd) : kernel;
        var users = new List<ImageRun>();
        if (end > 0) users.AddRange(ImageRuns.Beside(runs, new ImageRun("users", 0, end, true)));
        if (is64 && kernel > afterXen) users.AddRange(ImageRuns.Beside(runs, new ImageRun("users", afterXen, kernel - afterXen, true)));
        return users;
    }

    // A piece from each function to the next; functions without a prologue (assembly) are taken together with those of their kind before them.
    private static void Add(CallFrames frames, ImageRun run, ulong[] functions, Func<ulong, FunctionStart> startOf)
    {
        ulong first = run.First;
        var start = FunctionStart.Plain;
        int next = Array.BinarySearch(functions, run.First);
        for (next = next < 0 ? ~next : next; next < functions.Length && functions[next] <= run.Last; next++)
        {
            var following = startOf(functions[next]);
            if (following == FunctionStart.Plain && start == FunctionStart.Plain) continue;
            if (functions[next] > first) frames.Add(first, functions[next] - first, run.IsHypervisor, start);
            (first, start) = (functions[next], following);
        }

        frames.Add(first, first == run.First ? run.Length : run.Last - first + 1, run.IsHypervisor, start);
    }
}
