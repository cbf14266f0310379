namespace Shop.Sagas;

/// <summary>
/// What a saga asks of others. Equal commands have the same natural key, so repeating one has no second effect. All of it that may change
/// while the command is under way is in it.
/// </summary>
public abstract record SagaCommand
{
    private SagaCommand() { }

    /// <param name="Line">Its number.</param>
    /// <param name="NotAfter">
    /// Of the state it was decided with: under a new limit it is another command, sent beside one that still tries under the old.
    /// </param>
    public sealed record Reserve(int Line, DateTimeOffset NotAfter) : SagaCommand;

    public sealed record Release(int Line) : SagaCommand;
    public sealed record Ship(int Line) : SagaCommand;
    public sealed record Authorize(int Attempt) : SagaCommand;
    public sealed record LookupAuthorization(int Attempt) : SagaCommand;
    public sealed record Capture(int Attempt) : SagaCommand;
    public sealed record LookupCapture(int Attempt) : SagaCommand;
    public sealed record Void(int Attempt) : SagaCommand;
    public sealed record Refund(int Attempt) : SagaCommand;
}
