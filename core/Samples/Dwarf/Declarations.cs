using XenDumpAdapter.Core.Samples.Code;

namespace XenDumpAdapter.Core.Samples.Dwarf;

/// <summary>A parameter or local variable of a function. Without a place it is one that the compiler removed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Line">Where it is declared.</param>
/// <param name="IsParameter">Whether it is a parameter.</param>
/// <param name="FrameOffset">Its place from the canonical frame address.</param>
/// <param name="Register">The register it is in …</param>
/// <param name="FromStep">… from this step of the function on.</param>
internal sealed record SampleVariable(
    string Name, SampleType Type, int Line, bool IsParameter, int? FrameOffset = null, Reg? Register = null, int FromStep = 0);

/// <summary>A call that was inlined.</summary>
/// <param name="Name">The function called.</param>
/// <param name="File">Where it is defined.</param>
/// <param name="DeclarationLine">In which line.</param>
/// <param name="CallLine">The line of the call.</param>
/// <param name="FirstStep">The first step of its code.</param>
/// <param name="EndStep">The step behind its code.</param>
internal sealed record InlinedCall(string Name, string File, int DeclarationLine, int CallLine, int FirstStep, int EndStep);
