using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>Type names of C: a base type and an abstract declarator (<c>struct vcpu *[4]</c>, <c>char (*)[16]</c>, <c>void (*)(int)</c>).</summary>
internal sealed class TypeParser(TokenCursor tokens, INameKinds names)
{
    private static readonly HashSet<string> Tags = ["struct", "union", "enum"];
    private static readonly HashSet<string> Qualifiers = ["const", "volatile", "restrict", "_Atomic"];
    private static readonly HashSet<string> Basic = ["void", "char", "short", "int", "long", "signed", "unsigned", "float", "double", "_Bool"];

    /// <summary>Whether the word can only start a type.</summary>
    public static bool IsKeyword(string word) => Tags.Contains(word) || Qualifiers.Contains(word) || Basic.Contains(word);

    /// <summary>Whether the token that far ahead starts a type.</summary>
    public bool StartsAt(int ahead)
    {
        var t = tokens.Peek(ahead);
        string name = t.Text;
        if (t.Kind == TokenKind.Module && tokens.Peek(++ahead) is { Kind: TokenKind.Word } own) name = $"{t.Text}`{own.Text}";
        else if (t.Kind != TokenKind.Word) return false;
        else if (IsKeyword(name)) return true;
        var next = tokens.Peek(ahead + 1);
        return (next.Is(")") || next.Is("*") || next.Is("[")) && names.IsTypeName(name);
    }

    /// <summary>The type that starts here.</summary>
    /// <exception cref="ExpressionException">There is none.</exception>
    public TypeSyntax Type()
    {
        int position = tokens.Current.Position;
        string name = BaseName();
        var layers = new List<TypeLayer>();
        Declarator(layers, 0);
        return new TypeSyntax(position, name, layers);
    }

    private string BaseName()
    {
        SkipQualifiers();
        var t = tokens.Take();
        if (t.Kind == TokenKind.Module) return InModule(t);
        if (t.Kind != TokenKind.Word) throw new ExpressionException(t.Position, "a type's name is expected here");
        string name = Tags.Contains(t.Text) ? Tagged(t) : Basic.Contains(t.Text) ? Specifiers(t) : t.Text;
        SkipQualifiers();
        return name;
    }

    private string Tagged(Token tag)
    {
        var name = tokens.Take();
        return name.Kind switch
        {
            TokenKind.Word => $"{tag.Text} {name.Text}",
            TokenKind.Module => $"{tag.Text} {InModule(name)}",
            _ => throw new ExpressionException(name.Position, $"a name must follow '{tag.Text}'"),
        };
    }

    /// <summary>A name of one module: <c>xpv`domain</c>.</summary>
    private string InModule(Token module)
    {
        var name = tokens.Take();
        return name.Kind == TokenKind.Word ? $"{module.Text}`{name.Text}" : throw new ExpressionException(name.Position, $"a type's name must follow {module.Text}`");
    }

    // "long unsigned int", "unsigned long" and "unsigned long int" are one type: the result has one spelling.
    private string Specifiers(Token first)
    {
        var words = new List<string> { first.Text };
        while (tokens.Current.Kind == TokenKind.Word && (Basic.Contains(tokens.Current.Text) || Qualifiers.Contains(tokens.Current.Text)))
        {
            string word = tokens.Take().Text;
            if (Basic.Contains(word)) words.Add(word);
        }

        int longs = words.Count(w => w == "long");
        string sign = words.Contains("unsigned") ? "unsigned " : "";
        string core = words switch
        {
            _ when words.Contains("char") => words.Contains("signed") ? "signed char" : "char",
            _ when words.Contains("short") => "short",
            _ when words.Contains("double") => longs > 0 ? "long double" : "double",
            _ when longs > 1 => "long long",
            _ when longs > 0 => "long",
            _ => words.FirstOrDefault(w => w is "void" or "float" or "_Bool") ?? "int",
        };
        return sign + core;
    }

    private void SkipQualifiers()
    {
        while (tokens.Current.Kind == TokenKind.Word && Qualifiers.Contains(tokens.Current.Text)) tokens.Take();
    }

    // Layers come innermost first: pointers before what follows them in brackets, that before what stood in parentheses.
    private void Declarator(List<TypeLayer> layers, int depth)
    {
        if (depth > DumpLimits.Nesting) throw new ExpressionException(tokens.Current.Position, $"the type is nested deeper than {DumpLimits.Nesting}");
        while (tokens.Accept("*", out _))
        {
            Add(layers, new TypeLayer(TypeLayerKind.Pointer));
            SkipQualifiers();
        }

        var inner = new List<TypeLayer>();
        if (tokens.Current.Is("(") && (tokens.Peek(1).Is("*") || tokens.Peek(1).Is("(")))
        {
            tokens.Take();
            Declarator(inner, depth + 1);
            tokens.Expect(")", "a ')' is missing in the type");
        }

        Suffixes(layers);
        foreach (var layer in inner) Add(layers, layer);
    }

    private void Suffixes(List<TypeLayer> layers)
    {
        var arrays = new Stack<TypeLayer>();
        while (true)
        {
            if (tokens.Accept("[", out _))
            {
                ulong? count = tokens.Current.Kind == TokenKind.Number ? tokens.Take().Value : null;
                tokens.Expect("]", "an array's length is a number, closed with ']'");
                arrays.Push(new TypeLayer(TypeLayerKind.Array, count));
            }
            else if (tokens.Current.Is("("))
            {
                SkipParameters();
                arrays.Push(new TypeLayer(TypeLayerKind.Function));
            }
            else
            {
                break;
            }
        }

        foreach (var layer in arrays) Add(layers, layer);
    }

    private void SkipParameters()
    {
        int open = 0;
        do
        {
            var t = tokens.Take();
            if (t.Kind == TokenKind.End) throw new ExpressionException(t.Position, "the parameters must be closed with ')'");
            if (t.Is("(")) open++;
            if (t.Is(")")) open--;
        }
        while (open > 0);
    }

    private void Add(List<TypeLayer> layers, TypeLayer layer)
    {
        if (layers.Count >= DumpLimits.Nesting) throw new ExpressionException(tokens.Current.Position, $"the type is nested deeper than {DumpLimits.Nesting}");
        layers.Add(layer);
    }
}
