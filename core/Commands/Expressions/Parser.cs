using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Core.Commands.Expressions;

/// <summary>What the parser must know of names: C cannot be parsed without knowing which of them are types.</summary>
internal interface INameKinds
{
    /// <summary>Whether the word names a type (a typedef), not a variable.</summary>
    bool IsTypeName(string word);

    /// <summary>Whether the word names an address space.</summary>
    bool IsSpace(string word);

    /// <summary>The spaces there are, for a message.</summary>
    string SpaceNames { get; }
}

/// <summary>A recursive-descent parser for C's expressions without assignments and calls; each level of precedence of binary operators is a row of a table.</summary>
internal sealed class Parser
{
    // C17 6.5.5 to 6.5.14, loosest first.
    private static readonly string[][] Precedence =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    private static readonly HashSet<string> Assignments = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "++", "--"];

    private readonly TokenCursor _tokens;
    private readonly TypeParser _types;
    private readonly INameKinds _names;
    private int _nesting;
    private int _openConditionals;

    /// <summary>A parser at the start of <paramref name="tokens"/>.</summary>
    public Parser(IReadOnlyList<Token> tokens, INameKinds names)
    {
        _tokens = new TokenCursor(tokens);
        _types = new TypeParser(_tokens, names);
        _names = names;
    }

    /// <summary>The whole text as an expression.</summary>
    /// <exception cref="ExpressionException">It is none.</exception>
    public Node Expression()
    {
        if (_tokens.Current.Kind == TokenKind.End) throw new ExpressionException(0, "the expression is empty");
        var node = Conditional();
        return _tokens.Current.Kind == TokenKind.End ? node : throw Unexpected();
    }

    /// <summary>The whole text as a type.</summary>
    /// <exception cref="ExpressionException">It is none.</exception>
    public TypeSyntax Type()
    {
        var type = _types.Type();
        return _tokens.Current.Kind == TokenKind.End ? type : throw Unexpected();
    }

    private Node Conditional()
    {
        Enter();
        var condition = Binary(0);
        if (_tokens.Accept("?", out var mark))
        {
            _openConditionals++;
            var then = Conditional();
            _openConditionals--;
            _tokens.Expect(":", "the conditional needs ':' and what it is otherwise");
            condition = new ConditionalNode(mark.Position, condition, then, Conditional());
        }

        _nesting--;
        return condition;
    }

    private Node Binary(int level)
    {
        if (level == Precedence.Length) return Unary();
        var left = Binary(level + 1);
        while (_tokens.Current.Kind == TokenKind.Operator && Precedence[level].Contains(_tokens.Current.Text))
        {
            var op = _tokens.Take();
            left = new BinaryNode(op.Position, op.Text, left, Binary(level + 1));
        }

        return left;
    }

    private Node Unary()
    {
        Enter();
        var node = UnaryOperand();
        _nesting--;
        return node;
    }

    private Node UnaryOperand()
    {
        var t = _tokens.Current;
        if (t.Kind == TokenKind.Operator && t.Text is "-" or "+" or "!" or "~" or "*" or "&")
        {
            _tokens.Take();
            return new UnaryNode(t.Position, t.Text, Unary());
        }

        if (t.IsWord("sizeof")) return Sizeof();
        if (!t.Is("(") || !_types.StartsAt(1)) return Postfix(Primary());
        _tokens.Take();
        var type = _types.Type();
        _tokens.Expect(")", "the type must be closed with ')'");
        return new CastNode(t.Position, type, Unary());
    }

    private Node Sizeof()
    {
        var word = _tokens.Take();
        if (!_tokens.Current.Is("(") || !_types.StartsAt(1)) return new UnaryNode(word.Position, "sizeof", Unary());
        _tokens.Take();
        var type = _types.Type();
        _tokens.Expect(")", "the type must be closed with ')'");
        return new SizeofTypeNode(word.Position, type);
    }

    private Node Postfix(Node node)
    {
        while (true)
        {
            var t = _tokens.Current;
            if (t.Is(".") || t.Is("->"))
            {
                _tokens.Take();
                var name = _tokens.Take();
                if (name.Kind != TokenKind.Word) throw new ExpressionException(name.Position, $"a member's name must follow '{t.Text}'");
                node = new MemberNode(name.Position, node, name.Text);
            }
            else if (_tokens.Accept("[", out _))
            {
                var index = Conditional();
                _tokens.Expect("]", "the index must be closed with ']'");
                node = new IndexNode(t.Position, node, index);
            }
            else
            {
                return node;
            }
        }
    }

    private Node Primary()
    {
        var t = _tokens.Take();
        switch (t.Kind)
        {
            case TokenKind.Number: return new NumberNode(t.Position, t.Value, t.Unsigned);
            case TokenKind.Register: return new RegisterNode(t.Position, t.Text);
            case TokenKind.Symbol: return new NameNode(t.Position, null, t.Text, true);
            case TokenKind.Module: return InModule(t);
            case TokenKind.Word when IsSpacePrefix(t): return InSpace(t);
            case TokenKind.Word when TypeParser.IsKeyword(t.Text):
                throw new ExpressionException(t.Position, $"a type is no value: cast with it, as in *({t.Text} … *)ADDRESS, or ask for sizeof({t.Text} …)");
            case TokenKind.Word: return new NameNode(t.Position, null, t.Text, false);
        }

        if (!t.Is("(")) throw Unexpected(t);
        var inner = Conditional();
        _tokens.Expect(")", "a ')' is missing");
        return inner;
    }

    private NameNode InModule(Token module)
    {
        var name = _tokens.Take();
        return name.Kind is TokenKind.Word or TokenKind.Symbol
            ? new NameNode(module.Position, module.Text, name.Text, true)
            : throw new ExpressionException(name.Position, $"a symbol's name must follow {module.Text}`");
    }

    // "dom0:0x1000". After a '?' a colon may be the conditional's, unless what stands before it names a space.
    private bool IsSpacePrefix(Token word) => _tokens.Current.Is(":") && (_openConditionals == 0 || _names.IsSpace(word.Text));

    private SpaceNode InSpace(Token space)
    {
        if (!_names.IsSpace(space.Text)) throw new ExpressionException(space.Position, $"no address space is called {space.Text}; there are: {_names.SpaceNames}");
        _tokens.Take();
        return new SpaceNode(space.Position, space.Text, Unary());
    }

    private ExpressionException Unexpected() => Unexpected(_tokens.Current);

    private static ExpressionException Unexpected(Token t)
    {
        string message = t switch
        {
            { Kind: TokenKind.End } => "something is missing at the end",
            { Kind: TokenKind.Operator } when Assignments.Contains(t.Text) => "a dump cannot be changed (to compare, write ==)",
            { Kind: TokenKind.Operator, Text: "(" } => "functions cannot be called: the machine is not running",
            _ => $"'{t.Text}' is not expected here",
        };
        return new ExpressionException(t.Position, message);
    }

    private void Enter()
    {
        if (++_nesting > DumpLimits.Nesting)
            throw new ExpressionException(_tokens.Current.Position, $"the expression is nested deeper than {DumpLimits.Nesting}");
    }
}
