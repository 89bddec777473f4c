using System.Buffers.Binary;
using System.Text;

namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>
/// A 64-bit illumos kernel that panicked without a hypervisor: <c>unix</c> and the module <c>nfs</c>, one CPU, one process, one thread, whose code trapped. Code that keeps frame
/// pointers, stack, trap frame, panicbuf, lists: places of members as in the reference's tables for amd64 (solaris-types-amd64.json, set illumos-2015), without types in the dump.
/// </summary>
public sealed class PlainPanic
{
    public const ulong Unix = 0xffff_ffff_fb80_0000;
    public const ulong Nfs = 0xffff_ffff_f790_0000;
    public const ulong Stack = 0xffff_ff00_0400_1000;
    public const ulong StackEnd = Stack + 0x4000;
    public const ulong Thread = 0xffff_ff01_5ab0_c3a0;

    private const ulong Data = 0xffff_ffff_fbc0_0000;
    private const ulong Kas = Data + 0x10;
    private const ulong KernelBase = 0xffff_fd80_0000_0000;
    private const ulong FunctionBytes = 0x100;
    private const int RegsWords = 30;

    private static readonly string[] InUnix = ["vpanic", "panic", "die", "trap", "cmntrap", "thread_start"];
    private static readonly string[] InNfs = ["nfs3_read", "nfs3_bio", "nfs3_big", "nfs3_async"];

    /// <summary>Names of <c>struct regs</c> in order; the values of the trap.</summary>
    private static readonly string[] Regs =
        ["savfp", "savpc", "rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax", "rbx", "rbp", "r10", "r11", "r12", "r13", "r14", "r15", "fsbase", "gsbase", "ds", "es", "fs", "gs", "trapno", "err", "rip", "cs", "rfl", "rsp", "ss"];

    private readonly SolarisMemoryImage _image = new(64) { Text = (Unix, 0x1000), Data = (Data, 0xa000) };

    /// <summary>The instruction at <c>nfs3_read+0x12</c>.</summary>
    public required string Code { get; init; }

    public uint Trap { get; init; } = 14;

    public uint Error { get; init; }

    /// <summary>cr2 as the panic saved it.</summary>
    public ulong Cr2 { get; init; }

    /// <summary>General registers at the trap, by the names of <c>struct regs</c>.</summary>
    public IReadOnlyDictionary<string, ulong> At { get; init; } = new Dictionary<string, ulong>();

    /// <summary>What the kernel printed; <c>{rp}</c> stands for the address of the trap frame.</summary>
    public string Message { get; init; } = "BAD TRAP: type=e (#pf Page fault) rp={rp} addr=18 occurred in module \"nfs\" due to a NULL pointer dereference";

    /// <summary>Bytes of stack that <c>nfs3_async</c> and <c>nfs3_big</c> take.</summary>
    public (int Async, int Big) FrameBytes { get; init; } = (0x450, 0x80);

    /// <summary>Where the trapped code's stack pointer is.</summary>
    public ulong Sp { get; init; } = Stack + 0x2000;

    /// <summary>Whether the panic runs on a stack of its own, as after a double fault.</summary>
    public bool OnOtherStack { get; init; }

    private static ulong TrapPc => AddressOf("nfs3_read") + 0x12;

    /// <summary>Its memory.</summary>
    public SolarisMemoryImage Build()
    {
        foreach (string function in InUnix.Concat(InNfs)) Function(function);
        Put(TrapPc, Convert.FromHexString(Code.Replace(" ", "", StringComparison.Ordinal)));
        for (ulong page = Stack; page < StackEnd; page += SolarisMemoryImage.PageSize) Put(page, new byte[SolarisMemoryImage.PageSize]);
        ulong top = Frames(out ulong trapFrame);
        Kernel(top, trapFrame);
        return _image;
    }

    private static ulong AddressOf(string function)
    {
        int i = Array.IndexOf(InUnix, function);
        return i >= 0 ? Unix + (ulong)i * FunctionBytes : Nfs + (ulong)Array.IndexOf(InNfs, function) * FunctionBytes;
    }

    /// <summary>push %rbp; mov %rsp,%rbp; nops, with a call at 0x40 that returns to 0x45; leave; ret.</summary>
    private void Function(string name)
    {
        ulong at = AddressOf(name);
        byte[] code = new byte[FunctionBytes];
        code.AsSpan().Fill(0x90);
        Convert.FromHexString("554889e5").CopyTo(code, 0);
        Convert.FromHexString("c9c3").CopyTo(code, code.Length - 2);
        string[] chain = ["thread_start", "nfs3_async", "nfs3_big", "nfs3_bio", "nfs3_read", "cmntrap", "trap", "die", "panic", "vpanic"];
        int place = Array.IndexOf(chain, name);
        if (place >= 0 && place + 1 < chain.Length && name != "nfs3_read")
        {
            code[0x40] = 0xe8;
            BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(0x41), unchecked((int)(AddressOf(chain[place + 1]) - (at + 0x45))));
        }

        Put(at, code);
        _image.Symbol(name, at, FunctionBytes, type: 2);
    }

    /// <summary>The stack, outermost first; returns vpanic's frame pointer.</summary>
    private ulong Frames(out ulong trapFrame)
    {
        // nfs3_read's frame begins 0x20 above its stack pointer.
        ulong read = Sp + 0x20, bio = read + 0x60, big = bio + (ulong)FrameBytes.Big, async = big + (ulong)FrameBytes.Async, start = async + 0x40;
        Frame(start, 0, 0);
        Frame(async, start, Returns("thread_start"));
        Frame(big, async, Returns("nfs3_async"));
        Frame(bio, big, Returns("nfs3_big"));
        Frame(read, bio, Returns("nfs3_bio"));

        ulong below = OnOtherStack ? Data + 0x6f00 : Sp;
        trapFrame = (below & ~15UL) - RegsWords * 8;
        for (int i = 0; i < RegsWords; i++) Put(trapFrame + (ulong)i * 8, RegisterAt(Regs[i], read));
        ulong fp = trapFrame;
        string[] down = ["cmntrap", "trap", "die", "panic"];
        foreach (string caller in down)
        {
            Frame(fp - 0x40, fp, Returns(caller));
            fp -= 0x40;
        }

        return fp;
    }

    private ulong RegisterAt(string name, ulong fp) => name switch
    {
        "savfp" or "rbp" => fp,
        "savpc" or "rip" => TrapPc,
        "trapno" => Trap,
        "err" => Error,
        "cs" => 0x30,
        "ss" => 0x38,
        "rsp" => Sp,
        "rfl" => 0x10246,
        _ => At.GetValueOrDefault(name),
    };

    private static ulong Returns(string function) => AddressOf(function) + 0x45;

    private void Frame(ulong at, ulong saved, ulong pc)
    {
        Put(at, saved);
        Put(at + 8, pc);
    }

    private void Kernel(ulong fp, ulong trapFrame)
    {
        ulong proc = Data + 0x2000, cpu = Data + 0x1000, nfsModctl = Data + 0x3400, unixModule = Data + 0x3800, nfsModule = Data + 0x3a00, modules = Data + 0x3300;
        _image.Symbol("kas", Kas, 0x90).Symbol("kernelbase", Variable(0x40, KernelBase), 8).Symbol("panicstr", Variable(0x48, Data + 0x80), 8).Symbol("panic_thread", Variable(0x50, Thread), 8);
        Put(Data + 0x80, Encoding.ASCII.GetBytes("BAD TRAP"));
        _image.Symbol("allthreads", Variable(0x58, Thread), 8).Symbol("cpu_list", Variable(0x60, cpu), 8).Symbol("practive", Variable(0x68, proc), 8).Symbol("p0", proc, 3928).Symbol("modules", modules, 144);
        Utsname(Data + 0x4000);
        Thread1(proc, cpu);
        Put(proc, new byte[3928]);
        Put(proc + 176, Data + 0x100);
        Put(Data + 0x100, [0, 0, 0, 0, 0x2c, 1, 0, 0]);
        Put(proc + 400, Thread);
        Put(proc + 1640 + 384, Encoding.ASCII.GetBytes("nfsd"));
        Cpu(cpu);
        _image.Symbol("panic_cpu", Data + 0x9000, 2144);
        Cpu(Data + 0x9000);
        Module(modules, nfsModctl, unixModule, "unix", Unix, 0x1000);
        Module(nfsModctl, modules, nfsModule, "nfs", Nfs, 0x1000);
        PanicBuffer(Data + 0x7000, fp, trapFrame);
    }

    private ulong Variable(ulong offset, ulong value)
    {
        Put(Data + offset, value);
        return Data + offset;
    }

    private void Utsname(ulong at)
    {
        string[] names = ["SunOS", "plainhost", "5.11", "kit_1", "i86pc"];
        for (int i = 0; i < names.Length; i++) Put(at + (ulong)(i * 257), Encoding.ASCII.GetBytes(names[i] + "\0"));
        _image.Symbol("utsname", at, 257 * 5);
    }

    private void Thread1(ulong proc, ulong cpu)
    {
        Put(Thread, new byte[912]);
        foreach (var (offset, value) in (ReadOnlySpan<(ulong, ulong)>)[(8, StackEnd), (216, cpu), (368, Thread), (400, proc), (416, Thread), (424, Thread), (656, Stack)]) Put(Thread + offset, value);
        Put(Thread + 44, [4, 0, 0, 0, 60, 0]);
        Put(Thread + 304, [1, 0, 0, 0]);
    }

    private void Cpu(ulong at)
    {
        Put(at, new byte[2144]);
        Put(at + 8, [0x1b, 0]);
        foreach (var (offset, value) in (ReadOnlySpan<(ulong, ulong)>)[(16, at), (24, Thread), (88, Data + 0x1000), (96, Data + 0x1000)]) Put(at + offset, value);
    }

    /// <summary><c>struct modctl</c> and the <c>struct module</c> that it points to, with a name beside it; symbols are only those of unix.N.</summary>
    private void Module(ulong at, ulong next, ulong module, string name, ulong text, ulong size)
    {
        Put(at, new byte[144]);
        Put(at, next);
        Put(at + 8, next);
        Put(at + 24, module);
        Put(at + 64, at + 0xa0);
        Put(at + 0xa0, Encoding.ASCII.GetBytes(name + "\0"));
        Put(module, new byte[376]);
        Put(module + 128, size);
        Put(module + 144, text);
    }

    private void PanicBuffer(ulong at, ulong fp, ulong trapFrame)
    {
        string message = Message.Replace("{rp}", $"{trapFrame:x}", StringComparison.Ordinal);
        var values = new (string Name, ulong Value)[] { ("rax", 0), ("rbp", fp), ("rip", AddressOf("vpanic") + 0x45), ("cs", 0x30), ("rflags", 0x246), ("rsp", fp - 0x20), ("ss", 0x38), ("cr0", 0x8005003b), ("cr2", Cr2) };
        var w = new ByteWriter().U32(2).U32((uint)(48 + values.Length * 24)).PadTo(48);
        for (int i = 0; i < values.Length; i++) w.Text(values[i].Name, false).PadTo(48 + i * 24 + 16).U64(values[i].Value);
        Put(at, new byte[8192]);
        Put(at, w.Text(message).ToArray());
        _image.Symbol("panicbuf", at, 8192);
    }

    private void Put(ulong at, ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Put(at, bytes);
    }

    private void Put(ulong at, byte[] bytes) => _image.Write(Kas, at, bytes);
}
