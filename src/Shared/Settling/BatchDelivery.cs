using System.Diagnostics.CodeAnalysis;

namespace Orleans.Streams.Settling;

/// <summary>How a call filter of the silo knows that a pulling agent delivers a batch, and to whom. Source: Orleans' <c>IStreamConsumerExtension.DeliverBatch</c>.</summary>
internal static class BatchDelivery
{
    private const int SubscriptionArgument = 0;
    private const int BatchArgument = 2;

    /// <param name="subscription">Of whom it is delivered to; read at once, since the arguments are cleared when the call has ended.</param>
    /// <returns>False: another call, or another provider's batch.</returns>
    public static bool Is<TBatch>(IOutgoingGrainCallContext call, [NotNullWhen(true)] out TBatch? batch, out string subscription) where TBatch : class
    {
        var request = call.Request;
        // By name first: every call of the silo passes here, and to look at an argument may box it.
        batch = request.GetMethodName() == "DeliverBatch" && request.GetArgumentCount() > BatchArgument ? request.GetArgument(BatchArgument) as TBatch : null;
        subscription = batch is null ? "" : request.GetArgument(SubscriptionArgument)?.ToString() ?? "";
        return batch is not null;
    }
}
