namespace XenDumpAdapter.TestKit.Solaris.Kernel;

/// <summary>
/// Writes modules into the kernel's memory as krtld leaves them (usr/src/uts/common/krtld/kobj.c): <c>struct modctl</c> in a ring, <c>struct module</c>, and one piece of memory
/// with two section headers, symbols, hash buckets, chains and names.
/// </summary>
internal sealed class ModuleWriter(KernelMemory memory)
{
    private const uint SymbolTable = 2, StringTable = 3;

    private int Word => memory.Word;

    private int HeaderBytes => Word == 8 ? 64 : 40;

    private int SymbolBytes => Word == 8 ? 24 : 16;

    /// <summary>Writes a module's text, and everything that describes it; the ring is closed by <see cref="Link"/>.</summary>
    public void Write(KernelModule module)
    {
        if (module.Control == 0) module.Control = memory.New("modctl");
        ulong at = module.Structure = memory.New("module"), name = memory.NewText(module.Name);
        ulong file = memory.NewText($"/platform/i86pc/kernel/{module.Name}");
        memory.Set("modctl", module.Control, "mod_id", (ulong)module.Id).Set("modctl", module.Control, "mod_mp", at).Set("modctl", module.Control, "mod_modname", name);
        memory.Set("modctl", module.Control, "mod_filename", file).Set("modctl", module.Control, "mod_ref", 1).Set("modctl", module.Control, "mod_loaded", 1).Set("modctl", module.Control, "mod_installed", 1);
        memory.Set("modctl", module.Control, "mod_loadcnt", 1).Set("modctl", module.Control, "mod_text", module.Text).Set("modctl", module.Control, "mod_text_size", module.TextSize);
        memory.Set("module", at, "text", module.Text).Set("module", at, "text_size", module.TextSize).Set("module", at, "data", module.Data).Set("module", at, "data_size", module.DataSize).Set("module", at, "filename", file);
        Exported(module, at);
        if (module.Ctf is { } ctf)
        {
            ulong types = memory.AllocatePages((ctf.Length / SolarisMemoryImage.PageSize) + 1);
            memory.Bytes(types, ctf);
            memory.Set("module", at, "ctfdata", types).Set("module", at, "ctfsize", (ulong)ctf.Length);
        }
    }

    /// <summary>The hypervisor's module, which dom0 makes by hand (usr/src/uts/i86xpv/os/xpv_panic.c): section headers apart from the symbols, no hash.</summary>
    public void WriteHypervisor(KernelModule module)
    {
        Write(module);
        ulong at = module.Structure;
        byte[] names = Names(module.Symbols, out uint[] offsets);
        byte[] symbols = SymbolsOf(module.Symbols, offsets, 2);
        ulong headers = memory.Allocate(HeaderBytes * 3), space = memory.AllocatePages(((symbols.Length + names.Length) / SolarisMemoryImage.PageSize) + 1);
        memory.Bytes(space, symbols);
        memory.Bytes(space + (ulong)symbols.Length, names);
        Header(headers + (ulong)HeaderBytes, SymbolTable, space, symbols.Length, 2, Locals(module.Symbols), SymbolBytes);
        Header(headers + (ulong)(2 * HeaderBytes), StringTable, space + (ulong)symbols.Length, names.Length, 0, 0, 0);
        memory.Set("module", at, "shdrs", headers).Set("module", at, "symhdr", headers + (ulong)HeaderBytes).Set("module", at, "strhdr", headers + (ulong)(2 * HeaderBytes));
        memory.Set("module", at, "symspace", space).Set("module", at, "symtbl", space).Set("module", at, "strings", space + (ulong)symbols.Length).Set("module", at, "symsize", (ulong)(symbols.Length + names.Length));
        memory.Set("module", at, "symtbl_section", 1).Set("module", at, "hashsize", 0).Set("module", at, "buckets", 0).Set("module", at, "chains", 0);
        memory.Set("modctl", module.Control, "mod_inprogress_thread", ulong.MaxValue).Set("modctl", module.Control, "mod_installed", 0);
    }

    /// <summary>Closes the ring.</summary>
    public void Link(IReadOnlyList<KernelModule> modules)
    {
        for (int i = 0; i < modules.Count; i++)
        {
            memory.Set("modctl", modules[i].Control, "mod_next", modules[(i + 1) % modules.Count].Control);
            memory.Set("modctl", modules[i].Control, "mod_prev", modules[(i + modules.Count - 1) % modules.Count].Control);
        }
    }

    /// <summary>One piece: headers of the symbols and of the names, symbols, buckets, chains, names.</summary>
    private void Exported(KernelModule module, ulong at)
    {
        byte[] names = Names(module.Symbols, out uint[] offsets);
        byte[] symbols = SymbolsOf(module.Symbols, offsets, 1);
        int count = module.Symbols.Count + 1, buckets = count | 1, hashAt = (2 * HeaderBytes) + symbols.Length, namesAt = hashAt + (4 * (buckets + count)), size = namesAt + names.Length;
        ulong space = memory.AllocatePages((size / SolarisMemoryImage.PageSize) + 1);
        Header(space, SymbolTable, space + (ulong)(2 * HeaderBytes), symbols.Length, 1, Locals(module.Symbols), SymbolBytes);
        Header(space + (ulong)HeaderBytes, StringTable, space + (ulong)namesAt, names.Length, 0, 0, 0);
        memory.Bytes(space + (ulong)(2 * HeaderBytes), symbols);
        memory.Bytes(space + (ulong)hashAt, Hash(module.Symbols, buckets));
        memory.Bytes(space + (ulong)namesAt, names);
        memory.Set("module", at, "symhdr", space).Set("module", at, "strhdr", space + (ulong)HeaderBytes).Set("module", at, "symspace", space).Set("module", at, "symsize", (ulong)size);
        memory.Set("module", at, "symtbl", space + (ulong)(2 * HeaderBytes)).Set("module", at, "strings", space + (ulong)namesAt).Set("module", at, "nsyms", (ulong)count);
        memory.Set("module", at, "hashsize", (ulong)buckets).Set("module", at, "buckets", space + (ulong)hashAt).Set("module", at, "chains", space + (ulong)(hashAt + (4 * buckets)));
    }

    private void Header(ulong at, uint type, ulong address, int size, uint link, int info, int entry)
    {
        var w = new ByteWriter().U32(1).U32(type).Number(2, Word).Number(address, Word).Number(0, Word).Number((ulong)size, Word).U32(link).U32((uint)info).Number((ulong)Word, Word).Number((ulong)entry, Word);
        memory.Bytes(at, w.ToArray());
    }

    private byte[] SymbolsOf(IReadOnlyList<SolarisSymbol> symbols, uint[] names, int firstSection)
    {
        var w = new ByteWriter().Zeros(SymbolBytes);
        for (int i = 0; i < symbols.Count; i++)
        {
            var symbol = symbols[i];
            byte info = (byte)((symbol.Bind << 4) | symbol.Type);
            ushort section = (ushort)(firstSection + (symbol.Type == 2 ? 0 : 2));
            if (Word == 8) w.U32(names[i]).U8(info).U8(0).U16(section).U64(symbol.Value).U64(symbol.Size);
            else w.U32(names[i]).U32((uint)symbol.Value).U32((uint)symbol.Size).U8(info).U8(0).U16(section);
        }

        return w.ToArray();
    }

    private static int Locals(IReadOnlyList<SolarisSymbol> symbols) => 1 + symbols.Count(s => s.Bind == 0);

    private static byte[] Names(IReadOnlyList<SolarisSymbol> symbols, out uint[] offsets)
    {
        var names = new ByteWriter().U8(0);
        offsets = new uint[symbols.Count];
        for (int i = 0; i < symbols.Count; i++)
        {
            offsets[i] = (uint)names.Length;
            names.Text(symbols[i].Name);
        }

        return names.ToArray();
    }

    /// <summary>Buckets and chains by ELF's hash.</summary>
    private static byte[] Hash(IReadOnlyList<SolarisSymbol> symbols, int buckets)
    {
        uint[] words = new uint[buckets + symbols.Count + 1];
        for (int i = 0; i < symbols.Count; i++)
        {
            uint hash = 0;
            foreach (char c in symbols[i].Name)
            {
                hash = (hash << 4) + c;
                uint high = hash & 0xf000_0000;
                hash = (hash ^ (high >> 24)) & ~high;
            }

            int bucket = (int)(hash % (uint)buckets);
            words[buckets + i + 1] = words[bucket];
            words[bucket] = (uint)(i + 1);
        }

        var w = new ByteWriter();
        foreach (uint word in words) w.U32(word);
        return w.ToArray();
    }
}
