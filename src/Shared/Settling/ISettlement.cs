namespace Orleans.Streams.Settling;

/// <summary>What becomes of a batch whose delivery has ended. Called on the scheduler of the pulling agent; must not throw, and not wait.</summary>
internal interface ISettlement<in TBatch>
{
    /// <summary>Every subscriber has taken it.</summary>
    void Delivered(TBatch batch);

    /// <summary>A subscriber refused it for as long as it was allowed to.</summary>
    void Failed(TBatch batch);

    /// <summary>It is to be offered once more.</summary>
    void Repeat(TBatch batch);

    /// <summary>Nobody subscribes to its stream.</summary>
    void Unheard(TBatch batch);
}
