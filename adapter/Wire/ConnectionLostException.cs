namespace XenDumpAdapter.Adapter.Wire;

/// <summary>The client is gone: nothing can be sent to it any more.</summary>
internal sealed class ConnectionLostException(Exception inner) : Exception("The client is gone.", inner);
