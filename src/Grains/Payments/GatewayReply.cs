namespace Shop.Payments;

/// <summary>What came of asking the gateway: its answer, or why there is none.</summary>
/// <param name="Answer">Null: unknown, the operation may or may not have happened.</param>
/// <param name="Why">When unknown.</param>
internal readonly record struct GatewayReply<TAnswer>(TAnswer? Answer, string Why) where TAnswer : class
{
    public static GatewayReply<TAnswer> Of(TAnswer answer) => new(answer, "");

    public static GatewayReply<TAnswer> Unknown(string why) => new(null, why);
}
