using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>An image and the space that its addresses are in.</summary>
internal readonly record struct LoadedImage(Module Module, AddressSpace Space);

/// <summary>A symbol where it was found.</summary>
internal readonly record struct FoundSymbol(Symbol Symbol, LoadedImage Image);

/// <summary>What names mean: the frame's variables, then symbols and types of the frame's images, of the chosen space's, of all others.</summary>
internal sealed class NameScope : INameKinds
{
    private readonly ExpressionScope _scope;
    private readonly List<LoadedImage> _images = [];
    private IReadOnlyList<FrameVariable>? _variables;

    /// <summary>The names of <paramref name="scope"/>.</summary>
    public NameScope(ExpressionScope scope)
    {
        _scope = scope;
        Space = scope.Space ?? scope.Frame?.Context.Space ?? (scope.Target.Spaces.Count > 0 ? scope.Target.Spaces[0] : null);
        var found = FindImages().ToList();
        foreach (var image in found.Where(i => i.Space == Space).Concat(found).Concat(FindOthers()))
            if (!_images.Any(known => known.Module == image.Module)) _images.Add(image);
    }

    /// <summary>The space of bare numbers; null in a target that has none.</summary>
    public AddressSpace? Space { get; }

    /// <summary>The selected frame, or null.</summary>
    public Frame? Frame => _scope.Frame;

    /// <inheritdoc/>
    public string SpaceNames => string.Join(", ", _scope.Target.Spaces.Select(s => s.Name));

    /// <inheritdoc/>
    public bool IsSpace(string word) => _scope.Target.FindSpace(word) is not null;

    /// <inheritdoc/>
    public bool IsTypeName(string word)
    {
        bool isSymbol = TypeScope.TrySplit(word, out string module, out string bare) ? FindSymbol(module, bare) is not null
            : FindVariable(word) is not null || FindSymbol(null, word) is not null;
        return !isSymbol && FindType(word, Space) is not null;
    }

    /// <summary>The same names with another space for bare numbers; null where there is no such space.</summary>
    public NameScope? In(string space) => _scope.Target.FindSpace(space) is { } s ? new NameScope(_scope with { Space = s }) : null;

    /// <summary>The frame's variable of that name, the innermost block's first; null where there is none.</summary>
    public FrameVariable? FindVariable(string name)
    {
        var all = Variables;
        for (int i = all.Count - 1; i >= 0; i--)
            if (all[i].Name == name) return all[i];
        return null;
    }

    /// <summary>The symbol of that name, in that module or in any; null where there is none.</summary>
    public FoundSymbol? FindSymbol(string? module, string name)
    {
        foreach (var image in _images)
            if ((module is null || image.Module.Name == module) && image.Module.Symbols.Find(name) is { } symbol) return new FoundSymbol(symbol, image);
        return null;
    }

    /// <summary>Whether there is a module of that name.</summary>
    public bool HasModule(string name) => _images.Any(i => i.Module.Name == name);

    /// <summary>The modules there are, for a message.</summary>
    public string ModuleNames => _images.Count == 0 ? "none" : string.Join(", ", _images.Select(i => i.Module.Name).Distinct());

    /// <summary>The base type of that name: the images' own, else C's; of <c>struct xpv`domain</c>, that module's alone. Null where unknown.</summary>
    public CType? FindType(string name, AddressSpace? space)
    {
        if (TypeScope.TrySplit(name, out string module, out string bare))
            return _images.Where(i => i.Module.Name == module).Select(i => i.Module.Types?.Find(bare)).FirstOrDefault(t => t is not null);
        if (BasicTypes.Find(name, space?.AddressBits ?? 64) is { } basic) return basic;
        foreach (var image in _images)
            if (image.Module.Types?.Find(name) is { } type) return type;
        return BasicTypes.FindCommonTypedef(name);
    }

    /// <summary>Whether any image has types at all.</summary>
    public bool HasTypes => _images.Any(i => i.Module.Types is not null);

    /// <summary>Names of variables and symbols, for suggestions.</summary>
    public IEnumerable<string> VisibleNames =>
        Variables.Select(v => v.Name).OfType<string>().Concat(_images.SelectMany(i => i.Module.Symbols.All).Select(s => s.Name));

    /// <summary>Names of types, for suggestions.</summary>
    public IEnumerable<string> TypeNames => _images.SelectMany(i => i.Module.Types?.Names ?? []);

    private IReadOnlyList<FrameVariable> Variables => _variables ??= Frame is { Module.Dwarf: not null } f ? FrameVariables.Of(f) : [];

    private IEnumerable<LoadedImage> FindImages()
    {
        if (Frame is { } frame)
        {
            if (frame.Module is { } own) yield return new LoadedImage(own, frame.Context.Space);
            foreach (var m in frame.Context.Modules) yield return new LoadedImage(m, frame.Context.Space);
        }

        if (_scope.Target.Kernel is { } solaris)
            foreach (var module in InScopeOrder(solaris.Modules)) yield return new LoadedImage(module, solaris.Space);
        if (_scope.Target.Hypervisor is { Module: { } xen } hypervisor) yield return new LoadedImage(xen, hypervisor.Space);
        foreach (var domain in _scope.Target.Domains)
            if (domain is { Kernel: { } kernel, Space: { } space }) yield return new LoadedImage(kernel, space);
    }

    /// <summary>As mdb looks names up: genunix, against which the types of the others are made, then all in load order.</summary>
    private static IEnumerable<Module> InScopeOrder(IReadOnlyList<Module> modules) => modules.OrderBy(m => m.Name == "genunix" ? 0 : 1);

    // Images that nobody claims are taken to be in the space of bare numbers.
    private IEnumerable<LoadedImage> FindOthers() => Space is { } space ? _scope.Target.Modules.Select(m => new LoadedImage(m, space)) : [];
}
