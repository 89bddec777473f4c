using System.Text;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Types.Ctf;
using XenDumpAdapter.TestKit.Ctf;

namespace XenDumpAdapter.Core.Tests.Types.Ctf;

/// <summary>Containers for the tests, and what they read as.</summary>
internal static class Containers
{
    /// <summary>Opens a container whose types are to be read.</summary>
    public static CtfTypes Open(byte[] raw, DiagnosticBag? diagnostics = null, CtfSurroundings? surroundings = null, string name = "test")
    {
        diagnostics ??= new DiagnosticBag();
        var container = CtfContainer.Open(raw, $"CTF of {name}", diagnostics);
        Assert.NotNull(container);
        return new CtfTypes(container, surroundings ?? new CtfSurroundings { PointerSize = 8 }, diagnostics);
    }

    /// <summary>Every kind of type, in every width.</summary>
    public static CtfWriter Everything(int version, bool compressed = true, string? parent = null)
    {
        var w = new CtfWriter(version, parent) { Compressed = compressed };
        uint none = w.Integer("void", 1, 0);
        uint character = w.Integer("char", 3, 8);
        uint number = w.Integer("int", 1, 32);
        uint word = w.Integer("unsigned", 0, 32);
        uint wide = w.Integer("unsigned long long", 0, 64);
        w.Integer("_Bool", 5, 8);
        uint three = w.Integer("int", 1, 3, 4);
        uint twelve = w.Integer("unsigned", 0, 12, 4);
        w.Float("float", 1, 32);
        w.Float("double", 2, 64);
        w.Float("long double", 6, 96);
        uint text = w.Pointer(w.Const(character));
        uint list = w.Array(character, number, 16, 16);
        w.Array(list, number, 4);
        w.Array(number, number, 0);
        w.Array(wide, number, 100_000, 800_000);
        w.Hole();
        w.Pointer(w.Function(none, text, 0));
        uint callback = w.Pointer(w.Function(number, number, w.Pointer(none)));
        uint state = w.Enum("state", ("MINUS", -1), ("NONE", 0), ("SOME", 7));
        uint unknown = w.Forward("unknown", 6);
        w.Forward("kinds", 7);
        w.Forward("names", 8);
        uint alias = w.Typedef("alias_t", w.Volatile(w.Pointer(w.Restrict(w.Pointer(unknown)))));
        uint part = w.Union("", 8, new CtfMember("whole", wide, 0), new CtfMember("low", word, 0));
        uint self = w.Struct("self", 64, new CtfMember("name", list, 0), new CtfMember("", part, 128), new CtfMember("a", three, 192), new CtfMember("b", twelve, 195),
            new CtfMember("run", callback, 256), new CtfMember("alias", alias, 320), new CtfMember("state", state, 384));
        w.Struct("large", 0x20000, new CtfMember("first", self, 0), new CtfMember("last", number, version == 1 ? 0xfff8 : 0x1ffe0 * 8UL));
        w.Struct("huge", 1UL << 33, new CtfMember("x", number, 0), new CtfMember("y", number, version == 2 ? (1UL << 35) : 0xff00));
        w.Union("pair", 4, new CtfMember("i", number, 0), new CtfMember("c", character, 0));
        w.Typedef("pair_t", w.Const(w.Typedef("inner_t", self)));
        return w.Label("build-1");
    }

    /// <summary>A type in full, as <see cref="CtfDump.Describe"/> writes it.</summary>
    public static string Describe(CType type)
    {
        var text = new StringBuilder($"{type.DisplayName} of {type.Size}");
        switch (type)
        {
            case BaseType b: text.Append($" {b.Encoding}"); break;
            case AggregateType a:
                foreach (var m in a.Members)
                {
                    text.Append($"\n  +{m.BitOffset}");
                    if (m.BitSize is { } bits) text.Append($":{bits}");
                    text.Append($" {m.Type.Declare(m.Name ?? "")}");
                }

                break;
            case EnumType e:
                foreach (var v in e.Values) text.Append($"\n  {v.Name} = {v.Value}");
                break;
        }

        return text.ToString();
    }

    /// <summary>Fails where a type of a container does not read as the plain decoder reads it. Holes are no types.</summary>
    public static void AssertSame(CtfDump expected, CtfTypes actual)
    {
        Assert.Equal(expected.Count, actual.Container.TypeCount);
        for (int i = 0; i < expected.Count; i++)
        {
            uint id = expected.IdOf(i);
            var type = actual.TypeAt(id);
            if (type is BrokenType) Assert.Equal(" of 0", expected.Describe(id));
            else Assert.Equal(expected.Describe(id), Describe(type));
        }
    }
}
