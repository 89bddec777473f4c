using System.Globalization;

namespace XenDumpAdapter.Core.Types;

/// <summary>
/// Types from a table of measured layouts, for an image whose symbol file has none (Debian strips the DWARF of its 4.17's xen-syms). Only what the model of
/// Xen needs is in it, and configuration options move members: check every value against the dump.
/// <para>
/// Stable from 4.17 to 4.20, whatever the configuration: <c>cpu_user_regs</c>, <c>cpu_info</c> up to <c>pv_cr3</c>, <c>vcpu_runstate_info</c>, <c>pv_vcpu</c>,
/// <c>pv_domain</c>, <c>vcpu.vcpu_id</c> and <c>processor</c>, <c>domain.domain_id</c> and <c>max_vcpus</c>. Within 4.17 also all of <c>vcpu</c> up to
/// <c>sched_unit</c> and all of <c>domain</c> up to <c>is_privileged</c>; the runstate and the shutdown state moved between 4.17.5 and 4.17.7.
/// </para>
/// </summary>
public sealed class LayoutTable : ITypeSource
{
    /// <summary>Objects of a Solaris kernel whose type has never been another (usr/src/uts/common: os/startup.c, vm/seg_kmem.c, conf/param.c).</summary>
    private static readonly Dictionary<string, string> SolarisObjects = new(StringComparer.Ordinal)
    {
        ["utsname"] = "struct utsname",
        ["p0"] = "struct proc",
        ["t0"] = "struct _kthread",
        ["kas"] = "struct as",
    };

    private readonly Dictionary<string, AggregateType> _types = new(StringComparer.Ordinal);
    private readonly int _pointerSize;

    private LayoutTable(string description, int pointerSize, params ReadOnlySpan<string> layouts)
    {
        Description = description;
        _pointerSize = pointerSize;
        foreach (string text in layouts) Add(text);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _types.Keys.Select(name => "struct " + name);

    /// <summary>The set that is nearest to a version of Xen.</summary>
    /// <param name="major">Major version: 4.</param>
    /// <param name="minor">Minor version: 17.</param>
    /// <param name="is64">Whether it is a 64-bit hypervisor.</param>
    /// <param name="update">The third number of the version: 7 of <c>4.17.7</c>; null where unknown, then the newest update is taken.</param>
    public static LayoutTable ForXen(int major, int minor, bool is64, int? update = null)
    {
        long version = (long)major * 1000 + minor;
        string of = $"of Xen {major}.{minor}{(update is { } u ? $".{u}" : "")} by a table of measured layouts, those of";
        if (!is64)
        {
            return version < 3002
                ? new LayoutTable($"structures {of} 3.0.4 (32-bit PAE)", 4, XenLayouts.Ia32Common, XenLayouts.Xen30Ia32)
                : new LayoutTable($"structures {of} 3.4.0 (32-bit PAE)", 4, XenLayouts.Ia32Common, XenLayouts.Xen34Ia32);
        }

        return version switch
        {
            < 3003 => new LayoutTable($"structures {of} 3.1.0", 8, XenLayouts.Amd64Common, XenLayouts.Xen31Amd64),
            < 4008 => new LayoutTable($"structures {of} 3.4.0", 8, XenLayouts.Amd64Common, XenLayouts.Xen34Amd64),
            > 4018 => new LayoutTable($"structures {of} 4.20", 8, XenLayouts.Amd64Common, XenLayouts.Xen420),
            4017 when update is null or >= 6 => new LayoutTable($"structures {of} 4.17.7", 8, XenLayouts.Amd64Common, XenLayouts.Xen417Update7),
            _ => new LayoutTable($"structures {of} 4.17.5", 8, XenLayouts.Amd64Common, XenLayouts.Xen417),
        };
    }

    /// <summary>The set of a Solaris kernel's structures: the only two that were measured, for kernels that carry no types.</summary>
    /// <param name="is64">Whether it is a 64-bit kernel.</param>
    /// <param name="is2007">Whether those of September 2007 are wanted, else those of January 2015.</param>
    public static LayoutTable ForSolaris(bool is64, bool is2007) => (is64, is2007) switch
    {
        (false, true) => new LayoutTable("structures by a table measured of OpenSolaris, September 2007, 32-bit", 4, SolarisLayouts.Ia32Common, SolarisLayouts.Ia32Onnv2007),
        (false, false) => new LayoutTable("structures by a table measured of illumos, January 2015, 32-bit", 4, SolarisLayouts.Ia32Common, SolarisLayouts.Ia32Illumos2015),
        (true, true) => new LayoutTable("structures by a table measured of OpenSolaris, September 2007, 64-bit", 8, SolarisLayouts.Amd64Common, SolarisLayouts.Amd64Onnv2007),
        _ => new LayoutTable("structures by a table measured of illumos, January 2015, 64-bit", 8, SolarisLayouts.Amd64Common, SolarisLayouts.Amd64Illumos2015),
    };

    /// <inheritdoc/>
    public CType? Find(string name)
    {
        if (TypeName.Parse(name) is not { } parsed) return null;
        CType? named = parsed.Kind switch
        {
            TypeNameKind.Struct => _types.GetValueOrDefault(parsed.Spellings[0]),
            TypeNameKind.Plain when TagOf(parsed.Spellings[0]) is { } tag => _types.GetValueOrDefault(tag),
            TypeNameKind.Plain => Base(parsed.Spellings[0]),
            _ => null,
        };
        return named is null ? null : parsed.Wrap(named, _pointerSize);
    }

    /// <inheritdoc/>
    public CType? OfSymbol(string symbolName) => SolarisObjects.TryGetValue(symbolName, out string? type) ? Find(type) : null;

    /// <summary>Reads a set: a line is <c>struct NAME SIZE</c>, an indented one <c>NAME OFFSET TYPE</c>. Members are read when asked for, as they name each other.</summary>
    private void Add(string text)
    {
        List<string>? lines = null;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == ' ')
            {
                lines!.Add(line);
                continue;
            }

            string[] words = line.Split(' ');
            var members = lines = [];
            _types[words[1]] = new AggregateType(words[1], union: false, Number(words[2]), declaration: false, () => [.. members.Select(Member)]);
        }
    }

    private MemberInfo Member(string line)
    {
        string[] words = line.Trim().Split(' ', 3);
        var name = TypeName.Parse(words[2]);
        string tag = name?.Spellings[0] ?? "";
        CType? named = name is null ? null : name.Kind == TypeNameKind.Struct ? StructOrName(tag) : name.Pointers > 0 && tag == "void" ? VoidType.Instance : Base(tag);
        var type = named is null ? new BrokenType($"the table's type {words[2]}") : name!.Wrap(named, _pointerSize);
        return new MemberInfo(words[0], type, Number(words[1]) * 8);
    }

    /// <summary>A struct of the table; of one that is not in it, only the name.</summary>
    private AggregateType StructOrName(string tag) =>
        _types.GetValueOrDefault(tag) ?? new AggregateType(tag, union: false, 0, declaration: true, () => []);

    private static ulong Number(string word) => ulong.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The structures that Solaris' headers give a second name (usr/src/uts/common/sys).</summary>
    private static string? TagOf(string name) => name switch
    {
        "kthread_t" => "_kthread",
        "klwp_t" => "_klwp",
        "cpu_t" => "cpu",
        "disp_t" => "_disp",
        "dispq_t" => "dispq",
        "proc_t" => "proc",
        "user_t" => "user",
        "label_t" => "label",
        "lwpchan_t" => "lwpchan",
        "queue_t" => "queue",
        "mblk_t" => "msgb",
        "log_ctl_t" => "log_ctl",
        "sobj_ops_t" => "_sobj_ops",
        _ => null,
    };

    private BaseType? Base(string name)
    {
        ulong word = (ulong)_pointerSize;
        return name switch
        {
            "char" => new BaseType(name, 1, BaseEncoding.Character),
            "_Bool" => new BaseType(name, 1, BaseEncoding.Boolean),
            "int8_t" => new BaseType(name, 1, BaseEncoding.Signed),
            "int16_t" => new BaseType(name, 2, BaseEncoding.Signed),
            "int32_t" => new BaseType(name, 4, BaseEncoding.Signed),
            "int64_t" => new BaseType(name, 8, BaseEncoding.Signed),
            "uint8_t" => new BaseType(name, 1, BaseEncoding.Unsigned),
            "uint16_t" => new BaseType(name, 2, BaseEncoding.Unsigned),
            "uint32_t" or "unsigned int" => new BaseType(name, 4, BaseEncoding.Unsigned),
            "uint64_t" => new BaseType(name, 8, BaseEncoding.Unsigned),
            "int" => new BaseType(name, 4, BaseEncoding.Signed),
            "long int" => new BaseType("long", word, BaseEncoding.Signed),
            "long unsigned int" => new BaseType("unsigned long", word, BaseEncoding.Unsigned),
            _ => null,
        };
    }
}
