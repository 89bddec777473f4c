using XenDumpAdapter.Adapter.Wire;
using XenDumpAdapter.Core.Primitives;

namespace XenDumpAdapter.Adapter.Session;

/// <summary>The one catalogue of error numbers.</summary>
internal static class DapErrors
{
    /// <summary>A defect of this program.</summary>
    public const int Internal = 1000;

    /// <summary>A request that this adapter does not know.</summary>
    public const int UnknownCommand = 1001;

    /// <summary>Arguments that are not of the request's form.</summary>
    public const int BadArguments = 1002;

    /// <summary>A request that needs an open dump, before launch or attach.</summary>
    public const int NotOpen = 1003;

    /// <summary>A second launch or attach.</summary>
    public const int AlreadyOpen = 1004;

    /// <summary>The client cancelled it.</summary>
    public const int Cancelled = 1005;

    /// <summary>The dump cannot be opened.</summary>
    public const int CannotOpen = 2000;

    /// <summary>A thread, frame, variable, source or memory reference that was never given out.</summary>
    public const int UnknownReference = 2001;

    /// <summary>An expression that cannot be evaluated.</summary>
    public const int BadExpression = 2002;

    /// <summary>The dump or a symbol file that cannot be read where the answer needs it.</summary>
    public const int Unreadable = 2003;

    /// <summary>A request to run or change a dump.</summary>
    public const int PostMortem = 2004;

    /// <summary>What the client is told of an exception. Of a defect here, that it is one: what it was is not the client's business.</summary>
    public static ErrorMessage Of(Exception e) => e switch
    {
        DapException dap => new ErrorMessage(dap.Id, dap.Message, dap.ShowUser),
        OperationCanceledException => new ErrorMessage(Cancelled, "Cancelled.", false),
        DumpFormatException or IOException => new ErrorMessage(Unreadable, Sentence(e.Message), true),
        _ => new ErrorMessage(Internal, "This is a fault of xendump; the session goes on.", true),
    };

    /// <summary>The text as a sentence.</summary>
    public static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
