namespace XenDumpAdapter.TestKit.Solaris;

/// <summary>A structure of a dump file: where it stands and how long it is.</summary>
public readonly record struct SolarisDumpPart(string Name, long Offset, long Length);

/// <summary>A dump as it was written, with the places of its structures for those who want to spoil them.</summary>
public sealed record SolarisDumpFile(byte[] Bytes, IReadOnlyList<SolarisDumpPart> Parts)
{
    /// <summary>The part of a name.</summary>
    public SolarisDumpPart this[string name] => Parts.First(p => p.Name == name);
}
