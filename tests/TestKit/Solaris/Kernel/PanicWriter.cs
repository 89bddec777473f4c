namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Writes what the kernel keeps of its panic (usr/src/uts/common/os/panic.c): <c>panicbuf</c> with registers by name and the message, the copy of the CPU, and pointers.</summary>
internal sealed class PanicWriter(SolarisKernelBuilder kernel)
{
    private const int BufferBytes = 8192, ValueBytes = 24;

    private static readonly string[] Names32 = ["gs", "fs", "es", "ds", "edi", "esi", "ebp", "esp", "ebx", "edx", "ecx", "eax", "trapno", "err", "eip", "cs", "eflags", "uesp", "ss"];

    private static readonly string[] Names64 =
        ["rdi", "rsi", "rdx", "rcx", "r8", "r9", "rax", "rbx", "rbp", "r10", "r11", "r12", "r13", "r14", "r15", "fsbase", "gsbase", "ds", "es", "fs", "gs", "trapno", "err", "rip", "cs", "rflags", "rsp", "ss"];

    private KernelMemory Memory => kernel.Memory;

    /// <summary>Writes it. Every kernel has the variables, with zeros where nothing panicked.</summary>
    /// <param name="thread">The thread that panicked; null where none did.</param>
    /// <param name="message">What was printed.</param>
    /// <param name="format">What <c>panicstr</c> points to.</param>
    /// <param name="registers">The registers to save, by the short names of <c>struct regs</c>.</param>
    /// <param name="panicRegisters">Where <c>panic_reg</c> points to.</param>
    /// <param name="cr2">The last address that faulted.</param>
    /// <param name="cr3">The page tables.</param>
    public void Write(BuiltThread? thread, string message, ulong format, Func<string, ulong> registers, ulong panicRegisters, ulong cr2, ulong cr3)
    {
        ulong buffer = kernel.Genunix.Variable("panicbuf", BufferBytes), copy = kernel.Genunix.Variable("panic_cpu", Memory.Facts["cpu"].Bytes);
        ulong[] pointers = [kernel.Genunix.Variable("panicstr", Memory.Word), kernel.Genunix.Variable("panic_thread", Memory.Word), kernel.Genunix.Variable("panic_reg", Memory.Word)];
        kernel.Genunix.Variable("panic_regs", kernel.Is64 ? 64 : 24);
        kernel.Genunix.Variable("panic_stack", kernel.Is64 ? 16384 : 8192);
        Memory.Bytes(buffer, new byte[BufferBytes]);
        if (thread is null) return;

        string[] names = kernel.Is64 ? Names64 : Names32;
        (string Name, ulong Value)[] values =
        [
            .. names.Select(n => (n, registers(n switch { "eflags" => "efl", "rflags" => "rfl", _ => n }))),
            ("gdt", Memory.Kas & ~0xfffUL), ("idt", (Memory.Kas & ~0xfffUL) + 0x1000), ("ldt", 0), ("task", 0x140), ("cr0", 0x8005_003b), ("cr2", cr2), ("cr3", cr3), ("cr4", 0x6f0),
        ];
        bool isFirst = kernel.Options.Is2007;
        int at = isFirst ? 8 : 48, messageAt = at + (values.Length * ValueBytes);
        var w = new ByteWriter().U32(isFirst ? 1u : 2).U32((uint)messageAt);
        if (!isFirst) w.Text("0a1b2c3d-0000-4000-8000-00000000" + (kernel.Options.Seed % 10_000).ToString("d4", System.Globalization.CultureInfo.InvariantCulture), false);
        w.PadTo(at);
        foreach (var (name, value) in values)
        {
            int start = w.Length;
            w.Text(name, false).PadTo(start + 16).U64(value);
        }

        Memory.Bytes(buffer, w.Text(message).ToArray());
        Memory.WordAt(pointers[0], format);
        Memory.WordAt(pointers[1], thread.Address);
        Memory.WordAt(pointers[2], panicRegisters);
        var cpu = kernel.Cpus[thread.Cpu];
        Memory.Bytes(copy, new byte[Memory.Facts["cpu"].Bytes]);
        CopyOf(cpu, copy, thread);
    }

    /// <summary>The CPU as it was when it panicked; it points to what it is a copy of.</summary>
    private void CopyOf(BuiltCpu cpu, ulong at, BuiltThread thread)
    {
        Memory.Set("cpu", at, "cpu_id", (ulong)cpu.Id).Set("cpu", at, "cpu_seqid", (ulong)cpu.Id).Set("cpu", at, "cpu_flags", cpu.Flags).Set("cpu", at, "cpu_self", cpu.Address);
        Memory.Set("cpu", at, "cpu_thread", thread.Address).Set("cpu", at, "cpu_dispthread", thread.Address).Set("cpu", at, "cpu_idle_thread", cpu.Idle.Address).Set("cpu", at, "cpu_disp", cpu.Dispatcher);
        Memory.Set("cpu", at, "cpu_intr_stack", cpu.InterruptStack).Set("cpu", at, "cpu_next", kernel.Cpus[(cpu.Id + 1) % kernel.Cpus.Count].Address);
        Memory.Set("cpu", at, "cpu_prev", kernel.Cpus[(cpu.Id + kernel.Cpus.Count - 1) % kernel.Cpus.Count].Address);
    }
}
