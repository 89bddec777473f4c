using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;
using XenDumpAdapter.Core.Symbols;
using XenDumpAdapter.Core.Types;
using XenDumpAdapter.Core.Unwinding;
using XenDumpAdapter.TestKit;
using XenDumpAdapter.TestKit.Synthetic;

namespace XenDumpAdapter.Core.Tests.Unwinding;

/// <summary>
/// Parameters that only the caller still knows: <c>callee(int a)</c> has lost its register, <c>caller</c> describes the call. Both are made by hand: code of
/// one call instruction, and DWARF of a call site.
/// </summary>
public sealed class EntryValueTests
{
    private const ulong Text = 0xffff_ffff_8010_0000;
    private const ulong Callee = Text, Caller = Text + 0x100, Other = Text + 0x200, ReturnTo = Caller + 0x15;
    private const ulong Stack = 0xffff_ffff_8020_0000;
    private const byte Rdi = 0x55, Rsi = 0x54;

    private readonly SparseMemory<VirtualAddress> _memory = new();
    private readonly DwarfWriter _dwarf;
    private readonly DwarfNode _unit;
    private readonly DwarfNode _int;
    private readonly bool _gnu;

    public EntryValueTests() : this(version: 5)
    {
    }

    private EntryValueTests(int version)
    {
        _gnu = version < 5;
        _dwarf = new DwarfWriter(version);
        _unit = _dwarf.Unit().Covers(Text, 0x1000);
        _int = _unit.AddBase("int", 4, 5);

        // callee, pushed nothing: the return address is on top of the stack.
        _memory.Put(Callee, [0x90, 0xc3, .. new byte[14]]);
        _memory.Put(Caller, new byte[0x40]);
        CallTo(Callee);
        _memory.Put64(Stack, ReturnTo).Put64(Stack + 8, 0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_the_caller_passed_is_the_parameters_value(int version)
    {
        var test = new EntryValueTests(version);
        test.Function("callee", Callee, (Rdi, null));
        test.Site([], (Rdi, [0x08, 42]));
        Assert.Equal("42", test.ArgumentOfCallee());
    }

    [Fact]
    public void The_callers_own_registers_and_frame_count()
    {
        Function("callee", Callee, (Rdi, null));
        Site([], (Rsi, [0x08, 1]), (Rdi, [0x73, 3])); // rbx + 3
        Assert.Equal("103", ArgumentOfCallee(("rbx", 100UL)));
        Assert.Equal("<optimized out>", ArgumentOfCallee());
    }

    [Fact]
    public void A_call_that_is_not_described_tells_nothing()
    {
        Function("callee", Callee, (Rdi, null));
        Site([], (Rsi, [0x08, 42]));
        Assert.Equal("<optimized out>", ArgumentOfCallee());
    }

    [Fact]
    public void What_was_passed_to_another_function_that_jumped_here_is_not_taken()
    {
        Function("callee", Callee, (Rdi, null));
        Site([], (Rdi, [0x08, 42]));
        CallTo(Other);
        _memory.Put(Other, [0xe9, .. BitConverter.GetBytes(unchecked((int)(Callee - (Other + 5)))), .. new byte[11]]);
        Assert.Equal("<optimized out>", ArgumentOfCallee());
    }

    [Theory]
    [InlineData(Callee, "42")]
    [InlineData(Other, "<optimized out>")]
    public void A_call_through_a_register_counts_where_its_description_says_that_it_went_here(ulong target, string shown)
    {
        Function("callee", Callee, (Rdi, null));
        Site([0x03, .. BitConverter.GetBytes(target)], (Rdi, [0x08, 42]));
        _memory.Put(ReturnTo - 5, [0x90, 0x90, 0x90, 0xff, 0xd3]); // call *%rbx
        Assert.Equal(shown, ArgumentOfCallee());
    }

    [Fact]
    public void A_value_that_is_passed_on_and_on_is_not_followed_for_ever()
    {
        // callee calls itself, and each time passes on what it was passed.
        const ulong Again = Callee + 7;
        _memory.Put(Callee + 2, [0xe8, 0xf9, 0xff, 0xff, 0xff, 0xc3]);
        for (ulong i = 0; i < 64; i++) _memory.Put64(Stack + i * 8, Again);
        var function = Function("callee", Callee, (Rdi, null));
        function.Add(0x48).With(0x7d, 0x01, Again).Add(0x49).With(0x02, 0x18, new[] { Rdi }).With(0x7e, 0x18, new byte[] { 0xa3, 1, Rdi });
        Assert.Equal("<optimized out>", ArgumentOfCallee(caller: "callee", []));

        // Where the chain begins within reach, all of it is known.
        _memory.Put64(Stack + 8 * 3, ReturnTo).Put64(Stack + 8 * 4, 0);
        Site([], (Rdi, [0x08, 7]));
        Assert.Equal("7", ArgumentOfCallee(caller: "callee", []));
    }

    [Fact]
    public void Broken_descriptions_of_calls_are_no_values()
    {
        Function("callee", Callee, (Rdi, null));
        Site([], (Rdi, [0x06, 0x06]), (Rdi, []));
        Assert.Equal("<optimized out>", ArgumentOfCallee());
    }

    private void CallTo(ulong target) => _memory.Put(ReturnTo - 5, [0xe8, .. BitConverter.GetBytes(unchecked((int)(target - ReturnTo)))]);

    /// <summary>A function with one parameter, which has to be asked of the caller.</summary>
    private DwarfNode Function(string name, ulong at, (byte Register, byte[]? Location) parameter)
    {
        var function = _unit.Add(0x2e).Named(name).Covers(at, 0x10);
        byte entry = (byte)(_gnu ? 0xf3 : 0xa3);
        function.Add(0x05).Named("a").OfType(_int).With(0x02, 0x18, parameter.Location ?? [entry, 1, parameter.Register, 0x9f]);
        return function;
    }

    /// <summary>The call in caller.</summary>
    private void Site(byte[] target, params ReadOnlySpan<(byte Register, byte[] Value)> parameters)
    {
        var caller = _unit.Add(0x2e).Named("caller").Covers(Caller, 0x40);
        caller.Add(0x0b).Covers(Caller, 8);
        var site = caller.Add(0x0b).Covers(Caller + 0x10, 0x20).Add(_gnu ? 0x4109 : 0x48);
        if (_gnu) site.With(0x11, 0x01, ReturnTo);
        else site.With(0x7d, 0x01, ReturnTo);
        if (target.Length > 0) site.With(_gnu ? 0x2113 : 0x83, 0x18, target);
        foreach (var (register, value) in parameters)
            site.Add(_gnu ? 0x410a : 0x49).With(0x02, 0x18, new[] { register }).With(_gnu ? 0x2111 : 0x7e, 0x18, value);
    }

    private string ArgumentOfCallee(params ReadOnlySpan<(string Name, ulong Value)> others) => ArgumentOfCallee("caller", others);

    private string ArgumentOfCallee(string caller, ReadOnlySpan<(string Name, ulong Value)> others)
    {
        var registers = new RegisterSet(Core.Arch.Architecture.Amd64).With("rip", Callee + 1).With("rsp", Stack);
        foreach (var (name, value) in others) registers = registers.With(name, value);
        var module = new Module
        {
            Name = "kernel",
            Range = new AddressRange(new VirtualAddress(Text), 0x1000),
            Symbols = new TableSymbols(Symbol("callee", Callee), Symbol("caller", Caller, 0x40), Symbol("other", Other)),
            Dwarf = _dwarf.Open(),
        };
        var context = new CodeContext
        {
            Kind = FrameKind.Kernel,
            Architecture = Core.Arch.Architecture.Amd64,
            Space = AddressSpace.Of("dom0", 64, _memory),
            Memory = _memory,
            Modules = [module],
        };
        var environment = new UnwindEnvironment { GuestContext = _ => null, FaultAddress = _ => (null, null) };
        var trace = StackUnwinder.Walk(FrameFactory.Code(context, registers, FoundBy.Context, pcIsReturnAddress: false)!, environment, TestContext.Current.CancellationToken);
        Assert.StartsWith($"callee {caller}", LabHost.Functions(trace.Frames), StringComparison.Ordinal);
        return ValueFormatter.Format(Assert.Single(FrameVariables.Of(trace.Frames[0])).Value);
    }

    private static Symbol Symbol(string name, ulong at, ulong size = 0x10) => new(name, new VirtualAddress(at), size, SymbolKind.Function, true);
}
