namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>Writes a function's machine code.</summary>
internal sealed class FunctionWriter(int wordSize, Random random, KernelFunction function)
{
    private const int InRegisters = 6;

    private static readonly byte[][] Saves64 = [[0x57], [0x56], [0x52], [0x51], [0x41, 0x50], [0x41, 0x51]];
    private static readonly byte[][] Fill32 = [[0x8b, 0x45, 0x08], [0x31, 0xc0], [0x85, 0xc0], [0x89, 0xc1], [0x8b, 0x4d, 0x0c], [0x90], [0x0f, 0xb6, 0xc0], [0xb8, 0x05, 0, 0, 0]];
    private static readonly byte[][] Fill64 = [[0x48, 0x89, 0xc7], [0x31, 0xf6], [0x48, 0x85, 0xc0], [0x89, 0xc1], [0x48, 0x8b, 0x00], [0x90], [0xb8, 0x16, 0, 0, 0], [0x48, 0x8d, 0x47, 0x10]];

    private readonly ByteWriter _code = new();
    private readonly List<(int At, KernelFunction To)> _relative = [];
    private readonly List<byte[]> _pops = [];

    /// <summary>The code, and where in it are distances to other functions.</summary>
    public (byte[] Code, List<(int At, KernelFunction To)> Relative) Make()
    {
        if (wordSize == 32) Enter32();
        else Enter64();
        function.BodyAt = _code.Length;
        Fill();
        foreach (var (callee, indirect) in function.Callees) Call(callee, indirect);
        function.MarkAt = _code.Length;
        _code.Bytes(function.Mark);
        Fill();
        for (int i = _pops.Count - 1; i >= 0; i--) _code.Bytes(_pops[i]);
        _code.U8(0xc9).U8(0xc3);
        return (_code.ToArray(), _relative);
    }

    private void Enter32()
    {
        // Sun's compiler and gcc differ in how they write the same move.
        _code.Bytes(random.Next(2) == 0 ? [0x55, 0x8b, 0xec] : [0x55, 0x89, 0xe5]);
        int locals = function.Locals != 0 ? function.Locals : random.Next(0, 24) * 4;
        Lower(0xec, locals, []);
        function.FrameBytes = function.LocalBytes = locals;
        foreach (byte register in (byte[])[0x53, 0x56, 0x57])
        {
            if (!(function.SavesRegisters ?? random.Next(2) == 0)) continue;
            if (function.SaveAt == 0) function.SaveAt = _code.Length;
            _code.U8(register);
            _pops.Add([(byte)(register + 8)]);
            function.FrameBytes += 4;
        }
    }

    private void Enter64()
    {
        _code.Bytes([0x55, 0x48, 0x89, 0xe5]);
        int stored = function.StoresArguments ? Math.Min(function.Arguments, InRegisters) : 0, style = random.Next(3);
        int locals = ((stored * 8) + (function.Locals != 0 ? function.Locals : random.Next(0, 16) * 8) + 15) & ~15;
        if (style == 0) Lower(0xec, locals, [0x48]);
        if (style == 2)
        {
            for (int i = 0; i < stored; i++) _code.Bytes(Saves64[i]);
            Lower(0xec, locals - (stored * 8), [0x48]);
        }
        else
        {
            // movq %rdi,-0x8(%rbp) and so on.
            byte[][] moves = [[0x48, 0x89, 0x7d], [0x48, 0x89, 0x75], [0x48, 0x89, 0x55], [0x48, 0x89, 0x4d], [0x4c, 0x89, 0x45], [0x4c, 0x89, 0x4d]];
            for (int i = 0; i < stored; i++) _code.Bytes(moves[i]).U8(unchecked((byte)(-8 * (i + 1))));
            if (style == 1) Lower(0xec, locals, [0x48]);
        }

        function.FrameBytes = function.LocalBytes = locals;
        if (!(function.SavesRegisters ?? random.Next(2) == 0)) return;
        function.SaveAt = _code.Length;
        _code.U8(0x53).Bytes([0x41, 0x54]);
        _pops.Add([0x5b]);
        _pops.Add([0x41, 0x5c]);
        function.FrameBytes += 16;
    }

    /// <summary>Takes bytes off the stack pointer, or gives them back.</summary>
    private void Lower(byte how, int bytes, byte[] prefix)
    {
        if (bytes == 0) return;
        _code.Bytes(prefix);
        if (bytes < 128) _code.U8(0x83).U8(how).U8((byte)bytes);
        else _code.U8(0x81).U8(how).U32((uint)bytes);
    }

    private void Call(KernelFunction callee, bool indirect)
    {
        int pushed = wordSize == 32 ? callee.Arguments : Math.Max(0, callee.Arguments - InRegisters);
        if (wordSize == 64 && pushed % 2 != 0) _code.Bytes([0x48, 0x83, 0xec, 0x08]);
        for (int i = 0; i < pushed; i++) _code.Bytes(random.Next(3) switch { 0 => [0x6a, (byte)random.Next(128)], 1 => [0x50], _ => wordSize == 32 ? [0xff, 0x75, 0x08] : [0x57] });
        if (indirect)
        {
            _code.Bytes([0xff, 0xd0]);
        }
        else
        {
            _code.U8(0xe8);
            _relative.Add((_code.Length, callee));
            _code.U32(0);
        }

        function.CallList.Add(new KernelCall(callee, pushed, _code.Length));
        Lower(0xc4, (pushed + (wordSize == 64 ? pushed % 2 : 0)) * (wordSize / 8), wordSize == 64 ? [0x48] : []);
        Fill();
    }

    private void Fill()
    {
        byte[][] choice = wordSize == 32 ? Fill32 : Fill64;
        for (int i = random.Next(1, 5); i > 0; i--) _code.Bytes(choice[random.Next(choice.Length)]);
    }
}
