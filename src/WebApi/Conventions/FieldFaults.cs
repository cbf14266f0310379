namespace Shop.WebApi.Conventions;

/// <summary>Collects everything that is wrong with a body, so that a client learns all of it at once.</summary>
internal sealed class FieldFaults
{
    private List<FieldFault>? faults;

    public bool Any => faults is not null;

    /// <summary>Bounded by the body's 64 KiB and the limit on items.</summary>
    public IReadOnlyList<FieldFault> All => faults ?? [];

    public void Add(string pointer, string detail) => (faults ??= []).Add(new FieldFault(pointer, detail));
}
