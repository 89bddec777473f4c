namespace XenDumpAdapter.GdbStub.SymbolFiles;

/// <summary>Writes <c>.debug_frame</c> (DWARF 3, 6.4.1: the oldest with value expressions): one common entry for each kind of code, one entry for each function.</summary>
internal sealed class CallFrames
{
    private const int Version = 3;
    private readonly LittleEndianBuffer _bytes;
    private readonly FrameRules _rules;
    private readonly int _kernel;
    private readonly int _hypervisor;

    /// <summary>The common entries, and the artificial function.</summary>
    /// <param name="word">Bytes of an address.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="exceptionFrame">Where the artificial function is.</param>
    public CallFrames(int word, FrameRules rules, ImageRun exceptionFrame)
    {
        _bytes = new LittleEndianBuffer(word);
        _rules = rules;
        _kernel = Common("", rules.Kernel);
        _hypervisor = Common("", rules.Hypervisor);

        // S: a frame like that of a signal handler. What it returns to was interrupted, not called, and may be on another stack.
        int record = Common("zS", rules.Record);
        Entry(record, exceptionFrame.First, exceptionFrame.Length, _ => { }, augmented: true);
    }

    /// <summary>The section.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.Written;

    /// <summary>Adds a run of code.</summary>
    /// <param name="first">Its first address.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isHypervisor">Whose code it is.</param>
    /// <param name="start">How it begins.</param>
    public void Add(ulong first, ulong length, bool isHypervisor, FunctionStart start) =>
        Entry(isHypervisor ? _hypervisor : _kernel, first, length, start switch { FunctionStart.Prologue => _rules.Prologue, FunctionStart.Outermost => _rules.Outermost, FunctionStart.TrapEntry => _rules.TrapEntry, _ => _ => { } });

    private int Common(string augmentation, Action<LittleEndianBuffer> instructions)
    {
        int at = _bytes.Length;
        var body = new LittleEndianBuffer(_bytes.Word);
        body.U32(uint.MaxValue);
        body.U8(Version);
        body.Text(augmentation);
        body.Unsigned(1);
        body.Signed(-_bytes.Word);
        body.Unsigned((ulong)_rules.Pc);
        if (augmentation.Length > 0) body.Unsigned(0);
        instructions(body);
        Finish(body);
        return at;
    }

    private void Entry(int common, ulong first, ulong length, Action<LittleEndianBuffer> instructions, bool augmented = false)
    {
        var body = new LittleEndianBuffer(_bytes.Word);
        body.U32((uint)common);
        body.Address(first);
        body.Address(length);
        if (augmented) body.Unsigned(0);
        instructions(body);
        Finish(body);
    }

    // DW_CFA_nop is 0.
    private void Finish(LittleEndianBuffer body)
    {
        while ((body.Length + 4) % _bytes.Word != 0) body.U8(0);
        _bytes.U32((uint)body.Length);
        _bytes.Bytes(body.Written);
    }
}

/// <summary>How a run of code begins.</summary>
internal enum FunctionStart
{
    /// <summary>Nothing is known: its frame is taken to be there.</summary>
    Plain,

    /// <summary>With instructions that make its frame, as far as is known.</summary>
    Prologue,

    /// <summary>Traps enter there.</summary>
    TrapEntry,

    /// <summary>Nothing calls it.</summary>
    Outermost,
}
