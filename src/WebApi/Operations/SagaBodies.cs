using System.Text.Json;
using System.Text.Json.Serialization;
using Shop.Operations;
using Shop.Orders;
using Shop.Sagas;
using Shop.WebApi.Conventions;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

/// <param name="Data">In the order of their ids.</param>
/// <param name="Next">The cursor of the next page; null on the last. A page may be short, or empty, and yet have one.</param>
internal sealed record SagaListBody(SagaSummaryBody[] Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next)
{
    public static SagaListBody Of(SagaPage page) =>
        new([.. page.Sagas.Select(SagaSummaryBody.Of)], page.Next is { } next ? SagaCursor.After(next) : null);
}

/// <summary>How far an order has got, as of its saga's last write.</summary>
/// <param name="Id">The order's.</param>
/// <param name="Version">The order's.</param>
/// <param name="Step">Finer than the status: tells an unknown authorization from an unknown capture. Null: not started.</param>
/// <param name="Since">When the step began, or was last retried by an operator.</param>
/// <param name="DueAt">When the step is to be looked at again; null when nothing is outstanding. The watchdog, which wakes the saga, may be up to 5 s later.</param>
/// <param name="Watchdog">What wakes the saga; null when nothing does.</param>
/// <param name="Tries">How often the step has been repeated.</param>
/// <param name="NeedsAttention">Automatic tries have not succeeded for long, or a refund was refused. It goes on trying.</param>
/// <param name="Stuck">Needs attention, or is not over and nothing wakes it: the watchdog is missing, is late by more than a minute, or has failed five times.</param>
/// <param name="CancelRequested">Why the order is to be cancelled once a payment's answer is known; else null.</param>
/// <param name="Reason">Why the order is being, or was, undone; else null.</param>
internal record SagaSummaryBody(
    Guid Id,
    long Version,
    [property: JsonConverter(typeof(SnakeCase<OrderStatus>))] OrderStatus Status,
    [property: JsonConverter(typeof(SnakeCase<SagaStep>)), JsonIgnore(Condition = JsonIgnoreCondition.Never)] SagaStep? Step,
    DateTime Since,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTime? DueAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] WatchdogBody? Watchdog,
    int Tries,
    bool NeedsAttention,
    bool Stuck,
    [property: JsonConverter(typeof(SnakeCase<OrderEndReason>)), JsonIgnore(Condition = JsonIgnoreCondition.Never)] OrderEndReason? CancelRequested,
    [property: JsonConverter(typeof(SnakeCase<OrderEndReason>)), JsonIgnore(Condition = JsonIgnoreCondition.Never)] OrderEndReason? Reason,
    DateTime CreatedAt,
    DateTime UpdatedAt)
{
    public static SagaSummaryBody Of(SagaView saga) => new(
        saga.OrderId.Value, saga.Version, saga.Status, saga.Step, saga.Since.UtcDateTime, saga.DueAt?.UtcDateTime,
        saga.Watchdog is { } row ? new WatchdogBody(row.DueAt.UtcDateTime, row.Attempts) : null,
        saga.Tries, saga.NeedsAttention, saga.Stuck, saga.CancelRequested, saga.EndReason, saga.PlacedAt.UtcDateTime, saga.UpdatedAt.UtcDateTime);
}

/// <summary>All that an operator can know of an order's saga, as of its last write.</summary>
internal sealed record SagaBody : SagaSummaryBody
{
    private SagaBody(SagaSummaryBody saga)
        : base(saga)
    {
    }

    [JsonPropertyOrder(1)]
    public required SagaLineBody[] Lines { get; init; }

    /// <summary>Payment methods, the newest last.</summary>
    [JsonPropertyOrder(2)]
    public required SagaAttemptBody[] Attempts { get; init; }

    /// <summary>What the saga waits for, and a retry asks again. Empty before it has started; a retry starts it.</summary>
    [JsonPropertyOrder(3)]
    public required OutstandingBody[] Outstanding { get; init; }

    /// <summary>Oldest first, as GET /v1/orders/{id}/events shows it.</summary>
    [JsonPropertyOrder(4)]
    public required EventBody[] Timeline { get; init; }

    public static SagaBody Of(SagaDetails saga) => new(SagaSummaryBody.Of(saga.Saga))
    {
        Lines = [.. saga.Lines.Select(line => new SagaLineBody(line.Number, line.ProductId.Value, line.Quantity.Value, line.Status))],
        Attempts = [.. saga.Attempts.Select(attempt => new SagaAttemptBody(attempt.Number, attempt.Method, attempt.Status))],
        Outstanding = [.. saga.Outstanding.Select(operation => new OutstandingBody(operation.Operation, operation.Line, operation.Attempt))],
        Timeline = [.. saga.Timeline.Select(EventBody.Of)],
    };
}

/// <param name="DueAt">When the saga is woken next.</param>
/// <param name="Attempts">How often waking it has failed since it last worked.</param>
internal sealed record WatchdogBody(DateTime DueAt, int Attempts);

/// <param name="Line">From 1.</param>
internal sealed record SagaLineBody(int Line, string ProductId, int Quantity, [property: JsonConverter(typeof(SnakeCase<LineStatus>))] LineStatus Status);

/// <param name="Attempt">From 1.</param>
internal sealed record SagaAttemptBody(int Attempt, string Method, [property: JsonConverter(typeof(SnakeCase<AttemptStatus>))] AttemptStatus Status);

/// <param name="Line">Which line it is about, if it is about one.</param>
/// <param name="Attempt">Which payment attempt it is about, if it is about one.</param>
internal sealed record OutstandingBody(
    [property: JsonConverter(typeof(SnakeCase<SagaOperation>))] SagaOperation Operation, int? Line, int? Attempt);

/// <param name="Operator">Who asks, as the timeline shows it: 1 to 64 visible ASCII characters.</param>
internal sealed record RetrySagaBody(string? Operator);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SagaListBody))]
[JsonSerializable(typeof(SagaBody))]
[JsonSerializable(typeof(RetrySagaBody))]
internal sealed partial class SagasJson : JsonSerializerContext;
