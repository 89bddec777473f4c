namespace XenDumpAdapter.Adapter.Json;

/// <summary><c>xendump demo --json</c>.</summary>
/// <param name="Dump">The sample, as it can be named anywhere.</param>
/// <param name="Info">What <c>info</c> says.</param>
/// <param name="Stacks">What <c>stack</c> says.</param>
internal sealed record DemoJson(string Dump, InfoJson Info, IReadOnlyList<StackJson> Stacks);
