using System.CommandLine;
using XenDumpAdapter.Adapter.Json;
using XenDumpAdapter.Core.Commands.Expressions;
using XenDumpAdapter.Core.Commands.Reports;
using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Types;

namespace XenDumpAdapter.Adapter.Verbs;

/// <summary><c>xendump print</c>.</summary>
internal sealed class PrintVerb : DumpVerb
{
    private const ulong MostProbed = 1 << 20;

    private readonly Argument<string> _what = new("TYPE") { Description = "a type (with ADDRESS), or a C-like expression" };
    private readonly Argument<string?> _address = new("ADDRESS") { Description = "where the object is: 0x…, a symbol, SPACE:0x…", Arity = ArgumentArity.ZeroOrOne };
    private readonly PlaceArgument _place;

    /// <summary>The verb.</summary>
    public PrintVerb(VerbHost host) : base(host, "print", "An object of a type at an address, or the value of an expression.",
        "xendump print vmcore 'struct vcpu' 0xffff8300031e4000", "xendump print vmcore 'hardware_domain->vcpu[0]->vcpu_id'", "xendump print vmcore 'rq->depth' --frame 14")
    {
        Command.Arguments.Add(_what);
        Command.Arguments.Add(_address);
        _place = new PlaceArgument(Command);
    }

    /// <inheritdoc/>
    protected override int Run(DumpTarget target, ParseResult arguments, bool json, CancellationToken cancel)
    {
        string what = arguments.GetRequiredValue(_what);
        var value = arguments.GetValue(_address) is { } address ? Object(target, arguments, what, address, cancel) : Expression(target, arguments, what, cancel);
        if (json)
        {
            PrintJson(PrintJson(what, value), JsonOutput.Shapes.PrintJson);
            return ExitCode.Ok;
        }

        Print(ValueReport.Lines(target, value));
        return ExitCode.Ok;
    }

    private static PrintJson PrintJson(string what, TypedValue value) => Json.PrintJson.Of(what, value);

    private TypedValue Object(DumpTarget target, ParseResult arguments, string typeText, string address, CancellationToken cancel)
    {
        var at = _place.Resolve(target, arguments, address, followNames: true, cancel);
        var scope = _place.Scope(target, arguments, address, cancel) with { Space = at.Space };
        var type = CExpression.ParseType(typeText, scope, out var error)
            ?? CExpression.ParseType($"struct {typeText}", scope)
            ?? CExpression.ParseType($"union {typeText}", scope)
            ?? throw PlaceArgument.Wrong(typeText, error);
        if (type.Size > 0 && MemorySegment.Of(at.Space, at.Address, Math.Min(type.Size, MostProbed), cancel).All(s => s.Bytes is null))
            throw new UsageException($"Nothing of {type.DisplayName} can be read at {at}: {at.Space.Explain(at.Address).Text}.");
        return TypedValue.At(type, at.Space, at.Address);
    }

    private TypedValue Expression(DumpTarget target, ParseResult arguments, string text, CancellationToken cancel)
    {
        var result = CExpression.Evaluate(text, _place.Scope(target, arguments, text, cancel));
        return result.Value ?? throw PlaceArgument.Wrong(text, result);
    }
}
