using XenDumpAdapter.Core.Types;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

/// <summary>Values of CTF's types, as users see them.</summary>
public class CtfValueTests
{
    [Fact]
    public void A_structure_is_written_with_text_bit_fields_names_and_code()
    {
        var w = new CtfWriter();
        uint letter = w.Integer("char", 3, 8);
        uint octet = w.Integer("unsigned char", 2, 8);
        uint number = w.Integer("int", 1, 32);
        uint flag = w.Integer("unsigned", 0, 1, 4);
        uint signed = w.Integer("int", 1, 3, 4);
        uint yes = w.Integer("_Bool", 5, 8);
        uint state = w.Enum("state", ("IDLE", 0), ("BUSY", 1), ("DEAD", 3));
        uint run = w.Pointer(w.Function(number, number));
        w.Struct("s", 48, new CtfMember("name", w.Array(letter, number, 8, 8), 0), new CtfMember("bytes", w.Array(octet, number, 3, 3), 64),
            new CtfMember("on", w.Typedef("flag_t", flag), 96), new CtfMember("delta", signed, 97), new CtfMember("rest", flag, 127), new CtfMember("state", state, 128),
            new CtfMember("other", state, 160), new CtfMember("run", run, 192), new CtfMember("ok", yes, 256), new CtfMember("low", octet, 264),
            new CtfMember("text", w.Pointer(letter), 320));
        byte[] bytes = new byte[64];
        "rootfs\0x"u8.CopyTo(bytes);
        new byte[] { 1, 2, 255 }.CopyTo(bytes, 8);
        bytes[12] = 0b1101;
        bytes[15] = 0x80;
        bytes[16] = 1;
        bytes[20] = 9;
        BitConverter.TryWriteBytes(bytes.AsSpan(24), 0x2004UL);
        bytes[32] = 1;
        bytes[33] = 200;
        BitConverter.TryWriteBytes(bytes.AsSpan(40), 0x1030UL);
        "hi\0"u8.CopyTo(bytes.AsSpan(48));
        var type = Containers.Open(w.Build()).Find("struct s")!;
        var format = new ValueFormat { MaxInline = 20, Symbolize = address => address == 0x2004 ? "go+0x4" : null };
        Assert.Equal(
            """
            {name = "rootfs", bytes = {1 '\001', 2 '\002', 255 '\377'}, on = 1, delta = -2, rest = 1, state = BUSY, other = 0x9, run = 0x2004 <go+0x4>, ok = true, low = 200 '\310', text = 0x1030 "hi"}
            """.Trim(),
            ValueFormatter.Format(TypedValue.At(type, Values.Space(0x1000, bytes), 0x1000), format));
    }

    [Fact]
    public void The_sign_is_the_containers_and_not_the_names()
    {
        var w = new CtfWriter();
        uint octet = w.Integer("s8", 3, 8);
        uint plain = w.Integer("char", 2, 8);
        var types = Containers.Open(w.Build());
        Assert.Equal(@"-1 '\377'", ValueFormatter.Format(TypedValue.OfBytes(types.TypeAt(octet), Values.Space(), [0xff])));
        Assert.Equal(@"255 '\377'", ValueFormatter.Format(TypedValue.OfBytes(types.TypeAt(plain), Values.Space(), [0xff])));
    }

    [Fact]
    public void Complex_numbers_are_pairs()
    {
        var w = new CtfWriter();
        uint pair = w.Float("double _Complex", 4, 128);
        byte[] bytes = [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-2.0)];
        var type = Containers.Open(w.Build()).TypeAt(pair);
        Assert.Equal(("double _Complex", 16UL), (type.DisplayName, type.Size));
        Assert.Equal("{1.5, -2}", ValueFormatter.Format(TypedValue.OfBytes(type, Values.Space(), bytes)));
    }

    [Fact]
    public void A_field_of_unknown_width_is_not_made_up()
    {
        var w = new CtfWriter();
        uint state = w.Enum("state", ("IDLE", 0), ("BUSY", 1));
        uint word = w.Integer("unsigned", 0, 32);
        w.Struct("s", 8, new CtfMember("state", state, 3), new CtfMember("packed", word, 4), new CtfMember("gone", 0, 0));
        var s = TypedValue.OfBytes(Containers.Open(w.Build()).Find("struct s")!, Values.Space(), [0x10, 0, 0, 0, 0xf0, 0, 0, 0]);
        Assert.Equal("<broken type: a bit field at bit 3 whose width CTF does not tell>", ValueFormatter.Format(s.Member("state")!));
        Assert.Equal("1", ValueFormatter.Format(s.Member("packed")!));
        Assert.Equal("<broken type: CTF does not tell it>", ValueFormatter.Format(s.Member("gone")!));
    }
}
