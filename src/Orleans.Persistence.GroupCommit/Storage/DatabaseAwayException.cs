namespace Orleans.Persistence.GroupCommit.Storage;

/// <summary>There is no connection to the database: nothing of a batch has been sent, and it may be sent later as it is.</summary>
internal sealed class DatabaseAwayException(string message, Exception inner) : Exception(message, inner);
