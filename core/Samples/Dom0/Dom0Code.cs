using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Dwarf;

namespace XenDumpAdapter.Core.Samples.Dom0;

/// <summary>
/// The kernel of the samples' dom0: what a host does when a guest's disk is connected. No function does anything odd but keep a
/// path in a buffer of 1 KB, and two do; together the frames are a little more than the kernel stack has room for. Built without frame pointers, for amd64 or
/// for i386 with arguments in registers.
/// </summary>
internal sealed class Dom0Code(ImageLinker kernel)
{
    public const int StackBytes = 8192;
    public const int BufferBytes = 1024;

    /// <summary>Domain 7, and 51712: the number of xvda.</summary>
    private const int GuestAndHandle = unchecked((int)(51712U << 16 | 7));

    /// <summary>xen/include/public/xen.h, __HYPERVISOR_sched_op; sched.h, SCHEDOP_block.</summary>
    private const int SchedOp = 29, SchedOpBlock = 1;

    /// <summary>What is left of the stack for one array, so that the last frame does not fit.</summary>
    private const int VictimBytes64 = 0x2a8, VictimBytes32 = 0x360;

    /// <summary>Members of struct blk_device.</summary>
    private const int DomainAt = 16, StateAt = 20, MajorAt = 24;

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

    private readonly StructSampleType _device = new("blk_device");
    private readonly StructSampleType _page = new("page");
    private readonly StructSampleType _lookup = new("lookup");

    private SampleType Text => _c.PointerTo(_c.Char);

    private SampleType Device => _c.PointerTo(_device);

    private SampleType Page => _c.PointerTo(_page);

    /// <summary>Where the buffers are from the stack pointer.</summary>
    private int Buffer => 2 * _c.Word;

    /// <summary>The kernel that connects a disk.</summary>
    public void AddOverflow()
    {
        DeclareTypes();
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
        DeclareTypes();
        AddStart("kernel_main");
        kernel.Assembly("hypercall_sched_op", Start, 60).Line(61).Do(Op.Push, Reg.Rcx).Line(62).Do(Op.Push, Reg.R11).Line(63).Set(Reg.Rax, SchedOp)
            .Line(64).Do(Op.Hypercall).Line(65).Do(Op.Pop, Reg.R11).Line(66).Do(Op.Pop, Reg.Rcx).Line(67).Do(Op.Return);
        kernel.Function("kernel_main", Main, 40).Prologue(0x18, Reg.Rbx).Line(44).Call("idle").Line(46).Epilogue();
        kernel.Function("idle", Main, 24).Prologue(0x28, Reg.Rbx).Line(27).Set(Reg.Rbx, 0).InRegister("turns", _c.ULong, Reg.Rbx, isParameter: false)
            .Line(30).Set(_first, SchedOpBlock).Do(Op.Clear, _second).Call("hypercall_sched_op").Line(31).Epilogue();
        AddVariables();
    }

    private void DeclareTypes()
    {
        _device.Add("name", CTypes.ArrayOf(_c.Char, DomainAt)).Add("domain", _c.U16).Add("handle", _c.U16).Add("state", _c.UInt).Add("major", _c.UInt).Add("minor", _c.UInt);
        _page.Add("flags", _c.ULong).Add("count", _c.Int).Add("mapcount", _c.Int);
        _lookup.Add("path", Text).Add("depth", _c.Int).Add("flags", _c.UInt);
    }

    private void AddVariables()
    {
        kernel.Variable("disk", _device, Blk);
        kernel.Variable("kernel_page", _page, Pages);
        kernel.Room("guard_page", 4096, 4096);
        kernel.Room("kstack", StackBytes, 4096);
    }

    private void AddStart(string main) => kernel.Assembly("_start", Start, 20, outermost: true)
        .Line(22).Do(Op.AddressOfSymbol, Reg.Rsp, value: StackBytes, target: "kstack").Line(23).Call(main)
        .Label("stop").Line(25).Do(Op.Pause).Do(Op.Jump, target: "stop");

    private void AddThread()
    {
        var main = C("kernel_main", Main, 40, 0x18);
        main.Line(42).Do(Op.AddressOfSymbol, Reg.Rbx, target: "disk").InRegister("disk", Device, Reg.Rbx, isParameter: false);
        main.StoreText(0, "xvda", Reg.Rbx).StoreNumber(Reg.Rbx, DomainAt, GuestAndHandle);
        main.Line(43).StoreNumber(Reg.Rbx, StateAt, 3).StoreNumber(Reg.Rbx, MajorAt, 202);
        main.Line(44).Do(Op.AddressOfSymbol, Reg.Rax, target: "kernel_page").StoreNumber(Reg.Rax, 0, 0x40).StoreNumber(Reg.Rax, _c.Word, 1);
        main.Line(45).Copy(_first, Reg.Rbx).Call("xenwatch_thread").Line(46).Epilogue();

        C("xenwatch_thread", Main, 52, 0x58, ("device", Device))
            .Line(61).Set(_second, 4).Call("frontend_changed").Line(63).Epilogue();
        C("frontend_changed", Blk, 210, 0x38, ("device", Device), ("state", _c.UInt))
            .Line(222).Copy(_first, Reg.Rbx).Call("blk_start_connect").Line(230).Epilogue();
    }

    private void AddBackend()
    {
        C("blk_start_connect", Blk, 180, 0x68, ("device", Device))
            .Local("attempt", _c.Int, _c.Word).StoreNumber(Reg.Rsp, _c.Word, 1)
            .Line(190).Call("blk_setup_node").Line(196).Epilogue();
        C("blk_setup_node", Blk, 140, Buffer + BufferBytes + 8, ("device", Device))
            .Local("node", CTypes.ArrayOf(_c.Char, BufferBytes), Buffer).Line(150).StoreText(Buffer, "/local/domain/7/device/vbd/51712")
            .Line(157).Copy(_first, Reg.Rbx).Do(Op.AddressOf, _second, Reg.Rsp, Buffer).Call("blk_open_device").Line(162).Epilogue();
        C("blk_open_device", Blk, 96, Buffer + BufferBytes + 8, ("device", Device), ("node", Text))
            .Local("path", CTypes.ArrayOf(_c.Char, BufferBytes), Buffer).Line(108).StoreText(Buffer, "/dev/mapper/vg-guests-disk0")
            .Line(115).Do(Op.AddressOf, _first, Reg.Rsp, Buffer).Set(_second, 2).Call("vfs_open").Line(121).Epilogue();
    }

    private void AddFileSystem()
    {
        C("vfs_open", Names, 310, 0x98, ("path", Text)).Gone("flags", _c.UInt, isParameter: true)
            .Local("where", _lookup, 16).Line(316).Store(Reg.Rsp, 16, Reg.Rbx).StoreNumber(Reg.Rsp, 16 + _c.Word, 3).StoreNumber(Reg.Rsp, 20 + _c.Word, 2)
            .Line(322).Do(Op.AddressOf, _first, Reg.Rsp, 16).Call("path_lookup").Line(330).Epilogue();
        C("path_lookup", Names, 240, 0x248, [Reg.Rbx, Reg.Rbp], ("where", _c.PointerTo(_lookup)))
            .Line(260).Inline("entry_find", Lists, 33, 260, FindEntry)
            .Line(271).Epilogue();
        C("directory_read", Names, 150, 0x398, ("name", Text), ("block", _c.ULong))
            .Local("entries", CTypes.ArrayOf(_c.U64, 64), 0x40)
            .Line(170).Copy(_first, Reg.Rbp).Call("cache_read").Line(181).Epilogue();
        C("cache_read", Cache, 70, 0xf8, ("block", _c.ULong))
            .Line(88).Set(_second, 8).Call("request_submit").Line(94).Epilogue();
    }

    private void FindEntry(FunctionBuilder f) => f.Line(36).Load(Reg.Rbp, Reg.Rbx, 0).Line(41).Copy(_first, Reg.Rbp).Set(_second, 51712).Call("directory_read");

    private void AddRequests()
    {
        C("request_submit", Requests, 120, 0x388, ("sector", _c.ULong), ("count", _c.UInt))
            .Local("segments", CTypes.ArrayOf(_c.U64, 32), 0x30)
            .Line(139).Copy(_first, Reg.Rbx).Copy(_second, Reg.Rbp).Call("mapper_request").Line(146).Epilogue();
        C("mapper_request", Requests, 60, 0x368, ("sector", _c.ULong)).Gone("count", _c.UInt, isParameter: true)
            .Line(77).Set(_first, 0).Call("page_alloc").Line(85).Epilogue();
    }

    private void AddPages()
    {
        C("page_alloc", Pages, 240, 0x138, [Reg.Rbx, Reg.Rbp], ("order", _c.UInt))
            .Line(262).Set(_first, 32).Call("pages_reclaim").Line(270).Epilogue();
        int victims = kernel.Is64 ? VictimBytes64 : VictimBytes32;
        C("pages_reclaim", Pages, 180, victims + 0x28, [Reg.Rbx, Reg.Rbp], ("wanted", _c.Int))
            .Local("victims", CTypes.ArrayOf(Page, victims / _c.Word), 0x20)
            .Line(201).Do(Op.AddressOfSymbol, _first, target: "kernel_page").Store(Reg.Rsp, 0x20, _first)
            .Line(202).Do(Op.AddressOf, _first, Reg.Rsp, 0x20).Set(_second, 1).Call("pages_scan").Line(210).Epilogue();
        C("pages_scan", Pages, 150, 0x2b8, ("pages", _c.PointerTo(Page)), ("count", _c.Int))
            .Line(166).Load(_first, Reg.Rbx, 0).Call("page_release").Line(173).Epilogue();
        C("page_release", Pages, 120, 0x38, ("page", Page))
            .Line(131).Set(_second, 1).Call("page_count_sub").Line(140).Epilogue();
        C("page_count_sub", Pages, 80, 0x18, ("page", Page), ("by", _c.Int))
            .Line(86).Do(Op.PushFlags).Do(Op.Pop, Reg.Rax).Do(Op.DisableInterrupts)
            .Line(90).Load(Reg.Rax, Reg.Rbx, _c.Word).Line(97).Epilogue();
    }

    /// <summary>A function that keeps its arguments, up to two, in registers that calls leave alone.</summary>
    private FunctionBuilder C(string name, string file, int line, int locals, params (string Name, SampleType Type)[] parameters) =>
        C(name, file, line, locals, parameters.Length > 1 ? [Reg.Rbx, Reg.Rbp] : [Reg.Rbx], parameters);

    private FunctionBuilder C(string name, string file, int line, int locals, Reg[] saved, params (string Name, SampleType Type)[] parameters)
    {
        var f = kernel.Function(name, file, line, _c.Int).Prologue(locals, saved).Line(line + 3);
        for (int i = 0; i < parameters.Length; i++) f.Copy(saved[i], i == 0 ? _first : _second).InRegister(parameters[i].Name, parameters[i].Type, saved[i], isParameter: true);
        return f;
    }
}
