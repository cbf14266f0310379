namespace Shop.Sagas;

/// <summary>What a saga asks of others. Equal commands have the same natural key, so repeating one has no second effect.</summary>
public abstract record SagaCommand
{
    private SagaCommand() { }

    public sealed record Reserve(int Line) : SagaCommand;
    public sealed record Release(int Line) : SagaCommand;
    public sealed record Ship(int Line) : SagaCommand;
    public sealed record Authorize(int Attempt) : SagaCommand;
    public sealed record LookupAuthorization(int Attempt) : SagaCommand;
    public sealed record Capture(int Attempt) : SagaCommand;
    public sealed record LookupCapture(int Attempt) : SagaCommand;
    public sealed record Void(int Attempt) : SagaCommand;
    public sealed record Refund(int Attempt) : SagaCommand;
}
