using XenDumpAdapter.Core.Samples.Code;
using XenDumpAdapter.Core.Samples.Files;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>
/// Writes line tables (DWARF 5, section 6.2). A unit has its source file as files 0 and 1, as gcc has it, then the files of what is inlined in it.
/// </summary>
internal sealed class LineProgramWriter(int addressSize, StringTable lineStrings)
{
    private const int AdvancePc = 2;
    private const int AdvanceLine = 3;
    private const int SetFile = 4;
    private const int Copy = 1;
    private const int EndSequence = 1;
    private const int SetAddress = 2;
    private const int LineStringForm = 0x1f;
    private const int UDataForm = 0x0f;
    private const int PathContent = 1;
    private const int DirectoryContent = 2;

    private static readonly byte[] OperandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

    public ImageBytes Bytes { get; } = new();

    /// <summary>Writes one unit's table; tells where it starts.</summary>
    public int WriteUnit(string folder, IReadOnlyList<string> files, IReadOnlyList<LinkedFunction> functions)
    {
        int start = Bytes.Length;
        Bytes.U32(0).U16(5).U8(addressSize).U8(0);
        int lengthAt = Bytes.Length;
        Bytes.U32(0);
        Bytes.U8(1).U8(1).U8(1).U8(-5).U8(14).U8(OperandCounts.Length + 1).Bytes(OperandCounts);
        WriteNames(folder, files);
        Bytes.Put(lengthAt, (ulong)(Bytes.Length - lengthAt - 4), 4);
        WriteSequence(files, functions);
        Bytes.Put(start, (ulong)(Bytes.Length - start - 4), 4);
        return start;
    }

    private void WriteNames(string folder, IReadOnlyList<string> files)
    {
        string[] folders = [folder, .. files.Select(FolderOf).Where(f => f.Length > 0).Distinct()];
        Bytes.U8(1).Uleb(PathContent).Uleb(LineStringForm).Uleb((ulong)folders.Length);
        foreach (string f in folders) Bytes.U32((ulong)lineStrings[f]);
        string[] all = [files[0], .. files];
        Bytes.U8(2).Uleb(PathContent).Uleb(LineStringForm).Uleb(DirectoryContent).Uleb(UDataForm).Uleb((ulong)all.Length);
        foreach (string file in all)
        {
            int index = FolderOf(file).Length == 0 ? 0 : Array.IndexOf(folders, FolderOf(file), 1);
            Bytes.U32((ulong)lineStrings[file[(file.LastIndexOf('/') + 1)..]]).Uleb((ulong)index);
        }
    }

    private static string FolderOf(string file) => file.LastIndexOf('/') is var slash and > 0 ? file[..slash] : "";

    private void WriteSequence(IReadOnlyList<string> files, IReadOnlyList<LinkedFunction> functions)
    {
        ulong address = functions[0].Address;
        int line = 1, file = 1;
        Bytes.U8(0).Uleb((ulong)addressSize + 1).U8(SetAddress).Number(address, addressSize);
        foreach (var function in functions)
        {
            (int File, int Line) last = default;
            for (int i = 0; i < function.Function.Steps.Count; i++)
            {
                var inlined = function.Function.Inlined.Find(x => i >= x.FirstStep && i < x.EndStep);
                (int File, int Line) now = (FileIndex(files, inlined?.File ?? function.Function.File), function.Function.Steps[i].Line);
                if (now == last) continue;
                Row(ref address, ref line, ref file, function.AddressOf(i), now.Line, now.File);
                last = now;
            }
        }

        Bytes.U8(AdvancePc).Uleb(functions[^1].AddressOf(int.MaxValue) - address);
        Bytes.U8(0).Uleb(1).U8(EndSequence);
    }

    private static int FileIndex(IReadOnlyList<string> files, string file)
    {
        for (int i = 0; i < files.Count; i++)
            if (files[i] == file) return i + 1;
        throw new ArgumentException($"{file} is not of this unit", nameof(file));
    }

    private void Row(ref ulong address, ref int line, ref int file, ulong toAddress, int toLine, int toFile)
    {
        if (toFile != file) Bytes.U8(SetFile).Uleb((ulong)toFile);
        if (toLine != line) Bytes.U8(AdvanceLine).Sleb(toLine - line);
        if (toAddress != address) Bytes.U8(AdvancePc).Uleb(toAddress - address);
        Bytes.U8(Copy);
        (address, line, file) = (toAddress, toLine, toFile);
    }
}
