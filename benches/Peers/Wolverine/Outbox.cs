using Npgsql;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace Shop.Benches.Peers.WolverineFx;

/// <summary>What a handler changes and what it publishes, in one transaction.</summary>
internal static class Outbox
{
    public static async Task InOutbox(this MessageContext context, NpgsqlDataSource database, Func<NpgsqlConnection, Task<object>> work)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await context.EnlistInOutboxAsync(new DatabaseEnvelopeTransaction((IMessageDatabase)context.Storage, transaction));
        await context.PublishAsync(await work(connection));
        await transaction.CommitAsync();
        await context.FlushOutgoingMessagesAsync();
    }
}
