using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Dom0;

/// <summary>
/// The kernel of the samples' dom0: what a host does when a guest's disk is connected. The bottom of each source path is nothing special; together the
/// frames are more than a kernel stack has room for. Built without frame pointers, for amd64 or for i386 with arguments in registers.
/// </summary>
internal sealed class Dom0Code(ImageLinker kernel)
{
    public const int StackBytes = 8192;
    public const int BufferBytes = 1024;

    /// <summary>Domain 7, and 51712: the number of xvda.</summary>
    private const int GuestAndHandle = unchecked((int)(51712U << 16 | 7));

    /// <summary>xen/include/public/xen.h, __HYPERVISOR_sched_op; sched.h, SCHEDOP_block.</summary>
    private const int SchedOp = 29, SchedOpBlock = 1;

    private const string Start = "boot/start.S";
    private const string Main = "kernel/main.c";
    private const string Blk = "drivers/blkback.c";
    private const string Names = "fs/names.c";
    private const string Pages = "mm/pages.c";
    private const string Cache = "fs/cache.c";
    private const string Requests = "drivers/requests.c";
    private const string Lists = "include/list.h";

    private readonly CTypes _c = new(kernel.Is64 ? 8 : 4);
    private readonly Reg _first = kernel.Is64 ? Reg.Rdi : Reg.Rax;
    private readonly Reg _second = kernel.Is64 ? Reg.Rsi : Reg.Rdx;

    private StructSampleType? _device, _page, _lookup;

    private SampleType Text => _c.PointerTo(_c.Char);

    private SampleType Device => _c.PointerTo(_device ??= new StructSampleType("blk_device")
        .Add("name", CTypes.ArrayOf(_c.Char, 16)).Add("domain", _c.U16).Add("handle", _c.U16).Add("state", _c.UInt).Add("major", _c.UInt).Add("minor", _c.UInt));

    private SampleType Page => _c.PointerTo(_page ??= new StructSampleType("page").Add("flags", _c.ULong).Add("count", _c.Int).Add("mapcount", _c.Int));

    private SampleType Lookup => _c.PointerTo(_lookup ??= new StructSampleType("lookup").Add("path", Text).Add("depth", _c.Int).Add("flags", _c.UInt));

    /// <summary>The kernel that connects a disk.</summary>
    public void AddOverflow()
    {
        AddStart("kernel_main");
        AddThread();
        AddBackend();
        AddFileSystem();
        AddRequests();
        AddPages();
        AddVariables();
    }

    /// <summary>The kernel that has nothing to do.</summary>
    public void AddIdle()
    {
        AddStart("kernel_main");
        kernel.Assembly("hypercall_sched_op", Start, 60).Line(61).Do(Op.Push, Reg.Rcx).Line(62).Do(Op.Push, Reg.R11).Line(63).Set(Reg.Rax, SchedOp)
            .Line(64).Do(Op.Hypercall).Line(65).Do(Op.Pop, Reg.R11).Line(66).Do(Op.Pop, Reg.Rcx).Line(67).Do(Op.Return);
        kernel.Function("kernel_main", Main, 40).Prologue(0x18, Reg.Rbx).Line(44).Call("idle").Line(46).Epilogue();
        kernel.Function("idle", Main, 24).Prologue(0x28, Reg.Rbx).Line(27).Set(Reg.Rbx, 0).InRegister("turns", _c.ULong, Reg.Rbx, isParameter: false)
            .Line(30).Set(_first, SchedOpBlock).Do(Op.Clear, _second).Call("hypercall_sched_op").Line(31).Epilogue();
        AddVariables();
    }

    private void AddVariables()
    {
        _ = Device;
        kernel.Variable("disk", _device!, Blk);
        kernel.Room("guard_page", 4096, 4096);
        kernel.Room("kstack", StackBytes, 4096);
    }

    private void AddStart(string main) => kernel.Assembly("_start", Start, 20, outermost: true)
        .Line(22).Do(Op.AddressOfSymbol, Reg.Rsp, value: StackBytes, target: "kstack").Line(23).Call(main)
        .Label("stop").Line(25).Do(Op.Pause).Do(Op.Jump, target: "stop");

    private void AddThread()
    {
        kernel.Function("kernel_main", Main, 40).Prologue(0x18, Reg.Rbx).Line(42).Do(Op.AddressOfSymbol, Reg.Rbx, target: "disk")
            .InRegister("disk", Device, Reg.Rbx, isParameter: false).StoreText(0, "xvda", Reg.Rbx).StoreNumber(Reg.Rbx, 16, GuestAndHandle)
            .Line(43).StoreNumber(Reg.Rbx, 20, 3).StoreNumber(Reg.Rbx, 24, 202)
            .Line(44).Do(Op.AddressOfSymbol, Reg.Rax, target: "kernel_page").StoreNumber(Reg.Rax, 0, 0x40).StoreNumber(Reg.Rax, _c.Word, 1)
            .Line(45).Copy(_first, Reg.Rbx).Call("xenwatch_thread").Line(46).Epilogue();
        var thread = kernel.Function("xenwatch_thread", Main, 52, _c.Int).Prologue(0x58, Reg.Rbx);
        thread.Line(55).Copy(Reg.Rbx, _first).InRegister("device", Device, Reg.Rbx, isParameter: true)
            .Line(61).Set(_second, 4).Call("frontend_changed").Line(63).Do(Op.Clear, Reg.Rax).Epilogue();
        var changed = kernel.Function("frontend_changed", Blk, 210).Prologue(0x38, Reg.Rbx, Reg.Rbp);
        changed.Line(214).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second).InRegister("device", Device, Reg.Rbx, isParameter: true)
            .InRegister("state", _c.UInt, Reg.Rbp, isParameter: true).Line(222).Copy(_first, Reg.Rbx).Call("blk_start_connect").Line(230).Epilogue();
    }

    private void AddBackend()
    {
        int word = _c.Word;
        var connect = kernel.Function("blk_start_connect", Blk, 180, _c.Int).Prologue(0x68, Reg.Rbx);
        connect.Line(183).Copy(Reg.Rbx, _first).InRegister("device", Device, Reg.Rbx, isParameter: true).Parameter("attempt", _c.Int, word)
            .StoreNumber(Reg.Rsp, word, 1).Line(190).Call("blk_setup_node").Line(196).Epilogue();
        var setup = kernel.Function("blk_setup_node", Blk, 140, _c.Int).Prologue(BufferBytes + 2 * word + 8, Reg.Rbx);
        setup.Local("node", CTypes.ArrayOf(_c.Char, BufferBytes), 2 * word).Line(144).Copy(Reg.Rbx, _first).InRegister("device", Device, Reg.Rbx, isParameter: true)
            .Line(150).StoreText(2 * word, "/local/domain/7/device/vbd/51712")
            .Line(157).Do(Op.AddressOf, _second, Reg.Rsp, 2 * word).Copy(_first, Reg.Rbx).Call("blk_open_device").Line(162).Epilogue();
        var open = kernel.Function("blk_open_device", Blk, 96, _c.Int).Prologue(BufferBytes + 2 * word + 8, Reg.Rbx, Reg.Rbp);
        open.Local("path", CTypes.ArrayOf(_c.Char, BufferBytes), 2 * word).Line(100).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second)
            .InRegister("device", Device, Reg.Rbx, isParameter: true).InRegister("node", Text, Reg.Rbp, isParameter: true)
            .Line(108).StoreText(2 * word, "/dev/mapper/vg-guests-disk0").Line(115).Do(Op.AddressOf, _first, Reg.Rsp, 2 * word).Set(_second, 2).Call("vfs_open")
            .Line(121).Epilogue();
    }

    private void AddFileSystem()
    {
        int word = _c.Word;
        var open = kernel.Function("vfs_open", Names, 310, _c.Int).Prologue(0x98, Reg.Rbx);
        open.Line(314).Copy(Reg.Rbx, _first).InRegister("path", Text, Reg.Rbx, isParameter: true).Gone("flags", _c.UInt, isParameter: true)
            .Local("where", Target(Lookup), 16).Store(Reg.Rsp, 16, _first).StoreNumber(Reg.Rsp, 16 + word, 3).StoreNumber(Reg.Rsp, 20 + word, 2)
            .Line(322).Do(Op.AddressOf, _first, Reg.Rsp, 16).Call("path_lookup").Line(330).Epilogue();
        var lookup = kernel.Function("path_lookup", Names, 240, _c.Int).Prologue(0x248, Reg.Rbx, Reg.Rbp);
        lookup.Line(244).Copy(Reg.Rbx, _first).InRegister("where", Lookup, Reg.Rbx, isParameter: true)
            .Line(260).Inline("entry_find", Lists, 33, 260, f => f.Line(36).Load(Reg.Rbp, Reg.Rbx, 0).Line(41).Copy(_first, Reg.Rbp).Set(_second, 51712).Call("directory_read"))
            .Line(271).Epilogue();
        var read = kernel.Function("directory_read", Names, 150, _c.Int).Prologue(0x398, Reg.Rbx, Reg.Rbp);
        read.Local("entries", CTypes.ArrayOf(_c.U64, 64), 0x40).Line(153).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second).InRegister("name", Text, Reg.Rbx, isParameter: true)
            .InRegister("block", _c.ULong, Reg.Rbp, isParameter: true).Line(170).Copy(_first, Reg.Rbp).Call("cache_read").Line(181).Epilogue();
        var cache = kernel.Function("cache_read", Cache, 70, Page).Prologue(0xf8, Reg.Rbx);
        cache.Line(73).Copy(Reg.Rbx, _first).InRegister("block", _c.ULong, Reg.Rbx, isParameter: true)
            .Line(88).Set(_second, 8).Call("request_submit").Line(94).Epilogue();
    }

    private void AddRequests()
    {
        var submit = kernel.Function("request_submit", Requests, 120, _c.Int).Prologue(0x388, Reg.Rbx, Reg.Rbp);
        submit.Local("segments", CTypes.ArrayOf(_c.U64, 32), 0x30).Line(124).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second).InRegister("sector", _c.ULong, Reg.Rbx, isParameter: true)
            .InRegister("count", _c.UInt, Reg.Rbp, isParameter: true).Line(139).Copy(_first, Reg.Rbx).Copy(_second, Reg.Rbp).Call("mapper_request").Line(146).Epilogue();
        var mapper = kernel.Function("mapper_request", Requests, 60, _c.Int).Prologue(0x368, Reg.Rbx);
        mapper.Line(64).Copy(Reg.Rbx, _first).InRegister("sector", _c.ULong, Reg.Rbx, isParameter: true).Gone("count", _c.UInt, isParameter: true)
            .Line(77).Set(_first, 0).Call("page_alloc").Line(85).Epilogue();
    }

    private void AddPages()
    {
        int word = _c.Word;
        int vector = kernel.Is64 ? 0x2a8 : 0x360;
        var allocate = kernel.Function("page_alloc", Pages, 240, Page).Prologue(0x138, Reg.Rbx, Reg.Rbp);
        allocate.Line(243).Copy(Reg.Rbx, _first).InRegister("order", _c.UInt, Reg.Rbx, isParameter: true).Line(262).Set(_first, 32).Call("pages_reclaim").Line(270).Epilogue();
        var reclaim = kernel.Function("pages_reclaim", Pages, 180, _c.Int).Prologue(vector + 0x28, Reg.Rbx, Reg.Rbp);
        reclaim.Local("victims", CTypes.ArrayOf(Page, vector / word), 0x20).Line(184).Copy(Reg.Rbx, _first).InRegister("wanted", _c.Int, Reg.Rbx, isParameter: true)
            .Line(188).Set(Reg.Rbp, 0).InRegister("freed", _c.Int, Reg.Rbp, isParameter: false)
            .Line(201).Do(Op.AddressOfSymbol, _first, target: "kernel_page").Store(Reg.Rsp, 0x20, _first)
            .Line(202).Do(Op.AddressOf, _first, Reg.Rsp, 0x20).Set(_second, 1).Call("pages_scan").Line(210).Epilogue();
        var scan = kernel.Function("pages_scan", Pages, 150, _c.Int).Prologue(0x2b8, Reg.Rbx, Reg.Rbp);
        scan.Line(153).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second).InRegister("pages", _c.PointerTo(Page), Reg.Rbx, isParameter: true)
            .InRegister("count", _c.Int, Reg.Rbp, isParameter: true).Line(166).Load(_first, Reg.Rbx, 0).Call("page_release").Line(173).Epilogue();
        var release = kernel.Function("page_release", Pages, 120).Prologue(0x38, Reg.Rbx);
        release.Line(123).Copy(Reg.Rbx, _first).InRegister("page", Page, Reg.Rbx, isParameter: true).Line(131).Set(_second, 1).Call("page_count_sub").Line(140).Epilogue();
        var count = kernel.Function("page_count_sub", Pages, 80, _c.Int).Prologue(0x18, Reg.Rbx, Reg.Rbp);
        count.Line(83).Copy(Reg.Rbx, _first).Copy(Reg.Rbp, _second).InRegister("page", Page, Reg.Rbx, isParameter: true)
            .InRegister("by", _c.Int, Reg.Rbp, isParameter: true)
            .Line(86).Do(Op.PushFlags).Do(Op.Pop, Reg.Rax).Do(Op.DisableInterrupts).Line(90).Load(Reg.Rax, Reg.Rbx, word).Line(97).Epilogue();
        kernel.Variable("kernel_page", Target(Page), Pages);
    }

    private static SampleType Target(SampleType pointer) => ((PointerSampleType)pointer).Target!;
}
