using XenDumpAdapter.Core.Arch;
using XenDumpAdapter.Core.Memory;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Json;

/// <summary>Addresses and registers in JSON are strings, <c>0x…</c>: a JSON number loses bits above 2^53.</summary>
internal static class Hex
{
    /// <summary>The number, or null.</summary>
    public static string? Of(ulong? value) => value is { } v ? AddressText.Hex(v) : null;

    /// <summary>The address, or null.</summary>
    public static string? Of(VirtualAddress? address) => address?.ToString();

    /// <summary>Registers by name; those that are not known are left out.</summary>
    public static Dictionary<string, string> Of(RegisterSet registers)
    {
        var all = new Dictionary<string, string>();
        foreach (var register in registers.Architecture.Registers)
            if (registers[register] is { } value) all[register.Name] = AddressText.Hex(value);
        return all;
    }

    /// <summary>What an enumeration's constant is in JSON: its name with a small first letter.</summary>
    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>An absent byte's reason.</summary>
    public static string? Reason(Fault fault) => fault.Kind == FaultKind.None ? null : fault.Text;
}
