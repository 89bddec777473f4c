using System.Buffers.Binary;
using XenDumpAdapter.Core.Formats;
using XenDumpAdapter.Core.Formats.Elf;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests.Memory;

public class PageFrameMapTests
{
    private const ulong Top = 3;

    [Theory]
    [InlineData(64)]
    [InlineData(32)]
    public void Follows_three_levels_of_a_shuffled_map(int bits)
    {
        int perPage = 4096 / (bits / 8);
        var machine = new FakeMachine();
        ulong[] frames = [.. Enumerable.Range(100, (2 * perPage) + 7).Select(i => (ulong)i)];
        new Random(5).Shuffle(frames);
        machine.Put(Top, 0, bits, 4);
        for (int i = 0; i < frames.Length; i++)
        {
            machine.Put(4, i / perPage, bits, (ulong)(10 + (i / perPage)));
            machine.Put((ulong)(10 + (i / perPage)), i % perPage, bits, frames[i]);
        }

        var map = new PageFrameMap(machine, Top, bits);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.True(map.TryTranslate(new PhysicalAddress(((ulong)i << 12) + 0x123), out var to, out ulong run));
            Assert.Equal(((frames[i] << 12) + 0x123, 4096UL - 0x123), (to.Value, run));
            Assert.Equal(FaultKind.None, map.Explain(new PhysicalAddress((ulong)i << 12)).Kind);
        }

        Assert.Equal(FaultKind.NotMapped, map.Explain(new PhysicalAddress((ulong)frames.Length << 12)).Kind);
    }

    [Fact]
    public void Uses_the_upper_levels_index()
    {
        var machine = new FakeMachine();
        machine.Put(Top, 2, 64, 4);
        machine.Put(4, 511, 64, 5);
        machine.Put(5, 1, 64, 77);
        ulong frame = (2UL << 18) | (511UL << 9) | 1;
        Assert.True(new PageFrameMap(machine, Top, 64).TryTranslate(new PhysicalAddress(frame << 12), out var to, out _));
        Assert.Equal(77UL << 12, to.Value);
    }

    [Theory]
    [InlineData(64, ulong.MaxValue, "invalid")]
    [InlineData(64, (1UL << 63) | 0x55, "another domain's frame 0x55")]
    [InlineData(64, (1UL << 62) | 0x55, "device memory")]
    [InlineData(64, 0UL, "empty")]
    [InlineData(64, 1UL << 52, "no frame number")]
    [InlineData(32, 0xffff_ffffUL, "invalid")]
    [InlineData(32, 0x8000_0055UL, "another domain's frame 0x55")]
    [InlineData(32, 0x4000_0055UL, "device memory")]
    public void Says_why_a_frame_has_no_page(int bits, ulong entry, string why)
    {
        var machine = new FakeMachine();
        machine.Put(Top, 0, bits, 4);
        machine.Put(4, 0, bits, 5);
        machine.Put(5, 0, bits, entry);
        var map = new PageFrameMap(machine, Top, bits);
        Assert.False(map.TryTranslate(new PhysicalAddress(0x10), out _, out _));
        var fault = map.Explain(new PhysicalAddress(0x10));
        Assert.Equal(FaultKind.NotMapped, fault.Kind);
        Assert.Contains(why, fault.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(ulong.MaxValue >> 12)]
    [InlineData(1UL << 51)]
    public void A_list_that_is_nowhere_is_unreadable(ulong mfn)
    {
        var machine = new FakeMachine();
        machine.Put(Top, 0, 64, mfn >> 12);
        var map = new PageFrameMap(machine, Top, 64);
        Assert.False(map.TryTranslate(new PhysicalAddress(0), out _, out _));
        Assert.Equal(FaultKind.TableUnreadable, map.Explain(new PhysicalAddress(0)).Kind);
        Assert.False(new PageFrameMap(machine, mfn, 64).TryTranslate(new PhysicalAddress(0), out _, out _));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData((1UL << 52) + Top)]
    public void A_domain_that_publishes_no_list_maps_nothing(ulong mfn)
    {
        var machine = new FakeMachine();
        machine.Put(0, 0, 64, 4);
        machine.Put(Top, 0, 64, 4);
        machine.Put(4, 0, 64, 5);
        machine.Put(5, 0, 64, 6);
        var map = new PageFrameMap(machine, mfn, 64);
        Assert.False(map.TryTranslate(new PhysicalAddress(0), out _, out _));
        Assert.Equal(FaultKind.NotMapped, map.Explain(new PhysicalAddress(0)).Kind);
    }

    [Fact]
    public void Stays_within_the_domain_and_the_tree()
    {
        var machine = new FakeMachine();
        machine.Put(Top, 0, 64, 4);
        machine.Put(4, 0, 64, 5);
        machine.Put(5, 0, 64, 6);
        machine.Put(5, 1, 64, 7);
        var map = new PageFrameMap(machine, Top, 64, frameLimit: 1);
        Assert.True(map.TryTranslate(new PhysicalAddress(0xfff), out _, out ulong run));
        Assert.Equal(1UL, run);
        Assert.Contains("beyond the domain's 1 frames", map.Explain(new PhysicalAddress(0x1000)).Text, StringComparison.Ordinal);
        Assert.Equal(FaultKind.NotAnAddress, map.Explain(new PhysicalAddress(1UL << 39)).Kind);
        Assert.Equal(FaultKind.NotAnAddress, map.Explain(new PhysicalAddress(ulong.MaxValue)).Kind);
    }

    [Theory]
    [InlineData("k64-rel", "mini64-fp.elf")]
    [InlineData("k64-deb417", "mini64-nofp.elf")]
    public void Finds_the_kernel_of_a_real_dom0_through_its_P2M(string name, string kernel)
    {
        string? dump = Lab.Find($"dumps/{name}/vmcore");
        string? program = Lab.Find($"dumps/{name}/{kernel}");
        if (dump is null || program is null) Assert.Skip(Lab.Absent);
        using var file = FileByteSource.Open(dump);
        using var mapped = MappedFileByteSource.Open(program);
        var image = DumpFormats.Open(file, new DiagnosticBag(), TestContext.Current.CancellationToken);
        var machine = new PagedMemory(image.Pages);
        var map = new PageFrameMap(machine, image.XenCrash!.Dom0P2mFrameListList!.Value, 64);
        var memory = new TranslatedMemory<PhysicalAddress, MachineAddress>(map, machine);
        var elf = ElfFile.Open(mapped, new DiagnosticBag());
        var text = elf.FindSection(".text")!;

        // The kernel is linked at 0xffffffff80000000 plus its physical address; the hypercall page in its text is filled in by Xen.
        byte[] bytes = new byte[0x1000];
        Assert.Equal(bytes.Length, memory.Read(new PhysicalAddress(0x10_2000), bytes));
        int offset = (int)(0xffff_ffff_8010_2000 - text.Address);
        int length = Math.Min(bytes.Length, (int)text.Size - offset);
        Assert.Equal(elf.ReadSection(text).Slice(offset, length).ToArray(), bytes[..length]);
    }

    /// <summary>Machine frames that tests fill with entries; all others are absent.</summary>
    private sealed class FakeMachine : IMemory<MachineAddress>
    {
        private readonly Dictionary<ulong, byte[]> _frames = [];

        public void Put(ulong frame, int index, int bits, ulong value)
        {
            if (!_frames.TryGetValue(frame, out byte[]? bytes)) _frames.Add(frame, bytes = new byte[4096]);
            if (bits == 64) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(index * 8), value);
            else BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(index * 4), (uint)value);
        }

        public int Read(MachineAddress address, Span<byte> destination)
        {
            if (!_frames.TryGetValue(address.Value >> 12, out byte[]? bytes)) return 0;
            bytes.AsSpan((int)(address.Value & 0xfff), destination.Length).CopyTo(destination);
            return destination.Length;
        }

        public Fault Explain(MachineAddress address) => new(FaultKind.NotSaved, "not there");
    }
}
