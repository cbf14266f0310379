using Shop.WebApi.Hosting;
using Shop.WebApi.Orders;

namespace Shop.WebApi.Operations;

internal static class OperationsRoutes
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        var operations = routes.MapGroup("/v1/ops").WithTags("Operations");

        operations.MapGet("/invariants", OperationsHandlers.Invariants)
            .WithName("checkInvariants")
            .WithSummary("Check the shop's books against each other")
            .WithDescription("Reads everything that is stored. Answers 200 also when an invariant is broken: ok says so, offenders name the entities.")
            .Answers<InvariantsBody>(200)
            .Refuses(503);

        operations.MapPost("/sagas/{id}/retry", OperationsHandlers.Retry)
            .WithName("retryOrder")
            .WithSummary("Try an order's outstanding step again at once")
            .WithDescription("Needs no Idempotency-Key: asking twice is the same wish. Noted on the order's timeline.")
            .Answers<OrderBody>(202)
            .Refuses(404, 409, 503);

        operations.MapGet("/about", OperationsHandlers.About)
            .WithName("about")
            .WithSummary("What runs here")
            .Answers<AboutBody>(200)
            .Refuses();
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        Map("startup", "Whether the shop has started: schema there, silo active");
        Map("ready", "Whether to send requests here: silo active, store reachable");
        Map("live", "Whether the process works at all; looks at nothing outside it");

        void Map(string tag, string summary) => health.MapGet(tag, HealthHandlers.For(tag))
            .WithName($"health-{tag}")
            .WithSummary(summary)
            .Answers<HealthBody>(200)
            .Answers<HealthBody>(503)
            .Refuses();
    }
}
