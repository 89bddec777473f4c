using XenDumpAdapter.Core.Target;
using XenDumpAdapter.Core.Unwinding;

namespace XenDumpAdapter.Core.Diagnosis;

/// <summary>A trap in words: what, where, the instruction, the address and what it is.</summary>
internal sealed class TrapText
{
    private readonly ExceptionRecord _exception;
    private readonly Frame? _frame;
    private readonly FaultingAccess? _access;
    private readonly BadAddress? _bad;

    /// <summary>Works it out.</summary>
    /// <param name="target">The dump.</param>
    /// <param name="record">The frame of the exception record.</param>
    /// <param name="frame">The interrupted frame; null where the walk has none.</param>
    public TrapText(DumpTarget target, Frame record, Frame? frame)
    {
        _exception = record.Exception!;
        _frame = frame;
        _access = FaultingAccess.Of(record.Context, record.Registers, _exception.Vector, _exception.ErrorCode, _exception.FaultAddress);
        if ((_access?.Address ?? _exception.FaultAddress) is { } address) _bad = BadAddress.Of(target, record.Context, address, _access?.Access, frame);
    }

    /// <summary><c>#PF at nfs`nfs3_read+0x12: mov 0x18(%rax),%rdx reads 0x18: NULL + 0x18 (%rax is 0)</c>.</summary>
    public string Summary
    {
        get
        {
            string at = _frame is { } frame ? $" at {FrameText.Place(frame)}" : "";
            return $"{_exception.Name}{at}{(What is { Length: > 0 } what ? $": {what}" : "")}";
        }
    }

    /// <summary>The access with its address, or what else is known of the fault; empty where nothing is.</summary>
    private string What
    {
        get
        {
            string of = _bad is { } bad ? $": {bad.Text}" : "";
            if (_access is { Access: { } access })
                return $"{_access.InstructionText} {(access.Writes ? "writes" : "reads")} {_access.Address?.ToString() ?? "an address that is not known"}{of}";
            if (_access is { } fetch) return $"jump to {fetch.Address}{of}";
            if (_exception.ErrorText.Length == 0) return _exception.FaultAddress is { } only ? $"address {only}{of}" : "";
            return _exception.FaultAddress is { } address ? $"{_exception.ErrorText}, address {address}{of}" : _exception.ErrorText;
        }
    }

    /// <summary>What it rests on, a line each.</summary>
    public IEnumerable<string> Evidence()
    {
        string place = _frame is { } frame ? $", interrupted {FrameText.Place(frame)}" : "";
        yield return $"exception record at {_exception.Address}: {_exception.Name}{place}, stack pointer {_exception.Sp}";
        if (_exception.ErrorText.Length > 0) yield return $"error code {_exception.ErrorCode}: {_exception.ErrorText}";
        if (_access is { Access: not null }) yield return $"instruction: {_access.Text()}";
        if (_exception is { FaultAddress: { } address, FaultAddressText: { } whose }) yield return $"address {address}: {whose}";
    }
}
