using System.Globalization;
using XenDumpAdapter.Core.Commands.Dcmds;
using XenDumpAdapter.Core.Target;

namespace XenDumpAdapter.Core.Commands;

/// <summary>Rows of <c>::ps</c> (usr/src/cmd/mdb/common/modules/genunix/genunix.c, ps).</summary>
internal sealed class ProcessRows
{
    // p_stat by its values in usr/src/uts/common/sys/proc.h: SSLEEP 1, SRUN 2, SZOMB 3, SSTOP 4, SIDL 5, SONPROC 6, SWAIT 7.
    private const string States = "?SRZTIOW";

    private readonly DcmdCall _call;
    private readonly ObjectReader? _process;
    private readonly ObjectReader? _pid;
    private readonly ObjectReader? _group;
    private readonly ObjectReader? _session;
    private readonly ObjectReader? _credentials;
    private readonly ObjectReader? _task;
    private readonly ObjectReader? _project;
    private readonly ObjectReader? _zone;

    public ProcessRows(DcmdCall call)
    {
        _call = call;
        _process = ObjectReader.Of(call.Session, "proc_t", "struct proc");
        _pid = ObjectReader.Of(call.Session, "struct pid");
        _group = ObjectReader.Of(call.Session, "struct pid");
        _session = ObjectReader.Of(call.Session, "sess_t", "struct sess");
        _credentials = ObjectReader.Of(call.Session, "cred_t", "struct cred");
        _task = ObjectReader.Of(call.Session, "task_t", "struct task");
        _project = ObjectReader.Of(call.Session, "kproject_t", "struct kproject");
        _zone = ObjectReader.Of(call.Session, "zone_t", "struct zone");
        var columns = new List<TableColumn> { new("S", 1), new("PID", 6), new("PPID", 6), new("PGID", 6), new("SID", 6) };
        foreach (var (letter, name) in Extras)
            if (Shows(letter)) columns.Add(new(name, 5));
        columns.AddRange([new("UID", 6), new("FLAGS", 10), new TableColumn("ADDR", call.Digits, Zeros: true, HeadLeft: false), new("NAME", 0, Left: true)]);
        Table = new Table([.. columns]);
    }

    private static readonly (char Letter, string Name)[] Extras = [('T', "TASK"), ('P', "PROJ"), ('z', "ZONE")];

    /// <summary>The table.</summary>
    public Table Table { get; }

    /// <summary>The row of a process.</summary>
    public CommandOutput Row(KernelProcess process)
    {
        ulong address = process.Address.Value;
        bool known = _process?.Read(address) == true;
        var cells = new List<Cell>
        {
            Cell.Of(State(known ? _process!.Number("p_stat") : null)), Cell.Decimal(process.Pid), Cell.Decimal(process.ParentPid),
            Cell.Decimal(IdOf(known ? _process!.Number("p_pgidp") : null)), Cell.Decimal(SessionId(known)),
        };
        foreach (var (letter, _) in Extras)
            if (Shows(letter)) cells.Add(Cell.Decimal(Extra(letter, known)));
        ulong? flags = known ? _process!.Number("p_flag") : null;
        cells.AddRange(
        [
            Cell.Decimal(Follow(_credentials, known ? _process!.Number("p_cred") : null)?.Signed("cr_uid")),
            Cell.Of(flags is { } f ? string.Create(CultureInfo.InvariantCulture, $"0x{f:x8}") : null), Cell.Hex(address),
            Cell.Of((Shows('f') ? process.Arguments : null) ?? process.Name ?? "?"),
        ]);
        return Table.Row(address, [.. cells]);
    }

    private bool Shows(char letter) => _call.Arguments.Has(letter);

    private static string State(ulong? state) => state is { } s and < 8 ? States[(int)s].ToString() : "?";

    private static ObjectReader? Follow(ObjectReader? reader, ulong? pointer) => pointer is { } at and not 0 && reader?.Read(at) == true ? reader : null;

    private long? IdOf(ulong? pid) => Follow(_group, pid)?.Signed("pid_id");

    private long? SessionId(bool known) => Follow(_pid, Follow(_session, known ? _process!.Number("p_sessp") : null)?.Number("s_sidp"))?.Signed("pid_id");

    private long? Extra(char letter, bool known) => letter switch
    {
        _ when !known => null,
        'T' => Follow(_task, _process!.Number("p_task"))?.Signed("tk_tkid"),
        'P' => Follow(_project, Follow(_task, _process!.Number("p_task"))?.Number("tk_proj"))?.Signed("kpj_id"),
        _ => Follow(_zone, _process!.Number("p_zone"))?.Signed("zone_id"),
    };
}
