namespace Shop.Benches.Load.Plots;

/// <summary>A part of a picture. Panels stand side by side.</summary>
/// <param name="Title">What is shown, with its unit.</param>
internal abstract record Panel(string Title);

/// <param name="Bars">From the top. All panels of bars in one picture have the same rows: the first says what they are called.</param>
/// <param name="Reach">How far the axis goes at least: panels that are compared with each other have the same.</param>
internal sealed record BarPanel(string Title, IReadOnlyList<Bar> Bars, double Reach = 0) : Panel(Title)
{
    /// <summary>What bars consist of; a single part needs no legend.</summary>
    public IReadOnlyList<string> Parts { get; } = [.. Bars.SelectMany(bar => bar.Parts.Keys).Distinct()];
}

/// <param name="EachSecond">How many in each second, from the first.</param>
internal sealed record CoursePanel(string Title, IReadOnlyList<int> EachSecond) : Panel(Title);

/// <summary>One row, whose parts lie end to end.</summary>
/// <param name="Group">Rows of one group stand together.</param>
/// <param name="Parts">By what they are; empty: it is the only one.</param>
internal sealed record Bar(string Group, string Name, IReadOnlyDictionary<string, double> Parts)
{
    /// <summary>Of a single part.</summary>
    public Bar(string group, string name, double value) : this(group, name, new Dictionary<string, double> { [""] = value })
    {
    }

    public double Total => Parts.Values.Sum();
}
