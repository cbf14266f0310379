using Shop.Hosting.Health;
using Shop.Hosting.Network;
using Shop.WebApi.Hosting;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

internal static class OperationsRoutes
{
    public static void MapOperations(this IEndpointRouteBuilder routes, OpsKey key)
    {
        var operations = routes.MapGroup("/v1/ops").WithTags("Operations").RequireOpsKey(key);

        operations.MapGet("/invariants", OperationsHandlers.Invariants)
            .WithName("checkInvariants")
            .WithSummary("Check the shop's books against each other")
            .WithDescription("Reads everything that is stored. Answers 200 also when an invariant is broken: ok says so, offenders name the entities. The audit of events comes a moment after all else: with atRest=true, ask again for a few seconds.")
            .Answers<InvariantsBody>(200)
            .Refuses(400, 401, 503);

        operations.MapGet("/sagas", ReadSagaHandlers.List)
            .WithName("listSagas")
            .WithSummary("List how far orders have got, by id, or those in a state, or those that are stuck")
            .WithDescription("Stuck is what needs attention, and what nothing wakes in time. Those that are stuck, or in a state that is not an end, are found by what wakes them: an order that has lost that is missing there, and named by the invariants. A page looks at a bounded number of orders: it may hold fewer than limit, or none. Only next being null says that there are no more.")
            .Answers<SagaListBody>(200)
            .Refuses(400, 401, 503);

        operations.MapGet("/sagas/{id}", ReadSagaHandlers.Saga)
            .WithName("readSaga")
            .WithSummary("Read all that is stored of an order's saga")
            .WithDescription("As of the saga's last write: answers that came since may be missing. Looking does not wake it.")
            .Answers<SagaBody>(200)
            .Refuses(401, 404, 503);

        operations.MapPost("/sagas/{id}/retry", RetrySagaHandler.Handle)
            .WithName("retrySaga")
            .WithSummary("Ask again at once for what an order's saga waits for")
            .WithDescription("Needs no Idempotency-Key: asking twice is the same wish. Noted on the order's timeline, with the operator's name. The body may be left out. Starts a saga that has not started. 409 when the order waits for nothing.")
            .TakesOptional<RetrySagaBody>()
            .Answers<OrderBody>(202)
            .Refuses(400, 401, 404, 409, 413, 415, 503);

        operations.MapGet("/stream-keys", StreamKeysHandlers.List)
            .WithName("listStreamKeys")
            .WithSummary("List the keys by which messages on the broker prove that the shop has published them")
            .WithDescription("Without their secrets, which are told to nobody. The first one is made when a silo first asks for it.")
            .Answers<StreamKeysBody>(200)
            .Refuses(401, 503);

        operations.MapPost("/stream-keys/rotate", StreamKeysHandlers.Rotate)
            .WithName("rotateStreamKeys")
            .WithSummary("Make a new key, which signs as soon as every silo knows it")
            .WithDescription("It signs a minute later; the others are believed for 30 days after that. While the newest key is waiting no other is made, so that the request may be repeated.")
            .Answers<StreamKeysBody>(200)
            .Refuses(401, 503);

        operations.MapPost("/stream-keys/revoke", StreamKeysHandlers.Revoke)
            .WithName("revokeStreamKeys")
            .WithSummary("Make a new key that signs at once, and forget all others")
            .WithDescription("For when somebody else may know a key. Silos follow within some ten seconds. Nothing is lost: what other keys have signed is checked against the books.")
            .Answers<StreamKeysBody>(200)
            .Refuses(401, 503);

        // The start page asks, before anybody has a key.
        routes.MapGet("/v1/ops/about", OperationsHandlers.About)
            .WithTags("Operations")
            .WithName("about")
            .WithSummary("What runs here")
            .Answers<AboutBody>(200)
            .Refuses();
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        Map("startup", "Whether the process has started: schema there and silo active, or a silo that answers");
        Map("ready", "Whether to send requests here: what this process cannot do without is reachable");
        Map("live", "Whether the process works at all; looks at nothing outside it");

        void Map(string tag, string summary) => health.MapGet(tag, HealthAnswer.For(tag))
            .WithName($"health-{tag}")
            .WithSummary(summary)
            .Answers<HealthBody>(200)
            .Answers<HealthBody>(503)
            .Refuses();
    }
}
