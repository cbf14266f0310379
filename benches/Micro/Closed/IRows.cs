namespace Shop.Benches.Micro.Closed;

/// <summary>Rows that writers own: a row has one write under way at a time.</summary>
internal interface IRows
{
    int Count { get; }

    /// <summary>Changes the row's state and ends when that is stored. Fails when it was not.</summary>
    Task Write(int row);

    /// <summary>Ends when what writes have left behind (events to be removed) is gone.</summary>
    Task Settle();
}
