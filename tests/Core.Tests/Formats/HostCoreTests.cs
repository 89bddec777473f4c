using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Formats;

public class HostCoreTests
{
    private readonly DiagnosticBag _diagnostics = new();

    [Fact]
    public void Opens_what_qemu_writes()
    {
        var image = Open(MachineDumpWriter.Qemu().Load(0, 0, Bytes(0x3000, 1)).Load(0xfffc_0000, 0xfffc_0000, Bytes(0x1000, 2)).Build());
        Assert.Equal(("ELF machine dump (QEMU)", 62, 2), (image.FormatName, image.ElfMachine, image.Cpus.Count));
        Assert.Empty(image.Mappings);
        var cpu = image.Cpus[1];
        Assert.Equal((1, "QEMU CPU state"), (cpu.Index, cpu.Source));
        Assert.Equal((0x1100UL, 0x1106UL, 0x1110UL, 0x1111UL), (cpu["rax"], cpu["rsp"], cpu["rip"], cpu["rflags"]));
        Assert.Equal((0x10UL, 0x13UL, 0x3000UL, 0x4000UL), (cpu["cs"], cpu["fs"], cpu["fs_base"], cpu["gs_base"]));
        Assert.Equal((0x16UL, 0x6000UL, 0x17UL, 0x7000UL), (cpu["ldt"], cpu["ldt_base"], cpu["tr"], cpu["tr_base"]));
        Assert.Equal((0x8000UL, 0xfffUL, 0x9000UL), (cpu["gdt_base"], cpu["gdt_limit"], cpu["idt_base"]));
        Assert.Equal((0x8005_003bUL, 0xdead_0011UL, 0x1000UL, 0x20UL), (cpu["cr0"], cpu["cr2"], cpu["cr3"], cpu["cr4"]));
        Assert.Equal(0xffff_8888_0000_0000, cpu["kernel_gs_base"]);
        Assert.Empty(_diagnostics.Items);
        Assert.Equal([new MachineRange(new(0), 0x3000), new MachineRange(new(0xfffc_0000), 0x1000)], image.Pages.Ranges);
        Assert.Equal(Bytes(0x3000, 1)[0x1000..0x2000], Page(image, 1));
        Assert.Equal(Bytes(0x1000, 2), Page(image, 0xfffc0));
        Assert.Equal(FaultKind.NotSaved, image.Pages.Explain(3, 0).Kind);
    }

    [Fact]
    public void Opens_a_32_bit_qemu_dump()
    {
        var image = Open(MachineDumpWriter.Qemu(is64: false).Load(0, 0, Bytes(0x1000, 1)).Build());
        Assert.Equal(("ELF machine dump (QEMU)", 3), (image.FormatName, image.ElfMachine));
        Assert.Equal(0x1000UL, image.Cpus[0]["rax"]);
    }

    [Fact]
    public void Takes_32_bit_prstatus_by_its_size()
    {
        var w = new ElfWriter(is64: false);
        var image = Open(w.Notes(w.Note("CORE", 1, MachineDumpWriter.PrStatus32(0, 1))).Load(0, 0, [1]).Build());
        var cpu = Assert.Single(image.Cpus);
        Assert.Equal((0x100UL, 0x106UL, 0x10cUL, 0x10fUL, 0x110UL), (cpu["rbx"], cpu["rax"], cpu["rip"], cpu["rsp"], cpu["ss"]));
        Assert.Null(cpu["r8"]);
        Assert.Null(cpu["cr3"]);
    }

    [Fact]
    public void An_older_qemu_state_has_no_kernel_gs_base()
    {
        var w = new ElfWriter();
        var image = Open(w.Notes(w.Note("QEMU", 0, MachineDumpWriter.QemuState(1, withKernelGsBase: false))).Load(0, 0, [1]).Build());
        Assert.Null(image.Cpus[0]["kernel_gs_base"]);
        Assert.Equal(0x20UL, image.Cpus[0]["cr4"]);
    }

    [Fact]
    public void Records_the_mappings_of_a_paging_dump_with_addresses_made_canonical()
    {
        var w = MachineDumpWriter.Qemu()
            .Load(0xffff_8300_0000_0000, 0, Bytes(0x3000, 1))
            .Load(0xffff_82d0_4020_0000, 0x1000, Bytes(0x1000, 1))
            .Load(0xffff_0000_0000_2000, 0x2000, Bytes(0x1000, 1));
        var image = Open(w.Build());
        Assert.Equal("ELF machine dump (QEMU, paging)", image.FormatName);
        Assert.Equal(
            [new(new(0x2000), new(0x2000), 0x1000), new(new(0xffff_82d0_4020_0000), new(0x1000), 0x1000), new RecordedMapping(new(0xffff_8300_0000_0000), new(0), 0x3000)],
            image.Mappings);
        Assert.Equal([new MachineRange(new(0), 0x3000)], image.Pages.Ranges);
        Assert.Equal(Bytes(0x3000, 1)[0x1000..0x2000], Page(image, 1));
    }

    [Fact]
    public void Opens_a_xen_kdump_and_gives_each_note_to_the_cpu_before_it()
    {
        var w = new ElfWriter();
        w.Notes(MachineDumpWriter.XenNotes(w, cpus: 3, crashing: 1)).Load(0xffff_8880_0000_0000, 0, Bytes(0x1c00, 3)).Load(0xffff_8880_0010_0000, 0x10_0000, Bytes(0x1000, 4));
        var image = Open(w.Build());
        Assert.Equal(("Xen kdump vmcore", 3), (image.FormatName, image.Cpus.Count));
        Assert.Empty(image.Mappings);
        var cpu = image.Cpus[2];
        Assert.Equal("NT_PRSTATUS + Xen core registers", cpu.Source);
        Assert.Equal((0x300UL, 0x30aUL, 0x310UL, 0x313UL), (cpu["r15"], cpu["rax"], cpu["rip"], cpu["rsp"]));
        Assert.Equal((0xc4UL, 0x3000UL, 0x140660UL), (cpu["cr2"], cpu["cr3"], cpu["cr4"]));
        Assert.Null(cpu["gs_base"]);
        var crash = image.XenCrash;
        Assert.NotNull(crash);
        Assert.Equal((1, 4UL, 17UL), (crash.CpuIndex, crash.Major, crash.Minor));
        Assert.Equal((0x10UL, 0x50UL, 1UL), (crash.ExtraVersion.Value, crash.CompileTime.Value, crash.Tainted));
        Assert.Equal((0x380_0000UL, 0x290bUL), (crash.XenPhysStart?.Value, crash.Dom0P2mFrameListList));
        Assert.Equal("PAGESIZE=4096\n", image.XenVmcoreInfo);
        byte[] page = new byte[4096];
        Assert.Equal(0xc00, image.Pages.ReadPage(1, page));
        Assert.Equal(FaultKind.None, image.Pages.Explain(1, 0xbff).Kind);
        Assert.Equal(FaultKind.NotSaved, image.Pages.Explain(1, 0xc00).Kind);
        Assert.Empty(_diagnostics.Items);
    }

    [Fact]
    public void A_crash_note_of_an_older_xen_lacks_what_it_lacks()
    {
        var w = new ElfWriter();
        byte[] notes = [.. w.Note("CORE", 1, MachineDumpWriter.PrStatus64(0, 1)), .. w.Note("Xen", 0x1000001, MachineDumpWriter.XenCrash(3, 1, 0, 0, 0, 0, 0))];
        var crash = Open(w.Notes(notes).Load(0, 0, [1]).Build()).XenCrash;
        Assert.Equal((3UL, 1UL), (crash?.Major, crash?.Minor));
        Assert.Null(crash?.XenPhysStart);
        Assert.Null(crash?.Dom0P2mFrameListList);
    }

    [Fact]
    public void A_damaged_prstatus_keeps_its_cpu_number()
    {
        var w = new ElfWriter();
        byte[] notes =
        [
            .. w.Note("CORE", 1, MachineDumpWriter.PrStatus64(0, 1)[..200]), .. w.Note("Xen", 0x1000002, MachineDumpWriter.XenCore(1, 2, 3, 4)),
            .. w.Note("CORE", 1, MachineDumpWriter.PrStatus64(0, 2)), .. w.Note("Xen", 0x1000002, MachineDumpWriter.XenCore(5, 6, 7, 8)[..20]),
        ];
        var image = Open(w.Notes(notes).Load(0, 0, [1]).Build());
        Assert.Equal((0x100UL, 3UL), (image.Cpus[0]["r15"], image.Cpus[0]["cr3"]));
        Assert.Null(image.Cpus[0]["rip"]);
        Assert.Equal((0x210UL, 5UL), (image.Cpus[1]["rip"], image.Cpus[1]["cr0"]));
        Assert.Null(image.Cpus[1]["cr4"]);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/note-damaged");
    }

    [Fact]
    public void A_xen_note_without_a_cpu_is_not_used()
    {
        var w = new ElfWriter();
        var image = Open(w.Notes(w.Note("Xen", 0x1000002, MachineDumpWriter.XenCore(1, 2, 3, 4))).Load(0, 0, [1]).Build());
        Assert.Empty(image.Cpus);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/stray-xen-note");
    }

    [Theory]
    [InlineData(0u, 440u, 440)]
    [InlineData(1u, 4u, 440)]
    [InlineData(1u, 440u, 100)]
    public void A_qemu_state_that_makes_no_sense_is_told(uint version, uint size, int length)
    {
        byte[] state = MachineDumpWriter.QemuState(1);
        BinaryPrimitives.WriteUInt32LittleEndian(state, version);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(4), size);
        var w = new ElfWriter();
        var image = Open(w.Notes(w.Note("QEMU", 0, state[..length])).Load(0, 0, [1]).Build());
        Assert.Empty(image.Cpus);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/note-damaged");
    }

    [Fact]
    public void Memory_past_the_end_of_the_file_is_truncated_not_zero()
    {
        var w = MachineDumpWriter.Qemu().Load(0, 0, Bytes(0x4000, 1));
        byte[] bytes = w.Build();
        var image = Open(bytes[..(w.SegmentOffsets[1] + 0x1800)]);
        byte[] page = new byte[4096];
        Assert.Equal(4096, image.Pages.ReadPage(0, page));
        Assert.Equal(0x800, image.Pages.ReadPage(1, page));
        Assert.Equal(0, image.Pages.ReadPage(2, page));
        Assert.Equal(FaultKind.Truncated, image.Pages.Explain(1, 0x800).Kind);
        Assert.Equal(FaultKind.Truncated, image.Pages.Explain(3, 0).Kind);
        Assert.Equal([new MachineRange(new(0), 0x1800)], image.Pages.Ranges);
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/truncated");
    }

    [Fact]
    public void Memory_that_the_writer_left_out_is_not_saved()
    {
        var image = Open(MachineDumpWriter.Qemu().Load(0, 0x1000, Bytes(0x1000, 1), memorySize: 0x3000).Build());
        Assert.Equal(FaultKind.None, image.Pages.Explain(1, 0).Kind);
        var fault = image.Pages.Explain(2, 0);
        Assert.Equal(FaultKind.NotSaved, fault.Kind);
        Assert.Contains("left out", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_notes_leave_the_memory()
    {
        var w = new ElfWriter().Load(0, 0, Bytes(0x1000, 1));
        w.Notes(MachineDumpWriter.XenNotes(w, 1, 0));
        byte[] bytes = w.Build();
        var image = Open(bytes[..w.SegmentOffsets[1]]);
        Assert.Empty(image.Cpus);
        Assert.Equal(Bytes(0x1000, 1), Page(image, 0));
        Assert.Contains(_diagnostics.Items, d => d.Id == "dump/no-cpus");
    }

    [Theory]
    [InlineData(ulong.MaxValue - 0xfff, 0UL)]
    [InlineData(0UL, ulong.MaxValue)]
    [InlineData(0UL, ulong.MaxValue - 0x10)]
    [InlineData(0xffff_ffff_ffff_f000, ulong.MaxValue)]
    public void Survives_segments_near_the_end_of_every_space(ulong paddr, ulong offset)
    {
        var w = MachineDumpWriter.Qemu().Load(0, paddr, Bytes(0x2000, 1)).Load(0, 0x1000, Bytes(0x1000, 2));
        byte[] bytes = w.Build();
        int header = w.SegmentTable + w.ProgramHeaderSize;
        if (offset != 0) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(header + 8), offset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(header + 40), ulong.MaxValue);
        var image = Open(bytes);
        byte[] page = new byte[4096];
        foreach (ulong frame in new[] { 0UL, 1UL, 0xf_ffff_ffff_ffffUL, 0x10_0000_0000_0000UL, ulong.MaxValue })
        {
            image.Pages.ReadPage(frame, page);
            Assert.NotEqual("", image.Pages.Explain(frame, 4095).Text + image.Pages.HasMore(frame, 0));
        }

        Assert.NotEmpty(image.Pages.Ranges.Append(default));
    }

    [Fact]
    public void Survives_every_file_size_there_is()
    {
        var w = new ElfWriter();
        w.Notes(MachineDumpWriter.XenNotes(w, cpus: 2, crashing: 0)).Load(0, 0, Bytes(0x100, 3));
        byte[] bytes = w.Build();
        byte[] page = new byte[4096];
        for (int length = 0; length < bytes.Length; length++)
        {
            try
            {
                DumpFormats.Open(new BytesByteSource(bytes.AsMemory(0, length), "test"), new DiagnosticBag(), TestContext.Current.CancellationToken).Pages.ReadPage(0, page);
            }
            catch (DumpFormatException e)
            {
                Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Survives_every_byte_of_its_headers_being_wrong()
    {
        var w = new ElfWriter();
        w.Notes(MachineDumpWriter.XenNotes(w, cpus: 2, crashing: 0)).Load(0xffff_8880_0000_0000, 0, Bytes(0x100, 3)).Load(0, 0x100, Bytes(0x100, 3));
        byte[] bytes = w.Build();
        byte[] page = new byte[4096];
        for (int at = 0; at < w.SegmentOffsets[1]; at++)
        {
            byte good = bytes[at];
            foreach (byte bad in new byte[] { 0, 0x7f, 0x80, 0xff, unchecked((byte)(good + 1)) })
            {
                bytes[at] = bad;
                try
                {
                    var image = DumpFormats.Open(new BytesByteSource(bytes, "test"), new DiagnosticBag(), TestContext.Current.CancellationToken);
                    image.Pages.ReadPage(0, page);
                    image.Pages.Explain(0, 4095);
                    Assert.InRange(image.Pages.Ranges.Count(), 0, 2);
                }
                catch (DumpFormatException)
                {
                    // A refusal is an answer.
                }
            }

            bytes[at] = good;
        }
    }

    [Theory]
    [InlineData(2, "ELF program")]
    [InlineData(3, "ELF program")]
    [InlineData(1, "type 1")]
    public void Refuses_elf_files_that_are_no_cores(ushort type, string why) =>
        AssertRefused(new ElfWriter { Type = type }.Load(0, 0, [1]).Build(), why);

    [Fact]
    public void Refuses_cores_of_other_things()
    {
        var w = new ElfWriter();
        AssertRefused(new ElfWriter { Machine = 43 }.Load(0, 0, [1]).Build(), "only x86");
        AssertRefused(new ElfWriter().Section(".note.Xen", 7, [1]).Build(), "xl dump-core");
        AssertRefused(w.Notes([.. w.Note("CORE", 1, MachineDumpWriter.PrStatus64(1, 1)), .. w.Note("CORE", 3, new byte[136])]).Load(0, 0, [1]).Build(), "core file of a process");
        AssertRefused(new ElfWriter().Build(), "no program headers");
    }

    private void AssertRefused(byte[] bytes, string why) =>
        Assert.Contains(why, Assert.Throws<DumpFormatException>(() => Open(bytes)).Message, StringComparison.Ordinal);

    private DumpImage Open(byte[] bytes) => DumpFormats.Open(new BytesByteSource(bytes, "test.core"), _diagnostics, TestContext.Current.CancellationToken);

    private static byte[] Page(DumpImage image, ulong frame)
    {
        byte[] page = new byte[image.Pages.PageSize];
        Assert.Equal(page.Length, image.Pages.ReadPage(frame, page));
        return page;
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
