using XenDumpAdapter.TestKit;

namespace XenDumpAdapter.Core.Tests;

/// <summary>Tests that measure the whole process: none runs beside them.</summary>
[CollectionDefinition(Cost.Alone, DisableParallelization = true)]
public class AloneCollection;
