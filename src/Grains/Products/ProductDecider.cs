using Shop.Values;

namespace Shop.Products;

/// <summary>Whether a product is created or replaced: only by somebody who knows the version it has now.</summary>
internal static class ProductDecider
{
    public static PutDecision Put(ProductState? state, ProductId id, PutProduct command) => (state, command.ExpectedVersion) switch
    {
        (null, null or 0) => Created(id, command),
        (null, _) => new PutDecision(new PutProductResult.VersionMismatch(0), null),
        (_, null) => new PutDecision(new PutProductResult.VersionRequired(state.Version), null),
        (_, { } expected) when expected == state.Version => Replaced(state, id, command),
        _ => new PutDecision(new PutProductResult.VersionMismatch(state.Version), null),
    };

    private static PutDecision Created(ProductId id, PutProduct command)
    {
        var next = new ProductState(command.Name, command.Price, command.Active, 1);
        return new PutDecision(new PutProductResult.Created(next.View(id)), next);
    }

    private static PutDecision Replaced(ProductState state, ProductId id, PutProduct command)
    {
        var next = new ProductState(command.Name, command.Price, command.Active, state.Version + 1);
        return new PutDecision(new PutProductResult.Replaced(next.View(id)), next);
    }
}

/// <param name="Next">What to store; null: nothing changes.</param>
internal sealed record PutDecision(PutProductResult Answer, ProductState? Next);
