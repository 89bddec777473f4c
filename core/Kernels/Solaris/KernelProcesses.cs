using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Core.Kernels.Solaris;

/// <summary>
/// The processes: the tree from <c>p0</c> through <c>p_child</c> and <c>p_sibling</c>, children after their parent as the kernel debugger lists them, then what only the
/// list from <c>practive</c> through <c>p_next</c> has (usr/src/uts/common/sys/proc.h).
/// </summary>
internal sealed class KernelProcesses
{
    /// <summary>MAXCOMLEN + 1 and PSARGSZ of usr/src/uts/common/sys/user.h.</summary>
    private const int NameBytes = 17, ArgumentBytes = 80;

    private readonly SolarisImage _image;
    private readonly KernelLayouts _layouts;
    private readonly DiagnosticBag _diagnostics;
    private readonly Dictionary<ulong, (string? Name, int? Pid)> _named = [];
    private readonly Lazy<IReadOnlyList<KernelProcess>> _all;
    private readonly Lock _lock = new();

    public KernelProcesses(SolarisImage image, KernelLayouts layouts, DiagnosticBag diagnostics)
    {
        _image = image;
        _layouts = layouts;
        _diagnostics = diagnostics;
        _all = new Lazy<IReadOnlyList<KernelProcess>>(ReadAll);
    }

    /// <summary>Every process. Read when first asked for.</summary>
    public IReadOnlyList<KernelProcess> All => _all.Value;

    /// <summary>Name and process id of the process at an address; null where they cannot be read.</summary>
    public (string? Name, int? Pid) Named(VirtualAddress process)
    {
        lock (_lock)
        {
            if (_named.TryGetValue(process.Value, out var known)) return known;
            var reader = Reader();
            var named = reader is not null && reader.Fetch(process) ? (reader.Name, reader.Pid) : default;
            if (_named.Count < DumpLimits.KernelProcesses) _named[process.Value] = named;
            return named;
        }
    }

    private ProcessReader? Reader() => _layouts.Process is { } layout ? new ProcessReader(_image, layout, _layouts.Pid) : null;

    private List<KernelProcess> ReadAll()
    {
        var found = new List<KernelProcess>();
        if (Reader() is not { } reader) return found;
        var seen = new HashSet<ulong>();
        if (_image.AddressOf("p0") is { } first) Tree(reader, first, found, seen);
        if (_image.Pointer("practive") is { Value: not 0 } active) List(reader, active, found, seen);
        else if (_image.AddressOf("p0") is null) _diagnostics.Warn("solaris/processes", "the processes cannot be listed: neither the symbol p0 nor practive leads to one.");
        return found;
    }

    private void Tree(ProcessReader reader, VirtualAddress first, List<KernelProcess> found, HashSet<ulong> seen)
    {
        var waiting = new Stack<VirtualAddress>();
        waiting.Push(first);
        while (waiting.TryPop(out var at))
        {
            if (!seen.Add(at.Value))
            {
                _diagnostics.Warn("solaris/processes-cycle", $"the tree of processes leads to the one at {at} again; stopped there: cycle.");
                continue;
            }

            if (seen.Count > DumpLimits.KernelProcesses || !Take(reader, at, found)) continue;
            if (at != first && reader.Sibling is { Value: not 0 } sibling) waiting.Push(sibling);
            if (reader.Child is { Value: not 0 } child) waiting.Push(child);
        }
    }

    private void List(ProcessReader reader, VirtualAddress first, List<KernelProcess> found, HashSet<ulong> seen)
    {
        var own = new HashSet<ulong>();
        for (var at = first; at.Value != 0;)
        {
            if (!own.Add(at.Value) || own.Count > DumpLimits.KernelProcesses)
            {
                _diagnostics.Warn("solaris/processes-cycle", $"the list of processes does not end (process {at} again); stopped: cycle.");
                return;
            }

            if (seen.Add(at.Value) ? !Take(reader, at, found) : !reader.Fetch(at)) return;
            at = reader.Next ?? default;
        }
    }

    private bool Take(ProcessReader reader, VirtualAddress at, List<KernelProcess> found)
    {
        if (!reader.Fetch(at))
        {
            _diagnostics.Warn("solaris/process-unreadable", $"the process at {at} cannot be read: {_image.Memory.Explain(at).Text}.");
            return false;
        }

        if (!reader.LooksLikeProcess)
        {
            _diagnostics.Warn("solaris/process-unreadable", $"the list of processes leads to {at}, which is no process.");
            return false;
        }

        found.Add(reader.Make());
        return true;
    }

    /// <summary>Reads processes, one after the other.</summary>
    private sealed class ProcessReader
    {
        private readonly SolarisImage _image;
        private readonly StructBlock _block;
        private readonly BlockMember? _next, _child, _sibling, _pid, _parent, _name, _arguments, _state, _as, _threads, _lwps;
        private readonly ulong? _id;

        public ProcessReader(SolarisImage image, StructLayout layout, StructLayout? pid)
        {
            _image = image;
            _block = new StructBlock(layout, image.Memory);
            _next = _block.Member("p_next");
            _child = _block.Member("p_child");
            _sibling = _block.Member("p_sibling");
            _pid = _block.Member("p_pidp");
            _parent = _block.Member("p_ppid");
            _name = _block.Member("p_user.u_comm");
            _arguments = _block.Member("p_user.u_psargs");
            _state = _block.Member("p_stat");
            _as = _block.Member("p_as");
            _threads = _block.Member("p_tlist");
            _lwps = _block.Member("p_lwpcnt");
            _id = pid?.OffsetOf("pid_id");
        }

        public VirtualAddress? Next => _block.Pointer(_next);

        public VirtualAddress? Child => _block.Pointer(_child);

        public VirtualAddress? Sibling => _block.Pointer(_sibling);

        public string? Name => Text(_name, NameBytes);

        public int? Pid => _id is { } offset && _block.PointerOrNull(_pid) is { } pid && _image.Memory.TryReadU32(pid + offset, out uint id) && id <= int.MaxValue ? (int)id : null;

        /// <summary>Whether what was fetched can be a process: it has an id, or a state and a name.</summary>
        public bool LooksLikeProcess => Pid is not null || (StateText is not null && Name is { Length: > 0 });

        private string? StateText => _block.Number(_state) switch
        {
            1 => "sleep",
            2 => "run",
            3 => "zombie",
            4 => "stopped",
            5 => "idle",
            6 => "onproc",
            7 => "wait",
            _ => null,
        };

        public bool Fetch(VirtualAddress process) => _block.Read(process);

        public KernelProcess Make() => new()
        {
            Address = _block.Address,
            Pid = Pid,
            ParentPid = _block.Int(_parent) is { } parent and >= 0 ? parent : null,
            Name = Name,
            Arguments = Text(_arguments, ArgumentBytes),
            State = StateText,
            AddressSpace = _block.PointerOrNull(_as),
            FirstThread = _block.PointerOrNull(_threads),
            LwpCount = _block.Int(_lwps) is { } count and >= 0 ? count : null,
        };

        /// <summary>A text of a fixed width; null where it is not in the dump or holds what is no text.</summary>
        private string? Text(BlockMember? member, int most)
        {
            Span<byte> bytes = stackalloc byte[128];
            if (member is not { } m) return null;
            bytes = bytes[..Math.Clamp(m.Size, 1, most)];
            return _block.TryCopy(member, bytes) ? FixedText.Of(bytes) : null;
        }
    }
}
