using System.Collections.Immutable;

namespace Shop.Sagas;

/// <summary>What a saga does about an input.</summary>
/// <param name="State">As it is now.</param>
/// <param name="Write">How far the state must have got before the commands go out.</param>
/// <param name="Commands">To be sent in parallel, in the background.</param>
/// <param name="Answer">To a request; null for inputs that ask nothing.</param>
public sealed record SagaDecision(SagaState State, SagaWrite Write, ImmutableArray<SagaCommand> Commands, SagaAnswer? Answer = null)
{
    public static SagaDecision Nothing(SagaState state, SagaAnswer? answer = null) => new(state, SagaWrite.None, [], answer);
}

public enum SagaWrite
{
    /// <summary>Nothing changed.</summary>
    None = 0,

    /// <summary>A step that a restart finds again by repeating commands with the same keys: kept in memory, stored with the next commit.</summary>
    InMemory = 1,

    /// <summary>Durable before the first command goes out: the decision could turn out differently after a crash.</summary>
    BeforeCommands = 2,
}

/// <summary>What a request is told; the grain gives it out when the state under it is durable.</summary>
public abstract record SagaAnswer
{
    private SagaAnswer() { }

    public sealed record CancelGranted(bool Replayed) : SagaAnswer;
    public sealed record CancelRefundPending(bool Replayed) : SagaAnswer;
    public sealed record CancelTooLate(bool Replayed) : SagaAnswer;
    public sealed record PaymentAccepted(bool Replayed) : SagaAnswer;
    public sealed record PaymentNotAwaited : SagaAnswer;
    public sealed record Retrying : SagaAnswer;
    public sealed record NothingToRetry : SagaAnswer;

    /// <summary>The key was used for another request.</summary>
    public sealed record Mismatch : SagaAnswer;
}
