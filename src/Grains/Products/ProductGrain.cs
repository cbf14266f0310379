using Orleans.Concurrency;
using Orleans.Persistence.GroupCommit;
using Shop.Values;

namespace Shop.Products;

[GrainType("product"), Reentrant]
internal sealed class ProductGrain([Durable] IDurable<ProductState> product, IGrainContext context) : Grain(context), IProductGrain
{
    private readonly ProductId id = ProductId.FromKey(context.GrainId.Key.ToString()!);

    public async Task<PutProductResult> Put(PutProduct command)
    {
        var decision = ProductDecider.Put(product.State, id, command);
        await (decision.Next is { } next ? product.Commit(next) : product.ConfirmCurrent());
        return decision.Answer;
    }

    public async Task<ProductView?> Read()
    {
        if (product.DurableState is null)
            await product.ConfirmCurrent();

        // Anybody can ask for any name: what does not exist, and is not just being made, gives its memory back.
        if (product.State is null)
            GrainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There is no such product."));
        return product.DurableState?.View(id);
    }
}
